"""From what an officer wrote to a `Rule`: pure, checked as every rule is, covered by the book's hash.

Whoever is judged sees that a risk profile applied, not what it looks for: all values stand under ``facts``, which is
shown to officers only, and nothing that names a person is among them.
"""

from typing import Any, Final

import msgspec

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.domain.identifiers import RuleId
from app.domain.period import InForce
from app.domain.sampling import MILLION
from app.domain.velocity import Velocity
from app.rules.kernel import (
    NOT_APPLICABLE,
    PASSED,
    Finding,
    Law,
    Result,
    Rule,
    RuleFunction,
    Text,
    Undetermined,
    canonical,
)
from app.rules.profiles.comparing import OfValue, test_of, value_test
from app.rules.profiles.definition import Compare, NoneOf, Profile, encode_profile
from app.rules.profiles.vocabulary import FIELDS, Field, Form

_LISTED: Final = Text("在名单比较范围内", "as listed")
_LONGEST_VALUE: Final = 200
_TEXT: Final = Text(
    "风险布控命中：{facts.profile_zh}{facts.hit_zh}", "Risk profile hit: {facts.profile_en}{facts.hit_en}"
)
_MISSING: Final = "facts.profile"


def compiled(profile_id: str, version: int, profile: Profile) -> Rule:
    """The rule of one version of a profile."""
    content = encode_profile(profile).decode()
    return Rule(
        id=RuleId(profile_id),
        title=Text(profile.name_zh, profile.name_en),
        law=Law(
            f"监管实践 operational: 风险布控 {profile_id} 第 {version} 版 (risk profile, version {version})",
            zh=f"监管实践：风险布控 {profile_id} 第 {version} 版",
            en=f"Supervision practice: risk profile {profile_id}, version {version}",
        ),
        in_force=InForce(profile.first_day, profile.last_day),
        consequence=profile.outcome,
        official_code=None,
        version=str(version),
        provision="What an officer wrote, approved by a second one; the definition says what it looks for.",
        apply=_function_of(profile_id, profile),
        wanted=profile.wanted(profile_id),
        definition=content,
    )


def _function_of(profile_id: str, profile: Profile) -> RuleFunction:
    holds, shown = test_of(profile.condition), _shown(profile)
    rate_ppm, districts = profile.rate_ppm, profile.districts

    def applied(dossier: Dossier, facts: Facts, _parameters: Any) -> Result:
        if districts and not dossier.declaration.customs_code.startswith(districts):
            return NOT_APPLICABLE
        draw_ppm = None if rate_ppm >= MILLION else _draw_ppm(profile_id, facts)
        if draw_ppm is not None and draw_ppm >= rate_ppm:
            return PASSED
        answer = holds(dossier, facts, None)
        if answer is False:
            return PASSED
        if answer is None or (draw_ppm is None and rate_ppm < MILLION):
            return Undetermined((_MISSING,), _named(profile))
        return Finding(_TEXT, shown(dossier, facts, draw_ppm))

    return applied


def _draw_ppm(profile_id: str, facts: Facts) -> int | None:
    if facts.profile_draws is msgspec.UNSET:
        return None
    return next((draw.draw_ppm for draw in facts.profile_draws if draw.profile_id == profile_id), None)


def _named(profile: Profile) -> dict[str, str]:
    return {"facts.profile_zh": profile.name_zh, "facts.profile_en": profile.name_en}


def _shown(profile: Profile) -> Any:
    """Of a hit: the name, and of every comparison that held the values that it held for."""
    parts = [(FIELDS[each.field], value_test(each)) for each in _affirmed(profile)]

    def shown(dossier: Dossier, facts: Facts, draw_ppm: int | None) -> dict[str, str]:
        values, zh, en = _named(profile), "", ""
        for field, holds in parts:
            if text := _text_of(field, holds, dossier, facts):
                values[f"facts.{field.name}"] = text
                zh, en = f"{zh}；{field.text.zh} {text}", f"{en}; {field.text.en} {text}"
        if draw_ppm is not None:
            values |= {"facts.profile_draw_ppm": str(draw_ppm), "facts.profile_rate_ppm": str(profile.rate_ppm)}
        return values | {"facts.hit_zh": zh, "facts.hit_en": en}

    return shown


def _affirmed(profile: Profile) -> list[Compare]:
    """The comparisons outside groups of which none may hold."""

    def below(condition: Any) -> list[Compare]:
        if isinstance(condition, Compare):
            return [condition]
        return [] if isinstance(condition, NoneOf) else [each for part in condition.of for each in below(part)]

    return below(profile.condition)


def _text_of(field: Field, holds: OfValue, dossier: Dossier, facts: Facts) -> str:
    items = dossier.declaration.items if field.of_item else (None,)
    read = (field.read(dossier, facts, item) for item in items)
    found = [_value_text(field, value) for value in read if holds(value)]
    return ", ".join(dict.fromkeys(found))[:_LONGEST_VALUE]


def _value_text(field: Field, value: Any) -> str:
    if field.form is Form.LISTED:
        return f"{_LISTED.zh} {_LISTED.en}"
    if isinstance(value, Velocity):
        count = value.value_cny if field.counter and field.counter.value else value.declarations
        return f"{'≥ ' if value.at_least else ''}{canonical(count)}"
    return canonical(value)
