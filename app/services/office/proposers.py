"""Who proposed something still has to be an officer who may when it is carried out: both pairs of eyes count then."""

from app.domain.duties import Permission, may
from app.errors import Conflict
from app.repositories.bulk import Connection
from app.repositories.officers import OfficerState, Standing, standing_of


async def demand_proposer(connection: Connection, officer: str, permission: Permission) -> None:
    """Conflict where the proposer was locked or may not do this any more."""
    demand_standing(await standing_of(connection, officer), permission)


def demand_standing(standing: Standing | None, permission: Permission) -> None:
    """As `demand_proposer`. Who has a key alone and stands in no register has nothing that could be taken away."""
    if standing is None:
        return
    if standing.state is OfficerState.LOCKED or not may(standing.duties, permission):
        raise Conflict(
            "Its proposer is locked, or may not do this any more: reject it, and propose it anew if it is right.",
            zh="提出人已被锁定或不再具有相应权限：请驳回；如确有必要，请重新提出。",
        )
