"""The pages of docs/rules: one a rule, an index, and the dated values; made from the rules themselves.

`tongguan rules docs` writes them and a test compares them, so that what a lawyer reads is what runs.
"""

import inspect
from collections.abc import Iterable, Iterator
from typing import Final

from app.cli.dated_values_read import dated_values_read
from app.domain.decision import Outcome
from app.rules.kernel import Rule
from app.rules.parameter_files import Parameter
from app.rules.parameters import ParameterTree, repr_of

_NOTICE: Final = "<!-- Written by `tongguan rules docs`; change the rule, not this page. -->"
_INDEX_TEXT: Final = (
    "Every rule with its law. The dated values they read stand in [parameters.md](parameters.md); how other people add "
    "rules of their own, in [packs.md](packs.md)."
)
_PARAMETERS_TEXT: Final = (
    "Each value is in force from its first day until the next one begins. MEMORY: known in the trade, no official "
    "source at hand. Operational: no law says it; the customs office that runs the service decides."
)


def pages(rules: tuple[Rule, ...], tree: ParameterTree) -> dict[str, str]:
    """The text of every page by file name."""
    written = {f"{rule.id}.md": _rule_page(rule, tree) for rule in rules}
    written["README.md"] = _index(rules, tree)
    written["parameters.md"] = _parameters_page(tree)
    return written


def _rule_page(rule: Rule, tree: ParameterTree) -> str:
    lines = [
        f"# {rule.id} {rule.title.zh} · {rule.title.en}",
        "",
        _NOTICE,
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {text} |" for name, text in _facts(rule, tree)),
        "",
        inspect.cleandoc(rule.provision),
    ]
    read = [parameter for name in dated_values_read(rule) if (parameter := _found(tree, name))]
    if read:
        lines += ["", "## Dated values it reads", "", *_table(read)]
    return "\n".join(lines) + "\n"


def _facts(rule: Rule, tree: ParameterTree) -> Iterator[tuple[str, str]]:
    yield "Law", _cell(rule.law.provision)
    if rule.law.en:
        yield "In English", _cell(rule.law.en)
    if not rule.law.verified:
        yield "Verified", "not against the published text (未与公布文本核对)"
    if rule.law.source:
        yield "Source", _cell(rule.law.source)
    yield "In force", _days(rule)
    yield "A finding leads to", _consequence(rule, tree)
    if rule.official_code:
        yield "Customs code", rule.official_code
    yield "Version", rule.version
    yield "Code", f"`{rule.apply.__module__.replace('.', '/')}.py`"


def _days(rule: Rule) -> str:
    first_day, last_day = rule.in_force.first_day, rule.in_force.last_day
    begins = "" if first_day.year == 1 else f"from {first_day} "
    return (begins + (f"to {last_day}" if last_day else "")).strip()


def _consequence(rule: Rule, tree: ParameterTree) -> str:
    if isinstance(rule.consequence, Outcome):
        return rule.consequence.word
    parameter = _found(tree, f"consequences.{rule.consequence}")
    dated = parameter.values if parameter else ()
    return "; ".join(f"{value_text(one.value)} from {one.first_day} ({_cell(one.law)})" for one in dated)


def _index(rules: tuple[Rule, ...], tree: ParameterTree) -> str:
    rows = (
        f"| [{rule.id}]({rule.id}.md) | {rule.title.zh} | {rule.title.en} | {_last_consequence(rule, tree)} "
        f"| {_cell(rule.law.provision)} |"
        for rule in rules
    )
    lines = [
        "# The rules of retail imports",
        "",
        _NOTICE,
        "",
        _INDEX_TEXT,
        "",
        "| Rule | 标题 | Title | A finding leads to | Law |",
        "|---|---|---|---|---|",
        *rows,
    ]
    return "\n".join(lines) + "\n"


def _last_consequence(rule: Rule, tree: ParameterTree) -> str:
    if isinstance(rule.consequence, Outcome):
        return rule.consequence.word
    parameter = _found(tree, f"consequences.{rule.consequence}")
    return value_text(parameter.values[-1].value) if parameter else ""


def _parameters_page(tree: ParameterTree) -> str:
    lines = [
        "# Dated values",
        "",
        _NOTICE,
        "",
        _PARAMETERS_TEXT,
    ]
    for group in dict.fromkeys(parameter.group for parameter in tree.parameters):
        members = [parameter for parameter in tree.parameters if parameter.group == group]
        lines += ["", f"## {group}", "", *_table(members)]
    return "\n".join(lines) + "\n"


def _table(parameters: Iterable[Parameter]) -> Iterator[str]:
    yield "| Name | What | Unit | First day | Value | Law |"
    yield "|---|---|---|---|---|---|"
    for parameter in parameters:
        name, what, unit = f"`{parameter.group}.{parameter.name}`", _cell(parameter.description), _cell(parameter.unit)
        for dated in parameter.values:
            value = _cell(value_text(dated.value))
            yield f"| {name} | {what} | {unit} | {dated.first_day} | {value} | {_cell(dated.law)} |"
            name = what = unit = ""


def value_text(value: object) -> str:
    """A dated value as people read it."""
    shown = repr_of(value)
    return ", ".join(shown) if isinstance(shown, list) else str(shown)


def _found(tree: ParameterTree, name: str) -> Parameter | None:
    return next((parameter for parameter in tree.parameters if parameter.path == f"parameters.{name}"), None)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
