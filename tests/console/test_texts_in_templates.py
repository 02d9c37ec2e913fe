"""Texts are told when a template is compiled: in its language, as markup, with values escaped."""

import re
from typing import Any

import pytest
from jinja2 import DictLoader, Environment

from app.console.rendering import TEMPLATES, environment
from app.console.texts_in_templates import NAME, Texts, TextsToldEarly
from app.languages import Language

CHINESE = {"Queue": "队列", "<b>%(count)s</b> of %(name)s": "%(name)s 的 <b>%(count)s</b>", "Over 3 %%": "超过 3 %%"}


class Asked(Texts):
    """Texts that note which of them were asked for."""

    def __init__(self) -> None:
        super().__init__(CHINESE)
        self.messages: list[str] = []

    def told(self, message: str) -> Any:
        self.messages.append(message)
        return super().told(message)


@pytest.fixture
def texts() -> Asked:
    return Asked()


def rendered(texts: Asked, source: str, **given: object) -> str:
    """What a template gives; only the texts that rendering asked for stay noted."""

    class Translated(Environment):
        code_generator_class = TextsToldEarly

    templates = Translated(loader=DictLoader({"page": source}), autoescape=True)
    templates.globals[NAME] = texts
    template = templates.get_template("page")
    texts.messages.clear()
    return template.render(**given)


def test_a_text_of_the_template_is_not_looked_up_for_a_page(texts: Asked) -> None:
    macro = "{% macro shown(label) %}[{{ label }}]{% endmacro %}"
    page = rendered(texts, macro + '<p title="{{ _("Queue") }}">{{ shown(_("Queue")) }}{{ _("Over 3 %%") }}</p>')
    assert page == '<p title="队列">[队列]超过 3 %</p>'
    assert texts.messages == []


def test_values_in_a_text_are_escaped_and_the_text_is_not(texts: Asked) -> None:
    source = '{{ _("<b>%(count)s</b> of %(name)s", count=2, name=name ~ _("Queue")) }}'
    assert rendered(texts, source, name="<i>") == "&lt;i&gt;队列 的 <b>2</b>"
    assert texts.messages == []


def test_a_message_that_only_the_page_knows_is_told_then(texts: Asked) -> None:
    assert rendered(texts, "{{ _(word) }}, {{ _(other) }}", word="Queue", other="<x>") == "队列, <x>"
    assert texts.messages == ["Queue", "<x>"]


def test_no_template_leaves_a_text_of_its_own_to_look_up() -> None:
    templates = environment(Language.ZH)
    for path in TEMPLATES.rglob("*.html"):
        compiled = templates.compile(path.read_text(), raw=True)
        assert not re.search(r"l_\d+__\), ['\"]", compiled), path.name
