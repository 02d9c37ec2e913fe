"""The OpenAPI document as one plain page: every address, its fields, an example of each body and answer."""

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any, Final

_CODE: Final = re.compile(r"`([^`]*)`")
_STYLE: Final = """
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}
h2{margin-top:2.5rem;border-top:1px solid #d0d7de;padding-top:1rem}code,pre{font:13px/1.45 ui-monospace,monospace}
pre{background:#f6f8fa;padding:.75rem;overflow:auto;max-height:26rem}table{border-collapse:collapse;width:100%}
td,th{border:1px solid #d0d7de;padding:.25rem .5rem;text-align:left;vertical-align:top}
nav a{display:block}.method{display:inline-block;min-width:3.5rem;font-weight:600}
"""


def page_of(document: dict[str, Any]) -> str:
    """The whole page."""
    title = escape(document["info"]["title"])
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(_body(document))}</body></html>'


def _body(document: dict[str, Any]) -> Iterator[str]:
    info = document["info"]
    yield f"<h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{_prose(info['description'])}</p>"
    yield '<p>Machine-readable: <a href="/openapi.json">/openapi.json</a>. Fields are listed at the end.</p><nav>'
    operations = [
        (method.upper(), path, operation)
        for path, methods in sorted(document["paths"].items(), key=_reading_order)
        for method, operation in methods.items()
    ]
    for method, path, operation in operations:
        yield f'<a href="#{_anchor(method, path)}">{_named(method, path)} {escape(operation.get("summary", ""))}</a>'
    yield "</nav>"
    for method, path, operation in operations:
        yield from _operation(method, path, operation)
    for name, schema in sorted(document["components"]["schemas"].items()):
        yield from _schema(name, schema)


def _reading_order(entry: tuple[str, Any]) -> tuple[bool, str]:
    """What parties and officers use first, then what operators use."""
    path, _ = entry
    return not path.startswith("/v1/"), path


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f'<h2 id="{_anchor(method, path)}">{_named(method, path)}</h2>'
    yield f"<p><b>{escape(operation.get('summary', ''))}</b></p><p>{_prose(operation.get('description', ''))}</p>"
    if parameters := operation.get("parameters"):
        rows = ((each["name"], each["in"], each.get("description", "")) for each in parameters)
        yield _table(("parameter", "in", "meaning"), rows)
    if "requestBody" in operation:
        yield from _contents("Body", operation["requestBody"].get("content", {}))
    for status, response in operation.get("responses", {}).items():
        if status.startswith("2"):
            yield from _contents(f"{status} {response['description']}", response.get("content", {}))
    refused = [f"{status} {each['description']}" for status, each in operation["responses"].items() if status[0] != "2"]
    if refused:
        yield f"<p>Refusals: {_prose('; '.join(refused))}</p>"


def _contents(heading: str, contents: dict[str, Any]) -> Iterator[str]:
    seen: list[Any] = []
    for content in contents.values():
        if content in seen:  # text/xml is application/xml once more
            continue
        seen.append(content)
        types = ", ".join(each for each, same in contents.items() if same == content)
        yield f"<h4>{escape(heading)} <code>{escape(types)}</code> {_link_of(content.get('schema', {}))}</h4>"
        for example in _examples(content):
            text = example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=2)
            yield f"<pre>{escape(text)}</pre>"


def _examples(content: dict[str, Any]) -> list[Any]:
    named = [each.get("value") for each in content.get("examples", {}).values()]
    return named or ([content["example"]] if "example" in content else [])


def _schema(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f'<h2 id="schema-{escape(name)}">{escape(name)}</h2><p>{_prose(schema.get("description", ""))}</p>'
    required = schema.get("required", ())
    rows = []
    for field, described in schema.get("properties", {}).items():
        told = next((each for each in described.get("anyOf", ()) if each.get("type") != "null"), described)
        needed = "yes" if field in required else ""
        rows.append((field, needed, told.get("title", ""), _form(told), told.get("description", "")))
    if rows:
        yield _table(("field", "required", "name", "form", "meaning"), rows)


def _form(described: dict[str, Any]) -> str:
    kind = described.get("type") or described.get("$ref", "").rpartition("/")[2] or "one of"
    words = [" or ".join(kind) if isinstance(kind, list) else str(kind)]
    if "enum" in described:
        words.append(" ".join(map(str, described["enum"])))
    if (most := described.get("maxLength")) is not None:
        fewest = described.get("minLength", 0)
        words.append(f"{most} characters" if fewest == most else f"{fewest} to {most} characters")
    return ", ".join(words)


def _link_of(schema: dict[str, Any]) -> str:
    name = schema.get("$ref", "").rpartition("/")[2]
    return f'<a href="#schema-{escape(name)}">{escape(name)}</a>' if name else ""


def _table(heads: tuple[str, ...], rows: Any) -> str:
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "".join("<tr>" + "".join(f"<td>{_prose(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _prose(text: str) -> str:
    """A sentence; what stands between backticks is code."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _anchor(method: str, path: str) -> str:
    return escape(f"{method}{path}".replace("/", "-").replace("{", "").replace("}", ""))


def _named(method: str, path: str) -> str:
    return f'<span class="method">{escape(method)}</span><code>{escape(path)}</code>'
