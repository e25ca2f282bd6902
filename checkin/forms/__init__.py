"""The shape of what a scanner sends: strictly read, every fault named; a bad scan is a fault of its own alone."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from app.errors import Invalid
from app.quick_json import each_in_one_way, from_json, in_one_way
from checkin.forms import fields, quickly
from checkin.forms.fields import LONGEST_DEVICE_NAME, Field, Shape, Wrong
from checkin.rules import Act, Direction, Reason, Verdict
from checkin.rules.claims import Batch, Claim, Malformed
from checkin.rules.desk import RestoreReason
from checkin.rules.people import total
from registrations.rules import CODE_LENGTH, is_code, read_code

MOST_NUMBERS, MOST_ON_A_TICKET = 60, 50
LONGEST_NAME = 200
LONGEST_NUMBER = 7


@dataclass(frozen=True, slots=True)
class DeviceWish:
    """The door that a browser wants to be: event and gate by their addresses, and what the device is called."""

    event: str
    gate: str
    name: str
    former: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class PairingWish:
    """A device that was shown a code, and what it is called. former: the devices that its browser was before."""

    code: str
    name: str
    former: tuple[UUID, ...] = ()


def read_batch(body: bytes) -> Batch:
    """The batch in this JSON text. Raises Invalid, naming every fault, if it cannot be taken apart into scans."""
    values = _read_whole(body, _BATCH)
    sent: list[Any] = values["scans"]
    scans = quickly.claims(sent, each_in_one_way(sent), _CLAIM, _read_claim)
    return Batch(values["sent_at"], scans, values.get("pack"), values.get("clock"))


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
    return _read_claim(sent, in_one_way(sent))


def _read_claim(sent: Any, body: bytes) -> Claim | Malformed:
    """body: the one text of it."""
    if not isinstance(sent, dict):
        return Malformed(None, ("a scan must be an object",))
    values, faults = _read(sent, _CLAIM)
    if not faults:
        faults = _mismatches(values)
    if faults:
        return Malformed(_shown_id(sent.get("id")), tuple(faults))
    return Claim(body=sha256(body).digest(), **values)


def _is_number(code: str | None) -> bool:
    return code is not None and not is_code(code) and read_code(code).number is not None


def _read_whole(body: bytes, shape: Shape, *, passing_over: bool = False) -> dict[str, Any]:
    try:
        sent = from_json(body)
    except (ValueError, RecursionError):
        raise Invalid("not_json", "The body is not JSON.") from None
    if not isinstance(sent, dict):
        raise Invalid("invalid", "The body must be an object.")
    known = {name: value for name, value in sent.items() if name in shape} if passing_over else sent
    values, faults = _read(known, shape)
    if faults:
        raise Invalid("invalid", "; ".join(faults))
    return values


def _read(sent: dict[str, Any], shape: Shape) -> tuple[dict[str, Any], list[str]]:
    """Values by name, and every fault. Nearly all that comes is without a fault, and is not asked for each of them."""
    quick = shape.quick
    try:
        values = {name: quick[name](value) for name, value in sent.items() if value is not None or name not in quick}
    except (KeyError, TypeError, Wrong):
        return _read_one_by_one(sent, shape)
    if values.keys() >= shape.needed:
        return values, []
    return values, [f"{name}: missing" for name in shape.required if name not in values]


def _read_one_by_one(sent: dict[str, Any], shape: Shape) -> tuple[dict[str, Any], list[str]]:
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
        except Wrong as wrong:
            faults.append(f"{name}: {wrong}")
    return values, faults


def _mismatches(values: dict[str, Any]) -> list[str]:
    """What does not belong together in one scan."""
    act, people = values["act"], values.get("people")
    if act is Act.SCAN and "code" in values and people is None and values.keys().isdisjoint(_OF_TAPS):
        return []
    faults = _unread_faults(values)
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
    if act.is_count and people is None:
        faults.append("people: missing")
    if people is not None and act is not Act.HEAD_COUNT and (total(people) == 0 or min(people.values()) < 0):
        faults.append("people: expected at least one person, and no negative number")
    return faults


def _unread_faults(values: dict[str, Any]) -> list[str]:
    """A number stands with people who come in without a ticket that could be read."""
    comes_in = values["act"] is Act.WALK_IN and values.get("direction") is not Direction.OUT
    if "number" not in values or (comes_in and "code" not in values and "new_code" not in values):
        return []
    return ["number: expected with a walk-in who comes in, without a ticket that was read"]


def _shown_id(value: Any) -> str | None:
    return value[:64] if isinstance(value, str) else None


_OF_TAPS = frozenset({"new_code", "rid", "number"})
_BATCH = Shape(
    {
        "sent_at": Field(fields.moment, required=True),
        "scans": Field(fields.scans, required=True),
        "pack": Field(fields.text(LONGEST_NAME)),
        "clock": Field(fields.reading),
    }
)
_DEVICE = Shape(
    {
        "event": Field(fields.text(LONGEST_NAME), required=True),
        "gate": Field(fields.text(LONGEST_NAME), required=True),
        "name": Field(fields.text(LONGEST_DEVICE_NAME), required=True),
        "former": Field(fields.outward_ids),
    }
)
_PAIRING = Shape(
    {"code": Field(fields.text(LONGEST_NAME), required=True), "name": _DEVICE["name"], "former": _DEVICE["former"]}
)
_SEARCH = Shape({"sought": Field(fields.text(LONGEST_NAME), required=True)})
_REPLACEMENT = Shape({"number": Field(fields.text(LONGEST_NUMBER), required=True)})
_RESTORING = Shape(_REPLACEMENT | {"reason": Field(fields.one_of(RestoreReason), required=True)})
_REPORT = Shape(
    {
        "sent_at": Field(fields.moment, required=True),
        "queue_length": Field(fields.sequence),
        "pack": Field(fields.text(LONGEST_NAME)),
        "pack_at": Field(fields.moment),
        "version": Field(fields.text(LONGEST_DEVICE_NAME)),
        "storage": Field(fields.storage),
        "gate": Field(fields.text(LONGEST_NAME)),
    }
)
_CLAIM = Shape(
    {
        "id": Field(fields.outward_id, required=True),
        "act": Field(fields.one_of(Act), required=True, few=True),
        "at": Field(fields.moment, required=True),
        "gate": Field(fields.text(LONGEST_NAME), required=True, few=True),
        "place": Field(fields.text(LONGEST_NAME), required=True, few=True),
        "seq": Field(fields.sequence),
        "code": Field(fields.any_text),
        "rid": Field(fields.outward_id),
        "new_code": Field(fields.text(CODE_LENGTH)),
        "direction": Field(fields.one_of(Direction), few=True),
        "number": Field(fields.short_number),
        "people": Field(fields.people),
        "new_today": Field(fields.flag),
        "force": Field(fields.one_of(Reason), few=True),
        "undoes": Field(fields.outward_id),
        "shown": Field(fields.one_of(Verdict), few=True),
        "dry_run": Field(fields.flag),
        "clock": Field(fields.reading),
    }
)
