"""An event file as text, read whole: either what it means, or everything that is wrong with it."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from functools import cache
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from app.programme.rules.documents import programme_of
from app.programme.rules.facts import AttendanceFacts, EventFile, SourceFacts
from app.programme.rules.faults import BadDocument, Document, Fault, objects, shown
from app.programme.rules.references import reference_faults
from app.programme.rules.settings import settings_of
from app.programme.rules.texts import LONGEST_PATH, join, text_faults
from app.programme.rules.times import time_faults

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).parent / "event.schema.json"
LARGEST_FILE = 32 * 1024 * 1024
DEEPEST = 40


def read_event_file(text: bytes, *, at: datetime) -> EventFile:
    """What the file means. `at` places relative days. Raises BadDocument with every fault found."""
    written = _parsed(text)
    faults = dict.fromkeys(faults_of(written))
    if faults:
        raise BadDocument(faults)
    today = at.astimezone(ZoneInfo(written["event"]["timezone"])).date()
    return EventFile(
        programme=programme_of(written, today=today),
        settings=settings_of(written, today=today),
        questions=written.get("questions"),
        attendance=_attendance(written.get("attendance")),
        practice=written.get("practice"),
    )


def faults_of(written: Any) -> Iterator[Fault]:
    """Everything wrong with a document; parts that fail their shape are left out of the later judgements."""
    oversized = list(_oversized(written))
    if oversized:
        yield from oversized
        return
    errors = sorted(_validator().iter_errors(written), key=lambda error: [str(step) for step in error.absolute_path])
    for error in errors:
        yield from _faults_of_error(error)
    yield from text_faults(written, [], "")
    if not isinstance(written, dict):
        return
    sound = _sound(written, errors)
    yield from reference_faults(sound, written)
    if isinstance(sound.get("event"), dict):
        yield from time_faults(sound)
    yield from _mark_faults(sound)


def faults_of_session(session: Any) -> list[Fault]:
    """What is wrong with the shape of one session that comes from no file: the same schema, the same characters."""
    faults = [fault for error in _session_validator().iter_errors(session) for fault in _faults_of_error(error)]
    return [*faults, *text_faults(session, [], "")]


def _parsed(text: bytes) -> Any:
    """The JSON of the file. Raises BadDocument for what no two readers agree on, such as a name twice in one object."""
    if len(text) > LARGEST_FILE:
        raise BadDocument([Fault("$", f"{len(text)} bytes", f"at most {LARGEST_FILE} bytes")])
    try:
        written = json.loads(
            text.decode("utf-8-sig"), object_pairs_hook=_Pairs, parse_constant=_no_constant, parse_float=_number
        )
    except json.JSONDecodeError as error:
        raise BadDocument([Fault("$", f"line {error.lineno}, column {error.colno}", f"JSON: {error.msg}")]) from None
    except UnicodeDecodeError as error:
        raise BadDocument([Fault("$", f"byte {error.start}", "text in UTF-8")]) from None
    except (ValueError, OverflowError) as error:
        raise BadDocument([Fault("$", str(error), "numbers that JSON knows")]) from None
    except RecursionError:
        raise BadDocument([Fault("$", "a very deep document", f"at most {DEEPEST} levels")]) from None
    repeated = list(_repeated(written, ""))
    if repeated:
        raise BadDocument(repeated)
    return _plain(written)


class _Pairs(list[tuple[str, Any]]):
    """The members of one object in the order written, repeated names included."""


def _repeated(value: Any, place: str, depth: int = 0) -> Iterator[Fault]:
    if depth > DEEPEST:
        yield Fault(place[:LONGEST_PATH], "a very deep document", f"at most {DEEPEST} levels")
        return
    if isinstance(value, _Pairs):
        names = [name for name, _ in value]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Fault(join(place, name), f"{names.count(name)} times", "each name once in an object")
        for name, inner in value:
            yield from _repeated(inner, join(place, name), depth + 1)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _repeated(inner, f"{place}[{number}]", depth + 1)


def _plain(value: Any) -> Any:
    if isinstance(value, _Pairs):
        return {name: _plain(inner) for name, inner in value}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _number(text: str) -> float | int:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return int(number) if number.is_integer() else number


def _oversized(written: Any) -> Iterator[Fault]:
    """Lists far beyond their limit, found before anything is judged object by object."""
    if not isinstance(written, dict):
        return
    for name, schema in _schema()["properties"].items():
        limit, value = schema.get("maxItems"), written.get(name)
        if limit and isinstance(value, list) and len(value) > limit:
            yield Fault(name, f"{len(value)} items", f"at most {limit}")


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return schema


@cache
def _validator() -> "Draft202012Validator":
    from jsonschema import Draft202012Validator

    return Draft202012Validator(_schema())


@cache
def _session_validator() -> "Draft202012Validator":
    from jsonschema import Draft202012Validator

    return Draft202012Validator({"$ref": "#/$defs/session", "$defs": _schema()["$defs"]})


def _faults_of_error(error: Any) -> Iterator[Fault]:
    place, schema = _path(error.absolute_path), error.schema if isinstance(error.schema, dict) else {}
    if error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                yield Fault(
                    join(place, name), "missing", _meaning(schema.get("properties", {}).get(name, {}), "a value")
                )
    elif error.validator == "additionalProperties":
        known = list(schema.get("properties", {}))
        for name in error.instance:
            if name not in known:
                yield Fault(
                    join(place, name), shown(error.instance[name]), f"no such name; known are {', '.join(known)}"
                )
    else:
        yield Fault(place or "$", shown(error.instance), _expected(error, schema))


def _expected(error: Any, schema: Mapping[str, Any]) -> str:
    """What a validator of JSON Schema wanted, in words."""
    wanted = error.validator_value
    words: dict[str, Callable[[], str]] = {
        "enum": lambda: "one of " + ", ".join(map(str, wanted)),
        "const": lambda: shown(wanted),
        "type": lambda: " or ".join(_TYPES[one] for one in ([wanted] if isinstance(wanted, str) else wanted)),
        "minLength": lambda: f"at least {wanted} characters",
        "maxLength": lambda: f"at most {wanted} characters",
        "minimum": lambda: f"{wanted} or more",
        "maximum": lambda: f"{wanted} or less",
        "minItems": lambda: f"at least {wanted}",
        "maxItems": lambda: f"at most {wanted}",
        "minProperties": lambda: f"at least {wanted} of its names",
        "uniqueItems": lambda: "each item once",
        "pattern": lambda: _meaning(schema, f"text of the form {wanted}"),
    }
    return words[error.validator]() if error.validator in words else _meaning(schema, str(error.message))


_TYPES = {
    "object": "an object {…}", "array": "a list […]", "string": "text", "integer": "a whole number",
    "number": "a number", "boolean": "true or false", "null": "null",
}  # fmt: skip


def _meaning(schema: Mapping[str, Any], otherwise: str) -> str:
    """The sentence that the schema has for a value, following its reference."""
    target = schema.get("$ref", "").rpartition("/")[2]
    referred = _schema()["$defs"].get(target, {})
    meaning = str(schema.get("description") or referred.get("description") or otherwise)
    return meaning if meaning[1:2].isupper() else meaning[0].lower() + meaning[1:]


NEEDED = {
    "event": {"timezone", "starts_on", "ends_on", "relative"},
    "categories": {"key", "unknown"},
    "venues": {"slug"},
    "organisations": {"code"},
    "participations": {"organisation", "role"},
    "speakers": {"code"},
    "sessions": {"code", "starts_at", "ends_at"},
    "letters": {"kind", "language"},
}
"""What the later judgements need of each part; any other field that fails its shape is left out of them."""
MARKED = {
    "categories": "category",
    "venues": "venue",
    "organisations": "organisation",
    "speakers": "speaker",
    "sessions": "session",
}


def _sound(written: Mapping[str, Any], errors: Iterable[Any]) -> dict[str, Any]:
    """The document without what failed its shape: a field, or None for a whole object or section."""
    sound = deepcopy(dict(written))
    for error in errors:
        path: list[Any] = [*error.absolute_path, None, None, None]
        section = path[0]
        if section == "event":
            _leave_out(sound, section, path[1], error)
        elif section in NEEDED and path[1] is not None:
            _leave_out(sound[section], path[1], path[2], error)
        elif section is not None and not isinstance(sound[section], list):
            sound[section] = None
    return sound


def _leave_out(parent: Any, name: Any, field: str | None, error: Any) -> None:
    found = parent[name]
    if not isinstance(found, dict):
        parent[name] = None
        return
    section = error.absolute_path[0]
    lacking = {one for one in error.validator_value if one not in found} if error.validator == "required" else set()
    if NEEDED[section] & ({field} if field else lacking):
        parent[name] = None
    elif field:
        found.pop(field, None)


def _mark_faults(document: Document) -> Iterator[Fault]:
    """`not_in_source` names fields that exist."""
    if isinstance(document.get("event"), dict):
        yield from _unknown_marks(document["event"], "event", "event")
    for section, kind in MARKED.items():
        for place, one in objects(document, section):
            yield from _unknown_marks(one, kind, place)
    for place, venue in objects(document, "venues"):
        for inner, room in objects(venue, "rooms", place):
            yield from _unknown_marks(room, "venue_room", inner)


def _unknown_marks(one: Document, kind: str, place: str) -> Iterator[Fault]:
    schema = _schema()
    known = set(schema["$defs"][kind]["properties"]) | (set(schema["properties"]) if kind == "event" else set())
    for number, mark in enumerate(one.get("not_in_source", [])):
        if mark.partition(".")[0] not in known:
            yield Fault(f"{place}.not_in_source[{number}]", shown(mark), "the name of a field of this object")


def _attendance(attendance: Mapping[str, Any] | None) -> AttendanceFacts | None:
    if attendance is None:
        return None
    people = {line["category"]: line["number"] for line in attendance["lines"]}
    return AttendanceFacts(source=SourceFacts(**attendance["source"]), people=people)


def _path(steps: Iterable[Any]) -> str:
    place = ""
    for step in steps:
        place = f"{place}[{step}]" if isinstance(step, int) else join(place, step)
    return place
