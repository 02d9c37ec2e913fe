"""Risk profiles: what they say of a parcel, on which days, and that nothing unknown is let pass."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given

from app.domain.canonical import decode_facts, encode_facts
from app.domain.decision import FindingKind, Outcome
from app.domain.facts import Facts
from app.domain.velocity import Contacts, Counted, ProfileDraw, Velocity
from app.rules.evaluation import assess
from app.rules.findings import decided_finding
from app.rules.kernel import NOT_APPLICABLE, PASSED, Crashed, Finding, Undetermined
from app.rules.profiles.compiling import compiled
from app.rules.profiles.definition import (
    AllOf,
    Compare,
    Condition,
    NoneOf,
    OneItem,
    decode_profile,
    encode_profile,
)
from app.rules.rulebook import RuleBook
from tests import builders
from tests.rules.law import book
from tests.rules.profile_strategies import ID, conditions, dossier, facts, meaning, profile

CHOCOLATE = Compare("hs_code", "starts_with", ("1806",))


def answer(condition: Condition, known: Facts | None = None, **changes: object) -> object:
    """What the profile says of the builders' parcel."""
    return compiled(ID, 1, profile(condition, **changes))(dossier(), known or builders.facts(), None)


def with_profile(**changes: object) -> RuleBook:
    """The book of the law with one profile that finds every parcel with chocolate."""
    law = book()
    return law.with_profiles((compiled(ID, 1, profile(CHOCOLATE, **changes)),), law.tables)


@given(conditions, facts())
def test_a_compiled_profile_says_what_its_condition_means(condition: Condition, known: Facts) -> None:
    said = answer(condition, known)
    expected = meaning(condition, dossier(), known)
    assert {True: Finding, False: type(PASSED), None: Undetermined}[expected] is type(said)


@given(conditions)
def test_a_profile_is_read_again_as_it_was_written(condition: Condition) -> None:
    written = profile(condition, districts=("22",), rate_ppm=5)
    assert decode_profile(encode_profile(written)) == written


@given(facts())
def test_the_facts_of_profiles_are_stored_exactly(known: Facts) -> None:
    assert decode_facts(encode_facts(known)) == known
    assert encode_facts(decode_facts(encode_facts(known))) == encode_facts(known)


def test_facts_without_profiles_have_the_bytes_that_they_always_had() -> None:
    assert not any(word in encode_facts(builders.facts()) for word in (b"velocities", b"profile_draws", b"contacts"))


@pytest.mark.parametrize(
    ("day", "hit"),
    [
        (date(2024, 5, 31), False),
        (date(2024, 6, 1), True),
        (date(2024, 6, 30), True),
        (date(2024, 7, 1), False),
    ],
)
def test_a_profile_is_in_force_from_its_first_to_its_last_day(day: date, hit: bool) -> None:
    law = with_profile(first_day=date(2024, 6, 1), last_day=date(2024, 6, 30)).on(day)
    found = {each.rule_id for each in assess(law, builders.documents(), builders.facts(accepted_on=day)).findings}
    assert (ID in found) is hit


@pytest.mark.parametrize(("action", "outcome"), [("hold", Outcome.HELD), ("inspect", Outcome.INSPECTION)])
def test_the_action_of_a_profile_decides(action: str, outcome: Outcome) -> None:
    law = with_profile(action=action).on(builders.ACCEPTED_ON)
    decided = assess(law, builders.documents(), builders.facts())
    assert decided.outcome is outcome
    (found,) = [each for each in decided.findings if each.rule_id == ID]
    assert found.kind is FindingKind.FINDING


def test_all_values_of_a_hit_are_for_officers_only() -> None:
    said = answer(AllOf((CHOCOLATE, Compare("platform", "one_of", (builders.PLATFORM,)))))
    assert isinstance(said, Finding)
    assert {path.partition(".")[0] for path in said.values} == {"facts"}
    assert said.values["facts.hs_code"] == "1806310000"
    assert "商品编码 1806310000" in said.values["facts.hit_zh"]


def test_a_hit_by_a_list_of_people_names_nobody() -> None:
    known = builders.facts(contacts=Contacts(buyer="#a", telephone="#b", address="#c"))
    said = answer(Compare("buyer_list", "one_of", ("#a",)), known)
    assert isinstance(said, Finding)
    assert "#a" not in str(said.values)


@pytest.mark.parametrize(("number", "hit"), [("60", True), ("60.00001", False), ("59.99999", True)])
def test_a_number_is_compared_to_the_last_decimal(number: str, hit: bool) -> None:
    one_item = OneItem((CHOCOLATE, Compare("item_price", "at_least", (number,))))
    assert isinstance(answer(one_item), Finding) is hit


def test_the_conditions_of_one_item_must_hold_for_the_same_item() -> None:
    dear = Compare("item_price", "above", ("80",))
    assert isinstance(answer(AllOf((CHOCOLATE, dear))), Finding)
    assert answer(OneItem((CHOCOLATE, dear))) is PASSED


@pytest.mark.parametrize(("districts", "applies"), [((), True), (("22",), True), (("2244",), True), (("46",), False)])
def test_a_profile_of_other_districts_does_not_apply(districts: tuple[str, ...], applies: bool) -> None:
    assert (answer(CHOCOLATE, districts=districts) is not NOT_APPLICABLE) is applies


