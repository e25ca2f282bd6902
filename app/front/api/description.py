"""The description of the public interface (OpenAPI 3.1), made from its routes and the classes of its answers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
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


@dataclass(frozen=True)
class Told:
    """One route: the class of its answer, or None for this document itself; asks: what may be asked for behind the
    question mark, as words and the values there are; signed_in: only for staff who may."""

    rule: Rule
    answer: Any
    summary: str
    asks: Mapping[str, tuple[str, list[Any]]] = field(default_factory=dict)
    signed_in: bool = False


def describe(routes: Iterable[Told], *, base_url: str, cookie: str) -> dict[str, Any]:
    """The whole document. cookie: what signed-in staff send."""
    schemas: dict[str, Any] = {}
    schema_of(Problem, schemas)
    paths = {
        _ARGUMENT.sub(r"{\1}", one.rule.rule): {"get": _operation(one, schemas)}
        for one in sorted(routes, key=lambda one: one.rule.rule)
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Uketsuke: public programme",
            "version": "1",
            "description": "The programmes of public events as last released, for other programs, and for signed-in "
            "staff the figures of attendance. Read only.",
        },
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"signIn": {"type": "apiKey", "in": "cookie", "name": cookie}},
        },
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


def _operation(told: Told, schemas: dict[str, Any]) -> dict[str, Any]:
    rule = told.rule
    content = {"type": "object"} if told.answer is None else schema_of(told.answer, schemas)
    problem = {"application/problem+json": {"schema": schema_of(Problem, schemas)}}
    answers: dict[str, Any] = {
        "200": {"description": told.summary, "content": {"application/json": {"schema": content}}}
    }
    if told.signed_in:
        answers["401"] = {"description": "Sign in first.", "content": problem}
        answers["403"] = {"description": "You may not see figures anywhere.", "content": problem}
    else:
        answers["304"] = {"description": "Nothing changed since the answer whose ETag was sent as If-None-Match."}
    if rule.arguments:
        answers["404"] = {"description": "There is no such thing, or it is not public.", "content": problem}
    return {
        "operationId": rule.endpoint.rpartition(".")[2],
        "summary": told.summary,
        **({"security": [{"signIn": []}]} if told.signed_in else {}),
        "parameters": [
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": PARAMETERS[name],
                "schema": {"type": "string", "minLength": 1},
            }
            for name in _ARGUMENT.findall(rule.rule)
        ]
        + [_question(name, *what) for name, what in told.asks.items()],
        "responses": answers,
    }


def _question(name: str, words: str, values: list[Any]) -> dict[str, Any]:
    kind = "integer" if values and isinstance(values[0], int) else "string"
    schema = {"type": kind, "enum": values} if values else {"type": kind}
    return {"name": name, "in": "query", "required": False, "description": words, "schema": schema}
