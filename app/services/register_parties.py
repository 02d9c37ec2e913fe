"""Parties in the register: registered in a role, renamed, classified, suspended and resumed."""

from datetime import date

import msgspec

from app.domain.party import CREDIT_CLASSES, ROLES, Standing, StandingPeriod, restated
from app.errors import Conflict, Malformed
from app.repositories import registers
from app.repositories.registers import PartyPeriod
from app.services.clerk import Clerk, checked_code, checked_days, checked_name, checked_reason, demand_known

_DISTRICT_DIGITS = 4


class PartyEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What to change of a party; absent fields stay."""

    name: str | None = None
    district: str | None = None
    credit_class: str | None = None
    first_day: date | None = None  # of the credit class; today by default


async def register(clerk: Clerk, code: str, name: str, role: str, first_day: date | None = None) -> bool:
    """Make a party known in a role; False when it is already.

    Without a first day, a registration that has not ended is enough; with one, it must have begun by then. The name of
    a known party stays.
    """
    if role not in ROLES:
        raise Malformed(f"{role!r} is no role: use {', '.join(ROLES)}.")
    checked_days(first_day or clerk.today, None)
    live = [
        registration
        for registration in await registers.roles_of(clerk.connection, checked_code(code))
        if registration.role == role and (registration.last_day is None or registration.last_day >= clerk.today)
    ]
    if any(first_day is None or registration.first_day <= first_day for registration in live):
        return False
    begins = first_day or clerk.today
    await registers.register_party(clerk.connection, code, checked_name(name), role, begins, clerk.at)
    clerk.note("party.register", party=code, role=role, first_day=begins)
    return True


async def edit(clerk: Clerk, code: str, edit: PartyEdit) -> None:
    """Change name, district or, from a day on, credit class."""
    await demand_known(clerk, code)
    if edit.name is None and edit.district is None and edit.credit_class is None:
        raise Malformed("Nothing to change: give --name, --district or --credit-class.")
    if edit.name is not None or edit.district is not None:
        name = None if edit.name is None else checked_name(edit.name)
        district = None if edit.district is None else _checked_district(edit.district)
        await registers.rename_party(clerk.connection, code, name, district)
        clerk.note("party.edit", party=code, renamed="yes" if name else "no", district=district)
    if edit.credit_class is not None:
        await _classify(clerk, code, edit.credit_class, edit.first_day or clerk.today)


async def suspend(
    clerk: Clerk, code: str, reason: str, first_day: date | None = None, last_day: date | None = None
) -> date:
    """Suspend a party on the given days, from today by default; its parcels of these days go to an officer."""
    await demand_known(clerk, code)
    begins, why = first_day or clerk.today, checked_reason(reason)
    checked_days(begins, last_day)
    periods = await registers.standings_of(clerk.connection, code)
    changed = restated(
        periods, lambda standing: msgspec.structs.replace(standing, suspended=True, reason=why), begins, last_day
    )
    await _store(clerk, code, changed)
    clerk.note("party.suspend", party=code, first_day=begins, last_day=last_day, reason=why)
    return begins


async def resume(clerk: Clerk, code: str, first_day: date | None = None) -> date:
    """End every suspension of a party from a day on, today by default; Conflict where there is none."""
    await demand_known(clerk, code)
    begins = first_day or clerk.today
    checked_days(begins, None)
    periods = await registers.standings_of(clerk.connection, code)
    if not any(period.standing.suspended for period in restated(periods, _as_it_is, begins)):
        raise Conflict(f"{code} is not suspended on {begins} or later; `tongguan parties show {code}` shows its days.")
    changed = restated(
        periods, lambda standing: msgspec.structs.replace(standing, suspended=False, reason=None), begins
    )
    await _store(clerk, code, changed)
    clerk.note("party.resume", party=code, first_day=begins)
    return begins


async def _classify(clerk: Clerk, code: str, credit_class: str, first_day: date) -> None:
    if credit_class not in CREDIT_CLASSES:
        raise Malformed(f"{credit_class!r} is no credit class: use {', '.join(CREDIT_CLASSES)}.")
    checked_days(first_day, None)
    periods = await registers.standings_of(clerk.connection, code)
    changed = restated(
        periods, lambda standing: msgspec.structs.replace(standing, credit_class=credit_class), first_day
    )
    await _store(clerk, code, changed)
    clerk.note("party.classify", party=code, credit_class=credit_class, first_day=first_day)


async def _store(clerk: Clerk, code: str, periods: list[StandingPeriod]) -> None:
    for period in periods:
        standing = period.standing
        stored = PartyPeriod(code, period.first_day, period.last_day, standing.suspended, standing.credit_class)
        await registers.set_standing(clerk.connection, stored, standing.reason)


def _as_it_is(standing: Standing) -> Standing:
    return standing


def _checked_district(district: str) -> str:
    if len(district) != _DISTRICT_DIGITS or not (district.isascii() and district.isdigit()):
        raise Malformed(f"{district!r} is no customs district: give its four digits, for example 2244.")
    return district
