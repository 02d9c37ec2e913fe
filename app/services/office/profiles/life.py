"""The life of risk profiles: drafted, edited, set to its shadow, proposed, approved by another person, retired by two.

Every act is one transaction with its audit entry. What changes the rule book raises the epoch of the registers, so that
every worker decides by it from its next unit on.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

import asyncpg

from app.domain.duties import Permission, demand
from app.domain.profile_states import ProfileState
from app.errors import Conflict, Forbidden, Malformed, Problem
from app.repositories import profiles as rows
from app.repositories.profiles import Approval, StepRow, VersionRow
from app.rules.profiles.checking import checked
from app.rules.profiles.definition import Profile, encode_profile
from app.security.blind_index import BlindIndexes
from app.services.audit import Act, record_acts
from app.services.clearance.receipts import actor_of
from app.services.clerk import changing_registers, checked_reason
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.profiles.listing import listed
from app.services.office.profiles.moving import (
    demand_reach,
    meanwhile,
    moved,
    profile_of,
    unknown,
    version_of,
)
from app.services.office.proposers import demand_proposer

_BACK: Final = ProfileState.BACK_PROPOSED
_RETIRING: Final = ProfileState.RETIRE_PROPOSED
_TURNED_DOWN: Final = {_BACK: ProfileState.REPLACED, _RETIRING: ProfileState.IN_FORCE}  # else it is rejected


class Life:
    """What officers do with profiles."""

    def __init__(self, pool: asyncpg.Pool, indexes: BlindIndexes) -> None:
        self._pool = pool
        self._indexes = indexes

    def validated(self, caller: Caller, raw: Any, at: datetime) -> Profile:
        """The profile as it would be stored; Malformed with every fault."""
        demand(caller.duties, Permission.EDIT_PROFILES)
        profile, faults = checked(raw)
        if profile is not None:
            profile, faults = listed(profile, self._indexes, at)
        if profile is None or faults:
            raise invalid(faults)
        demand_reach(caller, profile)
        return profile

    async def create(self, caller: Caller, raw: Any, at: datetime) -> tuple[str, int]:
        """A new profile as a draft: its id and version 1."""
        profile = self.validated(caller, raw, at)
        async with self._changing(caller, at) as (connection, acts):
            profile_id = f"PRF-{await rows.next_profile_number(connection):04d}"
            await _drafted(connection, acts, caller, (profile_id, 1, None, (caller.party_code,)), profile, at)
        return profile_id, 1

    async def edit(self, caller: Caller, profile_id: str, based_on: int, raw: Any, at: datetime) -> tuple[str, int]:
        """A new version of a profile, as a draft. Whoever wrote the one it is based on is an author of it too."""
        profile = self.validated(caller, raw, at)
        async with self._changing(caller, at) as (connection, acts):
            known = await rows.versions(connection, profile_id)
            base = next((row for row in known if row.version == based_on), None)
            if base is None:
                raise unknown()
            demand_reach(caller, profile_of(base))
            earlier = () if base.approved_by else base.authors
            authors = tuple(sorted({caller.party_code, *earlier}))
            await _drafted(connection, acts, caller, (profile_id, known[0].version + 1, based_on, authors), profile, at)
        return profile_id, known[0].version + 1

    async def shadow(self, caller: Caller, profile_id: str, version: int, at: datetime) -> None:
        """Let a rehearsed version follow live traffic without deciding anything."""
        demand(caller.duties, Permission.EDIT_PROFILES)
        async with self._changing(caller, at) as (connection, acts):
            row = await _own(connection, caller, profile_id, version)
            await moved(connection, row, ProfileState.SHADOW, caller.party_code, at)
            acts.append(_act("shadow", row))

    async def propose(self, caller: Caller, profile_id: str, version: int, note: str, at: datetime) -> None:
        """Ask for approval by another person."""
        demand(caller.duties, Permission.EDIT_PROFILES)
        note = checked_reason(note)
        async with self._changing(caller, at) as (connection, acts):
            row = await _own(connection, caller, profile_id, version)
            await moved(connection, row, ProfileState.PROPOSED, caller.party_code, at, note)
            await rows.add_proposal(connection, row, caller.party_code, at)
            acts.append(_act("propose", row))

    async def approve(self, caller: Caller, profile_id: str, version: int, note: str, at: datetime) -> ProfileState:
        """What was proposed happens; never by who wrote the version or proposed it.

        A version comes into force on its days, in the place of another, or ends. Answers how it stands.
        """
        demand(caller.duties, Permission.APPROVE_PROFILES)
        note = checked_reason(note)
        async with borrowed(self._pool) as connection, changing_registers(connection, actor_of(caller), at) as clerk:
            row = await _own(connection, caller, profile_id, version)
            _demand_other(caller, row)
            retires = row.state == _RETIRING
            proposing = Permission.APPROVE_PROFILES if retires else Permission.EDIT_PROFILES
            await demand_proposer(connection, row.proposed_by or "", proposing)
            if row.state == _BACK and row.version != await _version_before(connection, profile_id):
                raise Conflict(
                    "Another version is in force since this was proposed: reject it, and propose the step back again.",
                    zh="提出之后生效版本已变更：请驳回，并重新提出退回。",
                )
            becomes = ProfileState.RETIRED if retires else ProfileState.IN_FORCE
            await moved(connection, row, becomes, caller.party_code, at, note)
            if not retires:
                await _replace_current(connection, profile_id, caller.party_code, at)
            approval = _approval(row, await rows.last_in_force(connection, profile_id), caller.party_code, at)
            await rows.add_approval(connection, approval)
            await rows.point_to(connection, approval)
            clerk.acts.append(_act("retire" if retires else "approve", row))
        return becomes

    async def reject(self, caller: Caller, profile_id: str, version: int, note: str, at: datetime) -> None:
        """Say no to a proposed version, or take one's own proposal back; an edit makes a new one."""
        demand(caller.duties, Permission.APPROVE_PROFILES)
        note = checked_reason(note)
        async with self._changing(caller, at) as (connection, acts):
            row = await _own(connection, caller, profile_id, version)
            turned_down = _TURNED_DOWN.get(ProfileState(row.state), ProfileState.REJECTED)
            await moved(connection, row, turned_down, caller.party_code, at, note)
            acts.append(_act("reject", row))

    async def retire(self, caller: Caller, profile_id: str, version: int, note: str, at: datetime) -> ProfileState:
        """Give up a version that is not in force; of one that is, ask another person to end it; answers how it stands.

        A control that two people put in force is not lifted by one of them.
        """
        demand(caller.duties, Permission.APPROVE_PROFILES)
        note = checked_reason(note)
        async with self._changing(caller, at) as (connection, acts):
            row = await _own(connection, caller, profile_id, version)
            becomes = _RETIRING if row.state == ProfileState.IN_FORCE else ProfileState.RETIRED
            await moved(connection, row, becomes, caller.party_code, at, note)
            if becomes == _RETIRING:
                await rows.add_proposal(connection, row, caller.party_code, at, retires=True)
            acts.append(_act("propose_retiring" if becomes == _RETIRING else "retire", row))
        return becomes

    async def step_back(self, caller: Caller, profile_id: str, note: str, at: datetime) -> int:
        """Propose that the version counts again that the latest one in force replaced; answers which."""
        demand(caller.duties, Permission.EDIT_PROFILES)
        note = checked_reason(note)
        async with self._changing(caller, at) as (connection, acts):
            before = await _version_before(connection, profile_id)
            if before is None:
                raise Conflict(
                    "This version replaced none: there is nothing to go back to.",
                    zh="此前没有已批准的版本，无法退回。",
                )
            row = await _own(connection, caller, profile_id, before)
            await moved(connection, row, _BACK, caller.party_code, at, note)
            await rows.add_proposal(connection, row, caller.party_code, at)
            acts.append(_act("step_back", row))
        return before

    @asynccontextmanager
    async def _changing(self, caller: Caller, at: datetime) -> AsyncIterator[tuple[asyncpg.Connection, list[Act]]]:
        """One change that no rule book sees: committed with its audit entries, or nothing."""
        acts: list[Act] = []
        async with borrowed(self._pool) as connection, connection.transaction():
            try:
                yield connection, acts
            except asyncpg.UniqueViolationError:
                raise meanwhile() from None
            await record_acts(connection, acts, actor_of(caller), at)


