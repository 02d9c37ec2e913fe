"""What officers may do: their roles, and which permission each role brings, as one table.

What belongs here: words and the table. What does not: who has which role (`app.services.office.officers`) and in which
customs districts, which every service asks of the declaration at hand. Services call `demand`, so that pages and
addresses refuse alike.
"""

import enum
from collections.abc import Collection
from typing import Final

from app.errors import Forbidden


class Duty(enum.StrEnum):
    """The role of an officer; one officer may have several."""

    EXAMINER = "examiner"  # 审单关员: works on cases
    SUPERVISOR = "supervisor"  # 科长: approves, hands over, corrects
    ANALYST = "analyst"  # 风险分析: risk profiles and tables
    AUDITOR = "auditor"  # 督察审计: reads everything that was done, changes nothing
    ADMINISTRATOR = "administrator"  # 系统管理: officers and their roles; no cases


_CHINESE: Final = {
    Duty.EXAMINER: "审单关员",
    Duty.SUPERVISOR: "科长",
    Duty.ANALYST: "风险分析",
    Duty.AUDITOR: "督察审计",
    Duty.ADMINISTRATOR: "系统管理",
}


class Permission(enum.StrEnum):
    """One thing that may be allowed."""

    VIEW_CASES = "view_cases"
    WORK_CASES = "work_cases"  # claim, note, attach, ask for documents, decide, propose
    APPROVE = "approve"  # the second pair of eyes for severe outcomes
    HAND_OVER = "hand_over"  # assign to somebody else, also of another district of one's own
    CORRECT = "correct"  # take a mistaken release back
    UNMASK = "unmask"  # see personal data in the clear, with a reason
    VIEW_PROFILES = "view_profiles"
    EDIT_PROFILES = "edit_profiles"
    APPROVE_PROFILES = "approve_profiles"
    VIEW_TABLES = "view_tables"
    EDIT_TABLES = "edit_tables"
    APPROVE_TABLES = "approve_tables"
    VIEW_STATISTICS = "view_statistics"
    VIEW_SAMPLING = "view_sampling"
    VIEW_AUDIT = "view_audit"
    MANAGE_OFFICERS = "manage_officers"


_P = Permission
_READING: Final = frozenset({_P.VIEW_CASES, _P.VIEW_PROFILES, _P.VIEW_TABLES, _P.VIEW_STATISTICS, _P.VIEW_SAMPLING})
PERMISSIONS: Final[dict[Duty, frozenset[Permission]]] = {
    Duty.EXAMINER: frozenset({_P.VIEW_CASES, _P.WORK_CASES, _P.UNMASK, _P.VIEW_STATISTICS, _P.VIEW_SAMPLING}),
    Duty.SUPERVISOR: _READING
    | {_P.WORK_CASES, _P.UNMASK, _P.APPROVE, _P.HAND_OVER, _P.CORRECT, _P.APPROVE_PROFILES, _P.APPROVE_TABLES},
    Duty.ANALYST: _READING | {_P.EDIT_PROFILES, _P.EDIT_TABLES, _P.APPROVE_PROFILES, _P.APPROVE_TABLES},
    Duty.AUDITOR: _READING | {_P.VIEW_AUDIT},
    Duty.ADMINISTRATOR: frozenset({_P.MANAGE_OFFICERS, _P.VIEW_TABLES}),
}


def permissions_of(duties: Collection[str]) -> frozenset[Permission]:
    """Everything that these roles allow together; a word that is no role allows nothing."""
    allowed: frozenset[Permission] = frozenset()
    for duty in Duty:
        if duty in duties:
            allowed |= PERMISSIONS[duty]
    return allowed


def may(duties: Collection[str], permission: Permission) -> bool:
    """Whether any of these roles allows it."""
    return permission in permissions_of(duties)


def demand(duties: Collection[str], permission: Permission) -> None:
    """Forbidden unless one of these roles allows it."""
    if not may(duties, permission):
        brings = [duty for duty in Duty if permission in PERMISSIONS[duty]]
        raise Forbidden(
            f"Your roles do not allow this ({permission}); one of these does: {', '.join(brings)}.",
            zh=f"您的角色无权执行此操作，需要：{'、'.join(_CHINESE[duty] for duty in brings)}。",
        )
