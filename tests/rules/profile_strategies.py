"""Profiles and dossiers at random, and what a profile means, written as plainly as it can be."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import strategies as st

from app.domain.dossier import Dossier
from app.domain.duty import TaxBill, TaxRegime
from app.domain.facts import Facts
from app.domain.velocity import WINDOWS_DAYS, Contacts, Counted, ProfileDraw, Velocity
from app.rules.profiles.definition import AllOf, AnyOf, Compare, Condition, NoneOf, OneItem, Profile
from app.rules.profiles.vocabulary import COMPARISONS, FIELDS, Form
from tests import builders

ID = "PRF-0001"
_ZERO = Decimal(0)
_BILL = TaxBill(
    regime=TaxRegime.REDUCED, items=(), duty_cny=_ZERO, consumption_tax_cny=_ZERO, vat_cny=_ZERO, total_cny=_ZERO
)
_VALUES = {
    Form.CODE: st.sampled_from(
        ["18", "1806310000", "33", "301", "133", "2244", "22", "9610", "31", "310104", builders.PLATFORM]
    ),
    Form.WORDS: st.sampled_from(["巧克力", "洗发水", "奶粉", "750", "礼盒"]),
    Form.LISTED: st.sampled_from(["#a", "#b", "#c"]),
}
_NUMBER = st.sampled_from(["0", "1", "2", "3", "60", "60.00", "85", "100", "205.00", "34"])


def profile(condition: Condition, **changes: Any) -> Profile:
    """A profile for all districts and parcels that holds what it hits."""
    values: dict[str, Any] = {
        "name_zh": "测试",
        "name_en": "Test",
        "explanation": "for a test",
        "first_day": date(2024, 1, 1),
        "last_day": None,
        "districts": (),
        "action": "hold",
        "rate_ppm": 1_000_000,
        "condition": condition,
    }
    return Profile(**values | changes)


def dossier(**changes: Any) -> Dossier:
    """The builders' parcel, valued."""
    documents = builders.documents()
    declaration = msgspec.structs.replace(documents.declaration, **changes)
    return Dossier(
        order=documents.order,
        payment=documents.payment,
        waybill=documents.waybill,
        declaration=declaration,
        dutiable_value_cny=Decimal("220.00"),
        tax=_BILL,
    )


@st.composite
def comparisons(draw: st.DrawFn, of_item: bool | None = None) -> Compare:
    """One comparison that the vocabulary allows."""
    field = draw(st.sampled_from([each for each in FIELDS.values() if of_item is None or each.of_item is of_item]))
    comparison = draw(st.sampled_from(COMPARISONS[field.form]))
    if field.form in (Form.NUMBER, Form.VELOCITY):
        return Compare(field.name, comparison, (draw(_NUMBER),))
    values = draw(st.lists(_VALUES[field.form], min_size=1, max_size=3, unique=True))
    return Compare(field.name, comparison, tuple(values))


def _groups(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    lists = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.one_of(*(st.builds(kind, lists) for kind in (AllOf, AnyOf, NoneOf)))


_ITEM = _groups(comparisons(of_item=True)).map(lambda group: OneItem((group,)))
conditions = st.recursive(st.one_of(comparisons(), _ITEM), _groups, max_leaves=8)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Facts in which any part that profiles read may be unknown."""
    velocities = []
    for counted in Counted:
        for days in WINDOWS_DAYS:
            for line_no in (1, 2) if counted is Counted.ITEM else (None,):
                velocities += [_velocity(draw, counted, days, line_no)] if draw(st.booleans()) else []
    unset = msgspec.UNSET
    return builders.facts(
        velocities=draw(st.sampled_from([unset, tuple(velocities)])),
        contacts=draw(st.sampled_from([unset, Contacts(buyer="#a", telephone="#b", address="#d")])),
        profile_draws=draw(st.sampled_from([unset, (ProfileDraw(profile_id=ID, draw_ppm=500_000),)])),
    )


def _velocity(draw: st.DrawFn, counted: Counted, days: int, line_no: int | None) -> Velocity:
    return Velocity(
        counted=counted,
        days=days,
        declarations=draw(st.integers(0, 4)),
        value_cny=None if line_no else Decimal(draw(st.integers(0, 200))),
        at_least=draw(st.booleans()),
        line_no=line_no,
    )


def meaning(condition: Condition, of: Dossier, known: Facts, item: Any = None) -> bool | None:
    """What a condition says, by the book: no closures, no short cuts."""
    if isinstance(condition, Compare):
        if FIELDS[condition.field].of_item and item is None:
            return _any([meaning(condition, of, known, each) for each in of.declaration.items])
        return _compared(condition, FIELDS[condition.field].read(of, known, item))
    if isinstance(condition, OneItem):
        return _any([meaning(AllOf(condition.of), of, known, each) for each in of.declaration.items])
    answers = [meaning(part, of, known, item) for part in condition.of]
    if isinstance(condition, AllOf):
        return _opposite(_any([_opposite(answer) for answer in answers]))
    return _any(answers) if isinstance(condition, AnyOf) else _opposite(_any(answers))


def _any(answers: list[bool | None]) -> bool | None:
    if any(answer is True for answer in answers):
        return True
    return None if any(answer is None for answer in answers) else False


def _opposite(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _compared(compare: Compare, value: Any) -> bool | None:
    if value is None:
        return None
    if isinstance(value, Velocity):
        return _counted(compare, value)
    match compare.comparison:
        case "one_of":
            return value in compare.values
        case "none_of":
            return value not in compare.values
        case "starts_with":
            return any(value.startswith(each) for each in compare.values)
        case "contains":
            return any(each.lower() in value.lower() for each in compare.values)
    return _ordered(compare, value)


def _ordered(compare: Compare, value: Any) -> bool:
    limit = Decimal(compare.values[0])
    answers: dict[str, bool] = {
        "above": value > limit,
        "at_least": value >= limit,
        "equal": value == limit,
        "at_most": value <= limit,
        "below": value < limit,
    }
    return answers[compare.comparison]


def _counted(compare: Compare, velocity: Velocity) -> bool | None:
    """A count known from below is known where every larger count would say the same."""
    count = velocity.value_cny if "value" in compare.field else velocity.declarations
    if count is None:
        return None
    more = {_ordered(compare, count + further) for further in (0, 1, 10_000)} if velocity.at_least else set()
    now = _ordered(compare, count)
    return now if more <= {now} else None
