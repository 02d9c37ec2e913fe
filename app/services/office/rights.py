"""What an officer who calls may do; a party may do nothing of it, whatever its caller says."""

from app.domain.duties import Permission, demand, may
from app.errors import Forbidden
from app.services.filings import Caller


def has_right(caller: Caller, permission: Permission) -> bool:
    """Whether the caller is an officer whose roles allow it."""
    return caller.is_officer and may(caller.duties, permission)


def demand_right(caller: Caller, permission: Permission) -> None:
    """Forbidden unless the caller is an officer whose roles allow it."""
    if not caller.is_officer:
        raise Forbidden("Only a customs officer may do this.", zh="只有海关关员可以执行此操作。")
    demand(caller.duties, permission)