def invalid(faults: tuple[Problem, ...]) -> Malformed:
    """What is said of a profile with faults."""
    return Malformed(
        "The profile has faults; correct what the list names.",
        zh="布控内容有误，请按所列逐项更正。",
        problems=faults,
    )


async def _own(connection: asyncpg.Connection, caller: Caller, profile_id: str, version: int) -> VersionRow:
    row = await version_of(connection, profile_id, version)
    demand_reach(caller, profile_of(row))
    return row


async def _version_before(connection: asyncpg.Connection, profile_id: str) -> int | None:
    """The version that the one in force, or the last that was, replaced: never one that was itself taken back."""
    latest = await rows.last_in_force(connection, profile_id)
    return await rows.replaced_by(connection, profile_id, latest) if latest else None


async def _drafted(
    connection: asyncpg.Connection,
    acts: list[Act],
    caller: Caller,
    version: tuple[str, int, int | None, tuple[str, ...]],
    profile: Profile,
    at: datetime,
) -> None:
    by = caller.party_code
    await rows.add_version(connection, (*version, by, at, encode_profile(profile)))
    await rows.add_step(connection, StepRow(version[0], version[1], 1, ProfileState.DRAFT.value, by, at, ""))
    acts.append(Act("profile.draft", {"profile": version[0], "version": version[1], "based_on": version[2]}))


async def _replace_current(connection: asyncpg.Connection, profile_id: str, by: str, at: datetime) -> None:
    for row in await rows.versions(connection, profile_id):
        if row.current:
            await moved(connection, row, ProfileState.REPLACED, by, at)


def _demand_other(caller: Caller, row: VersionRow) -> None:
    if caller.party_code in (*row.authors, row.proposed_by):
        raise Forbidden(
            "You wrote or proposed this version; another officer has to approve it.",
            zh="您编写或提交了该版本，须由另一名关员批准。",
        )


def _approval(row: VersionRow, replaced: int | None, by: str, at: datetime) -> Approval:
    return Approval(
        profile_id=row.profile_id,
        version=row.version,
        step=row.step,
        authors=row.authors,
        proposed_by=row.proposed_by or "",
        approved_by=by,
        approved_at=at,
        retires=row.state == _RETIRING,
        replaced=replaced,
    )


def _act(name: str, row: VersionRow) -> Act:
    return Act(f"profile.{name}", {"profile": row.profile_id, "version": row.version})
