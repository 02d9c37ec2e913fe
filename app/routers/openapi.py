"""The OpenAPI document: made once from the operations and the schemas that decode, so that it cannot drift."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.routers.operations import Operation
from app.routers.problems import MEDIA_TYPE as PROBLEM_TYPE
from app.routers.problems import STATUS, TITLES, TYPE_PREFIX
from app.schemas.answer_shapes import ProblemAnswer

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_JSON: Final = "application/json"
_REFERENCE: Final = "#/components/schemas/{name}"
_NUMBER: Final = {
    "type": ["number", "string"],
    "minimum": 0,
    "exclusiveMaximum": 10**14,
    "pattern": r"^\d{1,14}(\.\d{1,5})?$",
}
_HEADERS: Final = {
    "Accept-Language": ("Language of texts: zh (default) or en", "en"),
    "Idempotency-Key": (
        "A key of your own, kept 30 days: the same request gets the first answer again, another one 409",
        "2f6c1c1e-order-PF20240618000001",
    ),
    "Tongguan-Clock": (
        "The instant that counts, only where TONGGUAN_TEST_CLOCK=1",
        "2024-06-18T10:00:00+08:00",
    ),
}
DESCRIPTION: Final = (
    "Clears cross-border e-commerce parcels. Send your key as `Authorization: Bearer KEY`. Amounts are exact: send "
    "numbers or texts of up to 14 digits before and 5 after the point; answers carry them as texts. Errors are "
    "RFC 9457 with a stable `code` and all faults at once."
)


def document_of(app: FastAPI, operations: Iterable[Operation]) -> dict[str, Any]:
    """The whole document: the operations, and what other routers declare in the framework's way."""
    operations = tuple(operations)
    document = get_openapi(title="Tongguan", version=app.version, description=DESCRIPTION, routes=app.routes)
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(_schemas(operations))
    components.setdefault("securitySchemes", {})["key"] = {
        "type": "http",
        "scheme": "bearer",
        "description": "A key made by `tongguan keys create`.",
    }
    paths = document.setdefault("paths", {})
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation)
    # Decimals of examples become plain numbers, so that any encoder can write the document.
    plain: dict[str, Any] = msgspec.json.decode(_ENCODER.encode(document))
    return plain


def _described(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "tags": [operation.tag],
        "parameters": _parameters(operation),
        "responses": _responses(operation),
    }
    if operation.secured:
        described["security"] = [{"key": []}]
    if operation.body is not None:
        schema = {"$ref": _REFERENCE.format(name=operation.body.__name__)}
        content = {_JSON: {"schema": schema, "example": operation.body_example}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    parameters += [
        {
            "name": name,
            "in": "query",
            "description": parameter.description,
            "schema": {"type": "string"},
            "example": parameter.example,
        }
        for name, parameter in operation.query.items()
    ]
    return parameters + [_header(name) for name in _headers_of(operation)]


def _headers_of(operation: Operation) -> list[str]:
    if not operation.secured:
        return []
    return [*_HEADERS] if operation.method == "POST" else ["Accept-Language"]


def _header(name: str) -> dict[str, Any]:
    description, example = _HEADERS[name]
    return {"name": name, "in": "header", "description": description, "schema": {"type": "string"}, "example": example}


def _responses(operation: Operation) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, documented in operation.answers.items():
        schema = {"type": "string"} if documented.shape is None else _schema_of(documented.shape)
        media_type = "text/plain" if documented.shape is None else _JSON
        content = {media_type: {"schema": schema, "example": documented.example}}
        responses[str(status)] = {"description": documented.meaning, "content": content}
    for status in sorted(set(operation.problems)):
        responses[str(status)] = _problem(status)
    return responses


def _problem(status: int) -> dict[str, Any]:
    codes = [kind.code for kind, own in STATUS.items() if own == status]
    zh, en = TITLES[codes[0]]
    example = {
        "type": TYPE_PREFIX + codes[0],
        "title": zh,
        "status": status,
        "detail": zh,
        "code": codes[0],
    }
    schema = {"$ref": _REFERENCE.format(name=ProblemAnswer.__name__)}
    return {"description": f"{en} {zh}", "content": {PROBLEM_TYPE: {"schema": schema, "example": example}}}


def _schema_of(shape: Any) -> dict[str, Any]:
    return {"$ref": _REFERENCE.format(name=shape.__name__)}


def _schemas(operations: tuple[Operation, ...]) -> dict[str, Any]:
    bodies = {operation.body for operation in operations if operation.body is not None}
    shapes = {each.shape for operation in operations for each in operation.answers.values() if each.shape is not None}
    schemas = dict(_components(shapes | {ProblemAnswer}))
    for name, schema in _components(bodies).items():
        schemas[name] = _with_exact_numbers(schema)
    return schemas


def _components(types: Iterable[type]) -> Mapping[str, Any]:
    by_name = sorted(types, key=lambda kind: kind.__name__)
    _, components = msgspec.json.schema_components(by_name, ref_template=_REFERENCE)
    return components


def _with_exact_numbers(schema: Any) -> Any:
    """Amounts may be sent as numbers or texts; msgspec describes a Decimal as a text."""
    if isinstance(schema, list | tuple):
        return [_with_exact_numbers(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {name: _with_exact_numbers(member) for name, member in schema.items()}
    if changed.get("format") == "decimal":
        del changed["format"]
        changed |= _NUMBER
    return changed
