"""Rates as tariffs print them."""

from decimal import Decimal

import pytest

from app.domain.tariff import NO_RATE, Measure, Rate, Threshold, rate
from app.rules.tables.rate_texts import labelling_in, read_consumption_tax, read_percent, read_rate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", NO_RATE),
        ("-", NO_RATE),
        ("6.5", rate(Decimal("6.5"))),
        ("15%", rate(Decimal(15))),
        ("１５％", rate(Decimal(15))),
        ("7.5元/升", rate(amount_cny=Decimal("7.5"), measure=Measure.LITRE)),
        ("0元/升", Rate(measure=Measure.LITRE)),
        ("20%+0.912元/升", rate(Decimal(20), Decimal("0.912"), Measure.LITRE)),
        ("1元/千克 + 20%", rate(Decimal(20), Decimal(1), Measure.KILOGRAM)),
        ("2元/克", rate(amount_cny=Decimal(2000), measure=Measure.KILOGRAM)),
    ],
)
def test_rates_are_read_as_they_are_printed(text: str, expected: Rate) -> None:
    assert read_rate(text) == expected


@pytest.mark.parametrize("text", ["x", "-5", "5 6", "15%+3%", "1元/升+2元/升", "7元/打", "1e3", "", "NaN", "3001"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_rate(text)


def test_a_percentage_beyond_all_tariffs_is_refused() -> None:
    with pytest.raises(ValueError, match="no percentage"):
        read_percent("99999")


@pytest.mark.parametrize(
    ("text", "labelling", "expected"),
    [
        ("10%", None, rate(Decimal(10))),
        (
            "完税价>=10元/毫升(克): 15%; 低于: 0",
            "weight",
            Threshold(Measure.KILOGRAM, Decimal(10000), rate(Decimal(15)), NO_RATE),
        ),
        (
            "完税价格≥10元/毫升（克）或15元/片：15%",
            "volume",
            Threshold(Measure.LITRE, Decimal(10000), rate(Decimal(15)), NO_RATE),
        ),
        (
            "完税价>=10元/毫升(克)或15元/片: 15%",
            "piece",
            Threshold(Measure.SHEET, Decimal(15), rate(Decimal(15)), NO_RATE),
        ),
        (
            "完税价>=10000元/只: 20%",
            None,
            Threshold(Measure.PIECE, Decimal(10000), rate(Decimal(20)), NO_RATE),
        ),
        (
            "完税价>=2.6576767元: 0.253元/升; 低于: 0.2227元/升",
            None,
            Threshold(
                Measure.LITRE,
                Decimal("2.6576767"),
                rate(amount_cny=Decimal("0.253"), measure=Measure.LITRE),
                rate(amount_cny=Decimal("0.2227"), measure=Measure.LITRE),
            ),
        ),
    ],
)
def test_thresholds_are_read_with_the_floor_of_the_labelling(
    text: str, labelling: str | None, expected: object
) -> None:
    assert read_consumption_tax(text, labelling) == expected


def test_a_threshold_that_depends_on_an_unknown_labelling_is_unknown() -> None:
    assert read_consumption_tax("完税价>=10元/毫升(克)或15元/片: 15%", None) is None


@pytest.mark.parametrize(
    ("text", "labelling", "problem"),
    [
        ("100%", None, "100 %"),
        ("完税价>=10元/毫升(克): 15%", "piece", "no floor"),
        ("完税价>=10元: 15%", None, "no unit"),
        ("完税价>=ten元/只: 15%", None, "no threshold"),
        ("完税价>10元/只: 15%", None, "no percentage"),
    ],
)
def test_what_is_no_consumption_tax_is_refused(text: str, labelling: str | None, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_consumption_tax(text, labelling)


@pytest.mark.parametrize(
    ("name", "labelling"),
    [
        ("包装标注含量以体积计的香水及花露水", "volume"),
        ("其他包装标注含量以重量计的唇用化妆品", "weight"),
        ("其他包装标注规格的其他美容品", "piece"),
        ("洗衣皂", None),
    ],
)
def test_the_labelling_is_read_from_the_name(name: str, labelling: str | None) -> None:
    assert labelling_in(name) == labelling
