"""The pack's rule inside a whole rule book, on a parcel from a file.

`parcel.json` and `facts.json` hold what `app.domain.canonical` writes and what is stored with a decision, so that a
parcel on record can become a test.
"""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from tongguan_pack_example import RULES

from app.domain.canonical import decode_documents, decode_facts
from app.domain.decision import Assessment, Outcome
from app.domain.dossier import Documents
from app.rules.catalogue import OUR_RULES
from app.rules.evaluation import assess
from app.rules.parameters import read_tree
from app.rules.rulebook import RuleBook
from app.rules.tables.starter import starter_tables

HERE = Path(__file__).parent
PARCEL = decode_documents((HERE / "parcel.json").read_bytes())
FACTS = decode_facts((HERE / "facts.json").read_bytes())
BOOK = RuleBook.load((*OUR_RULES, *RULES), read_tree(), starter_tables())


def a_parcel(*, goods_name: str, transport_mode: str = "5") -> Documents:
    """The parcel of the file with other goods."""
    replace = msgspec.structs.replace
    ordered = replace(PARCEL.order.items[0], item_name=goods_name)
    declared = replace(PARCEL.declaration.items[0], item_name=goods_name, goods_name=goods_name)
    return replace(
        PARCEL,
        order=replace(PARCEL.order, items=(ordered, *PARCEL.order.items[1:])),
        declaration=replace(
            PARCEL.declaration, transport_mode=transport_mode, items=(declared, *PARCEL.declaration.items[1:])
        ),
    )


def assessed(parcel: Documents, day: date = FACTS.accepted_on) -> Assessment:
    """The decision of the whole book on a day."""
    return assess(BOOK.on(day), parcel, FACTS)


@pytest.mark.parametrize("goods_name", ["充电宝 10000毫安", "锂电池组"])
def test_a_battery_by_air_goes_to_an_officer(goods_name: str) -> None:
    assessment = assessed(a_parcel(goods_name=goods_name))
    assert assessment.outcome is Outcome.HELD
    assert [found.rule_id for found in assessment.findings] == ["EXA-01"]
    assert assessment.findings[0].values["declaration.goods_name"] == goods_name


def test_other_goods_by_air_are_released() -> None:
    assert assessed(PARCEL).outcome is Outcome.RELEASED


def test_a_battery_by_water_is_released() -> None:
    assert assessed(a_parcel(goods_name="充电宝", transport_mode="2")).outcome is Outcome.RELEASED


def test_the_rule_begins_on_its_first_day() -> None:
    before, first_day = date(2023, 12, 31), date(2024, 1, 1)
    battery = a_parcel(goods_name="充电宝")
    assert assessed(battery, before).outcome is Outcome.RELEASED
    assert assessed(battery, first_day).outcome is Outcome.HELD
