"""Charts: what is in the picture, for those who see it and for those who hear it."""

import pytest
from leather.ticks.score import ScoreTicker
from lxml import etree

from app.console.charts import Line, bar_chart, line_chart, sparkline

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: bytes) -> list[str]:
    return [each.text or "" for each in etree.fromstring(picture).iter(f"{SVG}text")]


def part(picture: etree._Element, name: str) -> etree._Element:
    """The first part of this name, which is there."""
    found = picture.find(f"{SVG}{name}")
    assert found is not None, name
    return found


@pytest.mark.parametrize(
    "picture",
    [
        sparkline([1, 5, 3], "Parcels of the buyer"),
        line_chart("Released", "By day", ["Mon", "Tue"], [Line("by itself", [1, None]), Line("by officers", [2, 3])]),
        bar_chart("Findings", "By rule", [("TRI-02", 12_345), ("LIM-01", 3)]),
        line_chart("Nothing", "yet", [], []),
        bar_chart("Nothing", "yet", []),
        sparkline([], "Nothing"),
        line_chart("One day", "of one line", ["Mon"], [Line("all", [0])]),
        bar_chart("Alike", "names", [("a", 0), ("a", 0)]),
    ],
)
def test_a_picture_says_what_it_shows_and_holds_no_script(picture: bytes) -> None:
    root = etree.fromstring(picture)
    named = root.get("aria-labelledby", "").split()
    assert [part(root, "title").get("id"), part(root, "desc").get("id")] == named
    assert part(root, "title").text
    assert root.get("role") == "img"
    assert not list(root.iter(f"{SVG}script"))
    assert b"Monaco" not in picture
    assert "prefers-color-scheme:dark" in (part(root, "style").text or "")


def test_bars_have_their_names_and_numbers_from_the_top() -> None:
    picture = bar_chart("Findings", "By rule", [("支付金额", 12_345), ("LIM-01", 3)])
    labels = [text for text in texts(picture) if ": " in text]
    bars = [each for each in etree.fromstring(picture).iter(f"{SVG}rect") if "f-s0" in each.get("class", "")]
    assert set(labels) == {"支付金额: 12,345", "LIM-01: 3"}
    longest = max(bars, key=lambda bar: float(bar.get("width", 0)))
    assert float(longest.get("y", 0)) < max(float(bar.get("y", 0)) for bar in bars)


def test_lines_differ_without_colour_and_skip_what_is_unknown() -> None:
    lines = [Line("a", [1, None, 3]), Line("b", [2, 2, 2])]
    paths = list(etree.fromstring(line_chart("T", "d", ["1", "2", "3"], lines)).iter(f"{SVG}path"))
    assert [path.get("stroke-dasharray") for path in paths] == [None, None, "6 4"]


def test_no_text_breaks_the_picture() -> None:
    picture = bar_chart("<b>\x00&", "\x1b", [("]]><script>alert(1)</script>\x0b", 1)])
    assert not list(etree.fromstring(picture).iter(f"{SVG}script"))


def test_many_days_have_few_labels() -> None:
    labels = [str(day) for day in range(365)]
    picture = line_chart("T", "d", labels, [Line("a", list(range(365)))])
    assert sum(text in labels for text in texts(picture)) <= 8 + 8  # and those of the other axis


def test_ticks_are_searched_once_for_a_range_and_never_for_a_small_line(monkeypatch: pytest.MonkeyPatch) -> None:
    searched = []
    search = ScoreTicker._find_ticks

    def counted(ticker: ScoreTicker) -> object:
        searched.append(ticker)
        return search(ticker)

    monkeypatch.setattr(ScoreTicker, "_find_ticks", counted)
    sparkline([1, 5, 3], "Parcels of the buyer")
    assert not searched
    for _ in range(2):
        line_chart("Released", "By day", ["Mon", "Tue"], [Line("by itself", [0, 987_654_321])])
    assert len(searched) == 1
