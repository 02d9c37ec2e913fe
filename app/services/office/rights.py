"""What an officer who calls may do. One place knows what an officer without roles is: an examiner.

Officers who came before roles have a key and districts only; they could decide on held parcels, and still can.
"""

from app.domain.duties import Duty, Permission, demand, may
from app.errors import Forbidden
from app.services.filings import Caller


def duties_of(caller: Caller) -> tuple[str, ...]:
    """The roles of a caller; none for a party."""
    if not caller.is_officer:
        return ()
    return caller.duties or (Duty.EXAMINER,)


def has_right(caller: Caller, permission: Permission) -> bool:
    """Whether the caller's roles allow it."""
    return may(duties_of(caller), permission)


def demand_right(caller: Caller, permission: Permission) -> None:
    """Forbidden unless the caller is an officer whose roles allow it."""
    if not caller.is_officer:
        raise Forbidden("Only a customs officer may do this.", zh="只有海关关员可以执行此操作。")
    demand(duties_of(caller), permission)
