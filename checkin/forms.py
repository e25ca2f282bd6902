"""The shape of what a scanner sends: strictly read, every fault named; a bad scan is a fault of its own alone."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.errors import Invalid
from checkin.rules import Act, Direction, Reason, Verdict
from checkin.rules.claims import Batch, Claim, Malformed
from checkin.rules.desk import RestoreReason
from checkin.rules.people import total
from registrations.rules import CODE_LENGTH, read_code

MOST_SCANS, MOST_NUMBERS = 500, 60
MOST_PEOPLE, MOST_ON_A_TICKET = 9999, 50
LONGEST_CODE = 2000
LONGEST_NAME = 200
LONGEST_NUMBER = 7
LONGEST_DEVICE_NAME = 80
LARGEST_SEQ, EARLIEST_YEAR, LATEST_YEAR = 2**31 - 1, 2000, 2200


class _Wrong(ValueError):
    """What was expected of one field."""


@dataclass(frozen=True, slots=True)
class DeviceWish:
    """The door that a browser wants to be: event and gate by their addresses, and what the device is called."""

    event: str
    gate: str
    name: str


@dataclass(frozen=True, slots=True)
class PairingWish:
    """A device that was shown a code, and what it is called."""

    code: str
    name: str


def read_batch(body: bytes) -> Batch:
    """The batch in this JSON text. Raises Invalid, naming every fault, if it cannot be taken apart into scans."""
    values = _read_whole(body, _BATCH)
    return Batch(values["sent_at"], tuple(map(read_claim, values["scans"])), values.get("pack"))


def numbers_in(batch: Batch) -> list[int]:
    """The places of those scans in a batch that name a ticket by its short number, which is easy to guess.

    Raises Invalid if they are more than anybody types.
    """
    places = [place for place, scan in enumerate(batch.scans) if isinstance(scan, Claim) and _is_number(scan.code)]
    if len(places) > MOST_NUMBERS:
        raise Invalid("too_many_numbers", f"scans: expected at most {MOST_NUMBERS} with a short number")
    return places


def read_device_wish(body: bytes) -> DeviceWish:
    """The wish in this JSON text. Raises Invalid, naming every fault."""
    return DeviceWish(**_read_whole(body, _DEVICE))


def read_pairing_wish(body: bytes) -> PairingWish:
    """The wish in this JSON text. Raises Invalid, naming every fault."""
    return PairingWish(**_read_whole(body, _PAIRING))


def read_report(body: bytes) -> dict[str, Any]:
    """What a device says of itself in this JSON text; fields of later versions are passed over. Raises Invalid."""
    return _read_whole(body, _REPORT, passing_over=True)


def read_search(body: bytes) -> str:
    """What is sought at a door, in this JSON text. Raises Invalid, naming every fault."""
    return str(_read_whole(body, _SEARCH)["sought"])


def read_replacement(body: bytes) -> str:
    """The short number of the ticket to be replaced, in this JSON text. Raises Invalid, naming every fault."""
    return str(_read_whole(body, _REPLACEMENT)["number"])


def read_restoring(body: bytes) -> tuple[str, RestoreReason]:
    """The short number of the ticket that was made by mistake, and why. Raises Invalid, naming every fault."""
    return tuple(_read_whole(body, _RESTORING)[one] for one in ("number", "reason"))


def read_claim(sent: Any) -> Claim | Malformed:
    """One scan of a batch."""
    if not isinstance(sent, dict):
        return Malformed(None, ("a scan must be an object",))
    values, faults = _read(sent, _CLAIM)
    if not faults:
        faults = _mismatches(values)
    if faults:
        return Malformed(_shown_id(sent.get("id")), tuple(faults))
    return Claim(body=_digest(sent), **values)


def _is_number(code: str | None) -> bool:
    return code is not None and read_code(code).number is not None


def _read_whole(body: bytes, shape: Mapping[str, "_Field"], *, passing_over: bool = False) -> dict[str, Any]:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid("not_json", "The body is not JSON.") from None
    if not isinstance(sent, dict):
        raise Invalid("invalid", "The body must be an object.")
    known = {name: value for name, value in sent.items() if name in shape} if passing_over else sent
    values, faults = _read(known, shape)
    if faults:
        raise Invalid("invalid", "; ".join(faults))
    return values


def _read(sent: dict[str, Any], shape: Mapping[str, "_Field"]) -> tuple[dict[str, Any], list[str]]:
    faults = [f"{name[:40]}: unknown field" for name in sent if name not in shape]
    values: dict[str, Any] = {}
    for name, field in shape.items():
        value = sent.get(name)
        if value is None:
            if field.required:
                faults.append(f"{name}: missing")
            continue
        try:
            values[name] = field.read(value)
        except _Wrong as wrong:
            faults.append(f"{name}: {wrong}")
    return values, faults


def _mismatches(values: dict[str, Any]) -> list[str]:
    """What does not belong together in one scan."""
    act, people = values["act"], values.get("people")
    faults = []
    if act is Act.SCAN and "code" not in values:
        faults.append("code: missing")
    if act is Act.UNDO and "undoes" not in values:
        faults.append("undoes: missing")
    if act is Act.WALK_IN and people is None and "code" not in values:
        faults.append("people: missing")
    if ("new_code" in values) != ("rid" in values):
        faults.append("new_code, rid: expected both or none")
    if "new_code" in values and (
        act is not Act.WALK_IN or "code" in values or values.get("direction") is Direction.OUT
    ):
        faults.append("new_code: expected with a walk-in who comes in without a ticket")
    if "new_code" in values and people is not None and total(people) > MOST_ON_A_TICKET:
        faults.append(f"people: expected at most {MOST_ON_A_TICKET} on one ticket")
    if act in (Act.HEAD_COUNT, Act.ROOM_COUNT) and people is None:
        faults.append("people: missing")
    if people is not None and act is not Act.HEAD_COUNT and (total(people) == 0 or min(people.values()) < 0):
        faults.append("people: expected at least one person, and no negative number")
    return faults


def _shown_id(value: Any) -> str | None:
    return value[:64] if isinstance(value, str) else None


def _digest(sent: dict[str, Any]) -> bytes:
    return hashlib.sha256(_ONE_WAY(sent).encode()).digest()


def _moment(value: Any) -> datetime:
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is not None and EARLIEST_YEAR <= at.year < LATEST_YEAR:
            return at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise _Wrong("expected a time with zone, as 2026-10-03T12:00:00Z")


def _text(most: int) -> Callable[[Any], str]:
    """A text that a database can keep: no NUL, no half characters."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= most or _UNKEPT.search(value):
            raise _Wrong(f"expected a text of 1 to {most} characters")
        return value

    return read


