"""Reads the rates of a tariff as it is printed: ``10``, ``15%``, ``7.5元/升``, ``20%+0.912元/升``, thresholds.

Grammar of a consumption tax with a threshold, as the customs tariff prints it:
``完税价>=10元/毫升(克)或15元/片: 15%; 低于: 0``. What stands after 低于 may be left out; it is then 0.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Final

from app.domain.money import ZERO
from app.domain.tariff import NO_RATE, ConsumptionTax, Measure, Rate, Threshold, rate

_THOUSAND: Final = Decimal(1000)
_ONE: Final = Decimal(1)
# The word of a unit, the measure it counts, and how many of the measure it holds.
_UNITS: Final[dict[str, tuple[Measure, Decimal]]] = {
    **dict.fromkeys(("千克", "公斤", "kg"), (Measure.KILOGRAM, _ONE)),
    **dict.fromkeys(("克", "g"), (Measure.KILOGRAM, _ONE / _THOUSAND)),
    **dict.fromkeys(("吨", "t"), (Measure.KILOGRAM, _THOUSAND)),
    **dict.fromkeys(("升", "l", "litre"), (Measure.LITRE, _ONE)),
    **dict.fromkeys(("毫升", "ml"), (Measure.LITRE, _ONE / _THOUSAND)),
    **dict.fromkeys(("件", "个", "只", "支", "块", "piece"), (Measure.PIECE, _ONE)),
    **dict.fromkeys(("片", "张", "sheet"), (Measure.SHEET, _ONE)),
}
_NUMBER: Final = r"(\d+(?:\.\d+)?)"
_PER_UNIT: Final = re.compile(_NUMBER + r"(?:元|CNY)/([^\s()/]+)", re.IGNORECASE)
_FLOOR: Final = re.compile(_NUMBER + r"(?:元|CNY)(?:/([^\s()/]+)(?:\(([^)]+)\))?)?", re.IGNORECASE)
_THRESHOLD: Final = re.compile(r"完税价格?(?:>=|≥)(?P<floors>[^:]+):(?P<above>[^;]+)(?:;低于:(?P<below>[^;]+))?;?")
_MOST_DUTY_PERCENT: Final = 3000

# How a line's goods state their content, which decides the threshold that applies to them.
LABELLINGS: Final[dict[str, Measure]] = {
    "weight": Measure.KILOGRAM,
    "volume": Measure.LITRE,
    "piece": Measure.SHEET,
}
_LABELLING_WORDS: Final = {"以重量计": "weight", "以体积计": "volume", "标注规格": "piece"}


def labelling_in(name: str) -> str | None:
    """How the goods of a line state their content, read from its name (``包装标注含量以体积计``)."""
    return next((labelling for word, labelling in _LABELLING_WORDS.items() if word in name), None)


def read_rate(text: str) -> Rate:
    """A rate; ValueError says what is wrong. An unknown rate is an empty cell and is not read here."""
    text = _compact(text)
    if text in {"-", "0", "0%"}:
        return NO_RATE
    percent, amount_cny, measure = ZERO, ZERO, None
    for part in text.split("+"):
        if match := _PER_UNIT.fullmatch(part):
            if measure is not None:
                raise ValueError(f"{text!r} levies by quantity twice")
            measure, held = _unit(match[2])
            amount_cny = Decimal(match[1]) / held
        elif percent:
            raise ValueError(f"{text!r} holds two percentages")
        else:
            percent = read_percent(part)
    return rate(percent, amount_cny, measure)


def read_percent(text: str) -> Decimal:
    """``15`` and ``15%`` are fifteen percent; ValueError for anything else."""
    text = _compact(text).removesuffix("%")
    try:
        percent = Decimal(text) if re.fullmatch(_NUMBER, text) else None
    except InvalidOperation:
        percent = None
    if percent is None or percent > _MOST_DUTY_PERCENT:
        raise ValueError(f"{text!r} is no percentage: write 15 or 15%, 0 for none, and leave the cell empty if unknown")
    return percent


def read_consumption_tax(text: str, labelling: str | None) -> ConsumptionTax | None:
    """A consumption tax; None where the threshold that applies depends on an unknown `labelling`."""
    text = _compact(text)
    match = _THRESHOLD.fullmatch(text)
    if match is None:
        return _below_whole(read_rate(text))
    above = _below_whole(read_rate(match["above"]))
    below = _below_whole(read_rate(match["below"])) if match["below"] else NO_RATE
    floors = _floors(match["floors"], above)
    measure = next(iter(floors)) if len(floors) == 1 else LABELLINGS.get(labelling or "")
    if measure is None:
        return None
    if measure not in floors:
        raise ValueError(f"the threshold names no floor for goods labelled by {labelling}")
    return Threshold(measure, floors[measure], above, below)


def _floors(text: str, above: Rate) -> dict[Measure, Decimal]:
    """The least value of one measure, for each measure that the threshold names."""
    floors: dict[Measure, Decimal] = {}
    for part in text.split("或"):
        match = _FLOOR.fullmatch(part)
        if match is None:
            raise ValueError(f"{part!r} is no threshold: write for example 10元/毫升(克)")
        if match[2] is None:
            if above.measure is None:
                raise ValueError(f"{part!r} names no unit: write for example 10000元/只")
            floors[above.measure] = Decimal(match[1])
        for word in match.group(2, 3):
            if word is not None:
                measure, held = _unit(word)
                floors[measure] = Decimal(match[1]) / held
    return floors


def _unit(word: str) -> tuple[Measure, Decimal]:
    known = _UNITS.get(word.lower())
    if known is None:
        raise ValueError(f"{word!r} is no unit of a rate: use {', '.join(_UNITS)}")
    return known


def _below_whole(levy: Rate) -> Rate:
    # The tax base is the price with the tax: at 100 % it would be divided by nothing.
    if levy.share >= 1:
        raise ValueError("a consumption tax of 100 % or more cannot be computed")
    return levy


def _compact(text: str) -> str:
    # White space between two digits stays and is refused: "5 6" is not 56.
    return re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", unicodedata.normalize("NFKC", text))
