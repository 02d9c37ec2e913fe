"""Texts of templates, told when a template is compiled: a page then prints them as if they were written there.

`_("…")` becomes a constant, which the compiler joins with the markup around it, and with values one formatting. Only a
message that is known no earlier than the page (the word of a state) is looked up then. A page of a queue has 270
texts; looking each of them up was a quarter of its processor time.
"""

from collections.abc import Mapping
from typing import Any, Final, cast

from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

NAME: Final = "_"
COUNTED: Final = "ngettext"


class Texts:
    """What `_` is in templates of one language. Our texts are markup; the values put into them are escaped."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def __call__(self, message: str, /, **values: object) -> Markup:
        """A text with its placeholders (``%(name)s``) filled."""
        return self.told(message) % values

    def counted(self, one: str, many: str, number: int, /, **values: object) -> Markup:
        """A text for one thing or for many. Few pages count in words, so these are looked up by the page."""
        return self.told(one if number == 1 else many) % values

    def told(self, message: str) -> Markup:
        """A text as the catalogue has it."""
        return Markup(self._texts.get(message, message))  # noqa: S704 - texts of ours, none of a user's


class TextsToldEarly(CodeGenerator):
    """The compiler of templates whose environment has `Texts` under their name."""

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802 - as visitors name it
        """The whole of a template."""
        told = _Telling(cast("Texts", self.environment.globals[NAME])).visit(node)
        super().visit_Template(told.set_environment(self.environment), frame)


class _Telling(NodeTransformer):
    """Puts texts in the place of calls whose message stands in the template."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - as visitors name it
        """One call. What it is given may hold texts, too."""
        self.generic_visit(node)
        match node:
            case nodes.Call(
                node=nodes.Name(name=name), args=[nodes.Const(value=str(message))], dyn_args=None, dyn_kwargs=None
            ) if name == NAME:
                return self._text(message, node.kwargs, node.lineno)
        return node

    def _text(self, message: str, values: list[nodes.Keyword], line: int) -> nodes.Expr:
        if not values:
            return nodes.Const(self._texts(message), lineno=line)
        given = [nodes.Pair(nodes.Const(each.key), each.value) for each in values]
        return nodes.Mod(nodes.Const(self._texts.told(message)), nodes.Dict(given), lineno=line)
