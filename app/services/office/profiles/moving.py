"""Moving a version of a profile through its life: one step, one transaction, audited."""

from datetime import datetime

import asyncpg

from app.domain.profile_states import ProfileState, may_become
from app.errors import Conflict, Forbidden, NotFound
from app.repositories import profiles as rows
from app.repositories.profiles import StepRow, VersionRow
from app.rules.profiles.definition import Profile, decode_profile
from app.services.filings import Caller
from app.services.reading import in_district

_STATES_ZH = {
    ProfileState.DRAFT: "草稿",
    ProfileState.REHEARSED: "已试算",
    ProfileState.SHADOW: "影子运行",
    ProfileState.PROPOSED: "待批准",
    ProfileState.IN_FORCE: "生效",
    ProfileState.REJECTED: "未批准",
    ProfileState.RETIRED: "已停用",
    ProfileState.REPLACED: "已被替换",
    ProfileState.BACK_PROPOSED: "待批准退回",
    ProfileState.RETIRE_PROPOSED: "待批准停用",
}


def state_zh(state: ProfileState) -> str:
    """How a version stands, in Chinese."""
    return _STATES_ZH[state]


def profile_of(row: VersionRow) -> Profile:
    """What a version says."""
    return decode_profile(row.definition)


def reaches(caller: Caller, profile: Profile) -> bool:
    """Whether all districts of a profile are the caller's; one for all districts needs somebody of all."""
    return (
        all(in_district(caller, each) for each in profile.districts) if profile.districts else "*" in caller.districts
    )


def demand_reach(caller: Caller, profile: Profile) -> None:
    """Forbidden unless all districts of a profile are the caller's."""
    if not reaches(caller, profile):
        raise Forbidden(
            "The profile reaches beyond your customs districts; name districts of yours, or ask an officer of all.",
            zh="该布控超出您的关区范围：请限定为本关区，或由全国范围的关员办理。",
        )


async def version_of(connection: asyncpg.Connection, profile_id: str, version: int) -> VersionRow:
    """One version; NotFound where there is none."""
    for row in await rows.versions(connection, profile_id):
        if row.version == version:
            return row
    raise unknown()


def unknown() -> NotFound:
    """What is said of a profile or version that does not exist."""
    return NotFound("There is no such risk profile or version; the list shows all.", zh="没有该风险布控或版本。")


async def moved(
    connection: asyncpg.Connection, row: VersionRow, state: ProfileState, by: str, at: datetime, note: str = ""
) -> None:
    """The next step of a version; Conflict where it does not stand so that it may, or somebody else was faster."""
    now = ProfileState(row.state)
    if not may_become(now, state):
        raise Conflict(
            f"Version {row.version} of {row.profile_id} is {now.word}; it cannot become {state.word}.",
            zh=f"{row.profile_id} 第 {row.version} 版当前为“{state_zh(now)}”，不能变为“{state_zh(state)}”。",
        )
    step = StepRow(row.profile_id, row.version, row.step + 1, state.value, by, at, note)
    try:
        await rows.add_step(connection, step)
    except asyncpg.UniqueViolationError:
        raise meanwhile() from None


def meanwhile() -> Conflict:
    """What is said to the slower of two."""
    return Conflict(
        "Somebody else changed this profile just now; read it again.", zh="该布控刚被他人修改，请重新查看。"
    )
