"""The description of the public interface (OpenAPI 3.1), made from its routes and the classes of its answers."""

import re
from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from inspect import cleandoc
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from werkzeug.routing import Rule

from app.front.api.answers import Problem

PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    NoneType: {"type": "null"},
}
PARAMETERS = {"slug": "The event's slug, as in its address.", "code": "The session's code."}
_ARGUMENT = re.compile(r"<(?:[a-z]+:)?([a-z]+)>")


def describe(routes: Iterable[tuple[Rule, Any, str]], *, base_url: str) -> dict[str, Any]:
    """The whole document. `routes`: rule, class of the answer or None for this document itself, and summary."""
    schemas: dict[str, Any] = {}
    schema_of(Problem, schemas)
    paths = {
        _ARGUMENT.sub(r"{\1}", rule.rule): {"get": _operation(rule, answer, summary, schemas)}
        for rule, answer, summary in sorted(routes, key=lambda one: one[0].rule)
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Uketsuke: public programme",
            "version": "1",
            "description": "The programmes of public events as last released, for other programs. Read only.",
        },
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def schema_of(kind: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a type; classes are put into `schemas` and referred to."""
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, UnionType):
        return {"anyOf": [schema_of(one, schemas) for one in get_args(kind)]}
    if get_origin(kind) is list:
        return {"type": "array", "items": schema_of(get_args(kind)[0], schemas)}
    if get_origin(kind) is dict:
        return {"type": "object", "additionalProperties": schema_of(get_args(kind)[1], schemas)}
    if issubclass(kind, StrEnum):
        return {"type": "string", "enum": [one.value for one in kind]}
    return _referred(kind, schemas)


def _referred(kind: type, schemas: dict[str, Any]) -> dict[str, Any]:
    if kind.__name__ not in schemas:
        schemas[kind.__name__] = {}
        schemas[kind.__name__] |= _object(kind, schemas)
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _object(kind: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    types = get_type_hints(kind)
    names = [one.name for one in fields(kind)]
    return {
        "type": "object",
        "description": " ".join(cleandoc(kind.__doc__ or "").split()),
        "properties": {name: schema_of(types[name], schemas) for name in names},
        "required": names,
        "additionalProperties": False,
    }


def _operation(rule: Rule, answer: Any, summary: str, schemas: dict[str, Any]) -> dict[str, Any]:
    content = {"type": "object"} if answer is None else schema_of(answer, schemas)
    answers: dict[str, Any] = {
        "200": {"description": summary, "content": {"application/json": {"schema": content}}},
        "304": {"description": "Nothing changed since the answer whose ETag was sent as If-None-Match."},
    }
    if rule.arguments:
        problem = {"application/problem+json": {"schema": schema_of(Problem, schemas)}}
        answers["404"] = {"description": "There is no such thing, or it is not public.", "content": problem}
    return {
        "operationId": rule.endpoint.rpartition(".")[2],
        "summary": summary,
        "parameters": [
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": PARAMETERS[name],
                "schema": {"type": "string", "minLength": 1},
            }
            for name in _ARGUMENT.findall(rule.rule)
        ],
        "responses": answers,
    }