@pytest.mark.parametrize(("draw", "hit"), [(0, True), (249_999, True), (250_000, False), (999_999, False)])
def test_of_what_a_profile_would_hit_the_share_of_its_rate_is_drawn(draw: int, hit: bool) -> None:
    known = builders.facts(profile_draws=(ProfileDraw(profile_id=ID, draw_ppm=draw),))
    assert isinstance(answer(CHOCOLATE, known, rate_ppm=250_000), Finding) is hit


def test_a_draw_that_is_unknown_holds_what_the_condition_hits_and_nothing_else() -> None:
    assert isinstance(answer(CHOCOLATE, rate_ppm=1), Undetermined)
    assert answer(NoneOf((CHOCOLATE,)), rate_ppm=1) is PASSED


@pytest.mark.parametrize(
    "condition",
    [
        Compare("buyer_count_7d", "at_least", ("1",)),
        NoneOf((Compare("buyer_count_7d", "at_least", ("1",)),)),
        Compare("buyer_list", "none_of", ("#a",)),
        Compare("item_count_1d", "below", ("5",)),
    ],
)
def test_what_is_unknown_holds_and_never_releases(condition: Condition) -> None:
    law = book()
    known = law.with_profiles((compiled(ID, 1, profile(condition)),), law.tables)
    decided = assess(known.on(builders.ACCEPTED_ON), builders.documents(), builders.facts())
    (found,) = [each for each in decided.findings if each.rule_id == ID]
    assert found.kind is FindingKind.UNDETERMINED
    assert decided.outcome >= Outcome.HELD
    assert "风险布控所需的数据" in found.text_zh


def velocity(count: int, *, at_least: bool) -> Facts:
    """Facts with one counter of the buyer."""
    counted = Velocity(counted=Counted.BUYER, days=7, declarations=count, value_cny=Decimal(count), at_least=at_least)
    return builders.facts(velocities=(counted,))


@pytest.mark.parametrize(
    ("comparison", "limit", "expected"),
    [
        ("at_least", "500", Finding),
        ("above", "499", Finding),
        ("below", "500", type(PASSED)),
        ("at_most", "499", type(PASSED)),
    ],
)
def test_a_counter_at_its_bound_decides_every_comparison_that_may_be_written(
    comparison: str, limit: str, expected: type
) -> None:
    assert type(answer(Compare("buyer_count_7d", comparison, (limit,)), velocity(500, at_least=True))) is expected


def test_a_value_known_only_from_below_is_unknown_where_more_would_change_the_answer() -> None:
    over = Compare("buyer_value_7d", "above", ("600",))
    assert isinstance(answer(over, velocity(500, at_least=True)), Undetermined)
    assert answer(over, velocity(500, at_least=False)) is PASSED


def test_another_definition_is_another_book() -> None:
    hashes = {with_profile().hash, with_profile(rate_ppm=5).hash, with_profile(name_zh="另一个").hash, book().hash}
    assert len(hashes) == 4
    assert with_profile().hash == with_profile().hash


def test_the_law_of_a_day_says_what_its_profiles_read() -> None:
    counter = Compare("buyer_value_30d", "above", ("600",))
    law = book()
    known = law.with_profiles((compiled(ID, 1, profile(counter, rate_ppm=5, last_day=date(2024, 6, 18))),), law.tables)
    assert known.on(date(2024, 6, 18)).wanted.counters == {(Counted.BUYER, 30)}
    assert known.on(date(2024, 6, 18)).wanted.draws == {ID}
    assert not known.on(date(2024, 6, 19)).wanted


def test_the_age_is_that_of_the_acceptance_day() -> None:
    born = dossier(buyer_id_number=builders.an_identity_number(born="20060619"))
    rule = compiled(ID, 1, profile(Compare("buyer_age", "below", ("18",))))
    assert isinstance(rule(born, builders.facts(accepted_on=date(2024, 6, 18)), None), Finding)
    assert rule(born, builders.facts(accepted_on=date(2024, 6, 19)), None) is PASSED
    passport = msgspec.structs.replace(born, declaration=msgspec.structs.replace(born.declaration, buyer_id_type="4"))
    assert isinstance(rule(passport, builders.facts(), None), Undetermined)


def test_a_profile_is_called_by_the_names_that_its_author_gave() -> None:
    written = profile(CHOCOLATE)
    rule = compiled(ID, 1, written)
    assert (rule.title.zh, rule.title.en) == (written.name_zh, written.name_en)
    assert (ID in rule.law.told.zh, "operational" in rule.law.told.zh) == (True, False)


def test_a_finding_that_a_party_reads_tells_no_name_of_a_profile() -> None:
    law = with_profile(rate_ppm=1).on(date(2024, 6, 18))
    in_force = next(each for each in law.rules if each.rule.id == ID)
    unknown = in_force.rule.apply(dossier(), builders.facts(), law.parameters)
    assert isinstance(unknown, Undetermined)
    for result in (unknown, Crashed("ValueError")):
        found = decided_finding(law, in_force, result)
        assert found is not None
        assert in_force.rule.title.zh not in found.text_zh
        assert in_force.rule.title.en not in found.text_en
        assert (ID in found.text_zh, ID in found.text_en) == (True, True)