def _code(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_CODE:
        raise _Wrong(f"expected a text of at most {LONGEST_CODE} characters")
    return value


def _one_of(kinds: type[Any]) -> Callable[[Any], Any]:
    members = {member.value: member for member in kinds}

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value not in members:
            raise _Wrong("expected one of " + ", ".join(members))
        return members[value]

    return read


def _id(value: Any) -> UUID:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise _Wrong("expected a UUID")
    return UUID(value)


def _seq(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST_SEQ:
        raise _Wrong(f"expected a whole number from 0 to {LARGEST_SEQ}")
    return value


def _storage(value: Any) -> str:
    """How a browser keeps things: a word, or whether it promised to."""
    return ("kept" if value else "not_kept") if isinstance(value, bool) else _text(LONGEST_DEVICE_NAME)(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("expected true or false")
    return value


def _people(value: Any) -> dict[str, int]:
    if not isinstance(value, dict) or not 1 <= len(value) <= 50:
        raise _Wrong("expected numbers by category")
    for category, number in value.items():
        if len(category) > 40 or type(number) is not int or abs(number) > MOST_PEOPLE:
            raise _Wrong(f"expected whole numbers of at most {MOST_PEOPLE} by category")
    return {category: number for category, number in value.items() if number}


def _scans(value: Any) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_SCANS:
        raise _Wrong(f"expected a list of 1 to {MOST_SCANS} scans")
    return value


@dataclass(frozen=True)
class _Field:
    read: Callable[[Any], Any]
    required: bool = False


_ONE_WAY = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode
_UNKEPT = re.compile("[\0\ud800-\udfff]")
_UUID = re.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_BATCH = {
    "sent_at": _Field(_moment, required=True),
    "scans": _Field(_scans, required=True),
    "pack": _Field(_text(LONGEST_NAME)),
}
_DEVICE = {
    "event": _Field(_text(LONGEST_NAME), required=True),
    "gate": _Field(_text(LONGEST_NAME), required=True),
    "name": _Field(_text(LONGEST_DEVICE_NAME), required=True),
}
_PAIRING = {"code": _Field(_text(LONGEST_NAME), required=True), "name": _DEVICE["name"]}
_SEARCH = {"sought": _Field(_text(LONGEST_NAME), required=True)}
_REPLACEMENT = {"number": _Field(_text(LONGEST_NUMBER), required=True)}
_RESTORING = _REPLACEMENT | {"reason": _Field(_one_of(RestoreReason), required=True)}
_REPORT = {
    "sent_at": _Field(_moment, required=True),
    "queue_length": _Field(_seq),
    "pack": _Field(_text(LONGEST_NAME)),
    "pack_at": _Field(_moment),
    "version": _Field(_text(LONGEST_DEVICE_NAME)),
    "storage": _Field(_storage),
}
_CLAIM = {
    "id": _Field(_id, required=True),
    "act": _Field(_one_of(Act), required=True),
    "at": _Field(_moment, required=True),
    "gate": _Field(_text(LONGEST_NAME), required=True),
    "place": _Field(_text(LONGEST_NAME), required=True),
    "seq": _Field(_seq),
    "code": _Field(_code),
    "rid": _Field(_id),
    "new_code": _Field(_text(CODE_LENGTH)),
    "direction": _Field(_one_of(Direction)),
    "people": _Field(_people),
    "new_today": _Field(_flag),
    "force": _Field(_one_of(Reason)),
    "undoes": _Field(_id),
    "shown": _Field(_one_of(Verdict)),
    "dry_run": _Field(_flag),
}
