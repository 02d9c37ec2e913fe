"""What a number or code may look like."""

from unicodedata import category

from hypothesis import given
from hypothesis import strategies as st

from app.domain.identifiers import is_visible

# A space, the full-width one, zero-width ones, fillers that are letters, marks that only join, blank Braille.
INVISIBLE = (
    *(" ", "\t", "\n", "\r", "\x7f", "\u00a0", "\u00ad", "\u034f", "\u115f", "\u1680", "\u180e", "\u2003", "\u200b"),
    *("\u200d", "\u2028", "\u202e", "\u205f", "\u2060", "\u2800", "\u3000", "\u3164", "\ufe0f", "\ufeff", "\uffa0"),
)


@given(st.text(st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0x2FF) | st.sampled_from("-_/.#号单𠮷")))
def test_letters_digits_and_marks_of_any_script_are_seen(text: str) -> None:
    assert is_visible(text)


@given(st.text("AZ09-号"), st.sampled_from(INVISIBLE), st.text("AZ09-号"))
def test_one_invisible_character_anywhere_is_enough(before: str, hidden: str, after: str) -> None:
    assert not is_visible(before + hidden + after)


@given(st.characters(exclude_categories=["Cs"]))
def test_no_space_control_or_format_character_is_seen(letter: str) -> None:
    if category(letter)[0] in "CZ" or letter.isspace():
        assert not is_visible(letter)


@given(st.lists(st.text(st.sampled_from("A1号 \u200b\u3164"), max_size=3)))
def test_texts_joined_are_seen_if_each_is(texts: list[str]) -> None:
    assert is_visible("".join(texts)) == all(map(is_visible, texts))
