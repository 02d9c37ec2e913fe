"""The editor's form: groups of rows, each a comparison, all of which groups must hold. Pure.

The page works without script: adding and taking away rows are buttons that send the form and get it back. A profile
whose tree is deeper than groups of comparisons was written over the API and is edited there.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from app.console.forms import Form
from app.domain.sampling import MILLION
from app.errors import Problem
from app.rules.kernel import Text
from app.rules.profiles.definition import GROUPS, AllOf, Compare, Condition, Group, Profile
from app.rules.profiles.vocabulary import FIELDS
from app.rules.profiles.vocabulary import Form as FieldForm

_NAMES: Final = ("name_zh", "name_en", "explanation", "first_day", "last_day", "districts", "action", "rate")
_MOST_GROUPS: Final = 20
_MOST_ROWS: Final = 50
_PPM_PER_PERCENT: Final = MILLION // 100
_RATE: Final = Text("应为大于 0、不超过 100 的百分数", "must be a percentage above 0, up to 100")
_PLACE: Final = re.compile(r"/condition/of/(\d+)(?:/of/(\d+))?")
_BETWEEN: Final = re.compile(r"[\s,，;；、]+")
_WHOLE_LINES: Final = frozenset({"address_list", *(n for n, field in FIELDS.items() if field.form is FieldForm.WORDS)})


class Row(msgspec.Struct):
    """One comparison as it is typed."""

    field: str = ""
    comparison: str = ""
    values: str = ""


class RowGroup(msgspec.Struct):
    """Rows of which all, any or none must hold, or all for one goods item."""

    kind: str = "all"
    rows: list[Row] = []


class Draft(msgspec.Struct):
    """The form: plain fields and groups of rows."""

    texts: dict[str, str]
    groups: list[RowGroup]


def blank(today: str, districts: Sequence[str]) -> Draft:
    """The form of a new profile; who works in some districts only writes for these."""
    own = "" if "*" in districts else " ".join(districts)
    texts = dict.fromkeys(_NAMES, "") | {"first_day": today, "districts": own, "action": "hold", "rate": "100"}
    return Draft(texts, [RowGroup(rows=[Row()])])


def draft_of(profile: Profile) -> Draft | None:
    """The form of a profile; None where its tree is deeper or wider than the form, which would lose the rest of it."""
    groups = _groups(profile.condition)
    if groups is None or len(groups) > _MOST_GROUPS:
        return None
    texts = {
        "name_zh": profile.name_zh,
        "name_en": profile.name_en,
        "explanation": profile.explanation,
        "first_day": str(profile.first_day),
        "last_day": str(profile.last_day or ""),
        "districts": " ".join(profile.districts),
        "action": profile.action,
        "rate": f"{profile.rate_ppm / _PPM_PER_PERCENT:g}",
    }
    return Draft(texts, groups)


def draft_from(form: Form) -> Draft:
    """What was typed."""
    texts = {name: form.text(name) for name in _NAMES}
    groups = []
    for number in range(_MOST_GROUPS):
        if not form.text(f"g{number}.kind"):
            break
        rows = []
        for line in range(_MOST_ROWS):
            name = f"g{number}.r{line}"
            if f"{name}.field" not in form.names():
                break
            rows.append(Row(form.text(f"{name}.field"), form.text(f"{name}.comparison"), form.text(f"{name}.values")))
        groups.append(RowGroup(form.text(f"g{number}.kind"), rows))
    return Draft(texts, groups or [RowGroup(rows=[Row()])])


def changed(draft: Draft, wish: str) -> Draft:
    """The form after a button for rows was pressed: add_group, add_row:0, remove_row:0:1, remove_group:0."""
    act, *places = wish.split(":")
    where = [int(place) for place in places if place.isascii() and place.isdigit()]
    groups = draft.groups
    if act == "add_group" and len(groups) < _MOST_GROUPS:
        groups.append(RowGroup(rows=[Row()]))
    if where and where[0] < len(groups):
        rows = groups[where[0]].rows
        if act == "add_row" and len(rows) < _MOST_ROWS:
            rows.append(Row())
        elif act == "remove_row" and len(where) > 1 and where[1] < len(rows):
            del rows[where[1]]
        elif act == "remove_group":
            del groups[where[0]]
    return draft


def raw_of(draft: Draft) -> dict[str, Any]:
    """The profile as a body of the API says it, for the same check."""
    texts = draft.texts
    groups = [{"kind": group.kind, "of": [_raw_row(row) for row in group.rows]} for group in draft.groups]
    return {
        **{name: texts[name] for name in ("name_zh", "name_en", "explanation", "first_day", "action")},
        "last_day": texts["last_day"] or None,
        "districts": [each for each in _BETWEEN.split(texts["districts"]) if each],
        "rate_ppm": _ppm(texts["rate"]),
        "condition": {"kind": "all", "of": groups},
    }


def place_of(problem: Problem) -> str:
    """Where on the page a fault belongs: ``0.1`` a row, ``0`` a group, or the name of a field."""
    found = _PLACE.match(problem.pointer)
    if found:
        return ".".join(part for part in found.groups() if part is not None)
    name = problem.pointer.strip("/").partition("/")[0]
    return "rate" if name == "rate_ppm" else name


def by_place(problems: Sequence[Problem], *, chinese: bool) -> Mapping[str, str]:
    """The sentence to show at each place."""
    found: dict[str, str] = {}
    for problem in problems:
        told = _RATE if problem.pointer == "/rate_ppm" else problem  # the form asks for percent
        sentence = told.zh if chinese else told.en
        found[place_of(problem)] = f"{found[place_of(problem)]}; {sentence}" if place_of(problem) in found else sentence
    return found


def _ppm(percent: str) -> int | str:
    try:
        ppm = float(percent) * _PPM_PER_PERCENT
    except ValueError:
        return percent
    return round(ppm) if 0 < ppm <= MILLION else percent


def _raw_row(row: Row) -> dict[str, Any]:
    lines = row.values.splitlines() if row.field in _WHOLE_LINES else _BETWEEN.split(row.values)
    values = [line.strip() for line in lines if line.strip()]
    return {"kind": "compare", "field": row.field, "comparison": row.comparison, "values": values}


def _groups(condition: Condition) -> list[RowGroup] | None:
    if isinstance(condition, Compare):
        return [RowGroup(rows=[_row(condition)])]
    if all(isinstance(part, Compare) for part in condition.of):
        return [_group(condition)]
    if not isinstance(condition, AllOf):
        return None
    groups: list[RowGroup] = []
    for part in condition.of:
        if isinstance(part, Compare):
            groups.append(RowGroup(rows=[_row(part)]))
        elif all(isinstance(inner, Compare) for inner in part.of):
            groups.append(_group(part))
        else:
            return None
    return groups


def _group(group: Group) -> RowGroup:
    kind = next(word for word, shape in GROUPS.items() if type(group) is shape)
    return RowGroup(kind, [_row(part) for part in group.of if isinstance(part, Compare)])


def _row(compare: Compare) -> Row:
    return Row(compare.field, compare.comparison, "\n".join(compare.values))
