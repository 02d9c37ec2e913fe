"""Charts as SVG: lines, bars and sparklines, drawn by leather and dressed here for light and dark, eyes and ears.

What belongs here: pictures of numbers that were counted elsewhere. No script, no font of our own; colours are classes
with a style sheet in the picture, and attributes where a policy keeps that out. A page that shows one shows the same
figures as a table too.
"""

import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

import leather
from leather import theme
from leather.scales import Linear, Ordinal, Scale

Number = float | int
Form = Callable[[Number], str]
WIDTH, HEIGHT = 600, 240
_BAR_HEIGHT = 30
_FRAME = 80  # what margins and ticks take of the height
_MOST_LABELS = 7
_NAMESPACE = "http://www.w3.org/2000/svg"
# Each with the colours on a light and on a dark ground: contrast with it is at least 4.5 to 1 for texts, 3 for shapes.
_COLOURS: Final = {
    "ground": ("#ffffff", "#1a2027"),
    "ink": ("#333333", "#dddddd"),
    "rule": ("#dddddd", "#444444"),
    "zero": ("#888888", "#999999"),
    "s0": ("#1f5fa8", "#7db4f0"),
    "s1": ("#b3420f", "#f0986a"),
    "s2": ("#2c7a3f", "#7fcf92"),
    "s3": ("#7a3e9d", "#c99be5"),
}
_SERIES = ("s0", "s1", "s2", "s3")
_DASHES = ("none", "6 4", "2 3", "9 3 2 3")  # lines differ without colour, too
_ticked = lru_cache(maxsize=512)(Linear)  # never changed once made; the search for its ticks is most of a chart
_FONT = "font-family:system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"


class Line(NamedTuple):
    """One line of a chart; None where nothing is known."""

    name: str
    values: Sequence[Number | None]


def plain(value: Number) -> str:
    """A number as people read it: ``12,345`` or ``0.25``."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def sparkline(values: Sequence[Number], label: str, width: int = 160, height: int = 36) -> bytes:
    """A small line without axes; `label` says in words what it shows."""
    group = ET.Element("g", transform="translate(4 4)")
    if values:
        scales = _Exact(0, max(1, len(values) - 1)), _Exact(min(0, *values), max(1, *values))
        for shape, shown in (
            (leather.Line(stroke_color=_light("s0")), list(enumerate(values))),
            (leather.Dots(fill_color=_light("s0")), [(len(values) - 1, values[-1])]),
        ):
            group.append(shape.to_svg(width - 8, height - 8, *scales, leather.Series(shown), iter(())))
    return _picture(group, width, height, label, ", ".join(map(plain, values)))


def line_chart(title: str, description: str, labels: Sequence[str], lines: Sequence[Line], form: Form = plain) -> bytes:
    """Lines over the same labels (days, weeks), from zero upwards."""
    known = [value for line in lines for value in line.values if value is not None]
    if not known:
        return _picture(ET.Element("g"), WIDTH, HEIGHT, title, description)
    chart = leather.Chart()
    chart.set_x_scale(_Exact(0, max(1, len(labels) - 1)))
    chart.set_y_scale(_ticked(min(0, *known), max(1, *known)))
    step = -(-len(labels) // _MOST_LABELS)
    chart.set_x_axis(_Axis(list(range(0, len(labels), step)), lambda place, *_: labels[int(place)]))
    chart.set_y_axis(_Axis(None, lambda value, *_: form(float(value))))
    for number, line in enumerate(lines):
        if all(value is None for value in line.values):
            continue
        colour, dash = _light(_SERIES[number % len(_SERIES)]), _DASHES[number % len(_DASHES)]
        series = leather.Series(list(enumerate(line.values)), name=line.name)
        chart.add_series(series, leather.Line(stroke_color=colour, stroke_dasharray=dash))
    return _picture(chart.to_svg_group(WIDTH, HEIGHT), WIDTH, HEIGHT, title, description)


def bar_chart(title: str, description: str, bars: Sequence[tuple[str, Number]], form: Form = plain) -> bytes:
    """Bars one below the other, each with its name and its number."""
    height = _FRAME + _BAR_HEIGHT * max(1, len(bars))
    if not bars:
        return _picture(ET.Element("g"), WIDTH, height, title, description)
    chart = leather.Chart()
    # Names may be alike, places are not; the first is at the top.
    places = [str(place) for place in reversed(range(len(bars)))]
    chart.set_x_scale(_ticked(min(0, *(value for _, value in bars)), max(1, *(value for _, value in bars))))
    chart.set_y_scale(Ordinal(places))
    chart.set_x_axis(_Axis(None, lambda value, *_: form(float(value))))
    chart.set_y_axis(_Axis(places, lambda place, *_: f"{bars[int(place)][0]}: {form(bars[int(place)][1])}"))
    series = leather.Series([(bars[int(place)][1], place) for place in places])
    chart.add_series(series, leather.Bars(_light("s0")))
    return _picture(chart.to_svg_group(WIDTH, height), WIDTH, height, title, description)


class _Exact(Scale):  # type: ignore[misc] # leather has no types
    """A scale that ends where its values end, without ticks: leather's goes on to the next, and searches for 3 ms."""

    def __init__(self, low: Number, high: Number) -> None:
        self._low, self._span = float(low), float(high) - float(low)

    def contains(self, value: Any) -> bool:
        """Whether a value is within it."""
        return 0 <= float(value) - self._low <= self._span

    def project(self, value: Any, range_min: Any, range_max: Any) -> float:
        """Where a value lies between two places."""
        return float(range_min) + (float(range_max) - float(range_min)) * (float(value) - self._low) / self._span


class _Axis(leather.Axis):  # type: ignore[misc] # leather has no types
    """An axis that leaves room for wide characters."""

    def _estimate_left_tick_width(self, scale: Any) -> float:
        ticks = self._ticks or scale.ticks()
        return max(_wide(self._tick_formatter(tick, place, len(ticks))) for place, tick in enumerate(ticks))


def _wide(text: str) -> float:
    """About how wide a text is in the picture."""
    return sum(14.0 if unicodedata.east_asian_width(character) in "WF" else 8.0 for character in text)


def _light(name: str) -> str:
    return _COLOURS[name][0]


def _picture(group: ET.Element, width: int, height: int, title: str, description: str) -> bytes:
    """The whole document around what leather drew: with words for those who do not see it, and for dark rooms."""
    root = ET.Element(
        "svg",
        {
            "xmlns": _NAMESPACE,
            "viewBox": f"0 0 {width} {height}",
            "width": str(width),
            "height": str(height),
            "role": "img",
            "aria-labelledby": "title description",
        },
    )
    ET.SubElement(root, "title", id="title").text = _writable(title)
    ET.SubElement(root, "desc", id="description").text = _writable(description)
    ET.SubElement(root, "style").text = _style()
    ET.SubElement(root, "rect", width="100%", height="100%", fill=_light("ground"))
    root.append(group)
    _dress(root.iter())
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _dress(elements: Iterable[ET.Element]) -> None:
    """Colours get the class that follows the reader's choice of light or dark; fonts are the reader's."""
    names = {light: name for name, (light, _) in _COLOURS.items()}
    for element in elements:
        element.attrib.pop("font-family", None)
        for attribute, letter in (("fill", "f"), ("stroke", "l")):
            if name := names.get(element.get(attribute, "")):
                element.set("class", f"{element.get('class', '')} {letter}-{name}".strip())
        if element.text:
            element.text = _writable(element.text)


@cache
def _style() -> str:
    """The style sheet of every picture."""

    def rules(ground: int) -> str:
        return "".join(
            f".f-{name}{{fill:{shades[ground]}}}.l-{name}{{stroke:{shades[ground]}}}"
            for name, shades in _COLOURS.items()
        )

    return f"text{{{_FONT}}}{rules(0)}@media (prefers-color-scheme:dark){{{rules(1)}}}"


def _writable(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(character for character in text if character >= " ")


# Where leather keeps its looks; it knows no other way.
theme.background_color = "none"
theme.margin = 0.04
theme.tick_font_size = 13
theme.legend_font_char_width = 10  # Chinese names are wider than it thinks
theme.label_color = theme.legend_color = _light("ink")
theme.tick_color, theme.zero_color = _light("rule"), _light("zero")
