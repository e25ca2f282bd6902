"""Verdicts in words of the protocol: what was kept as numbers and ids gets the names that hold today."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.programme.rules import SessionStatus
from app.quick_json import in_utc
from app.values import Value, asdict
from checkin.operations.answers import OTHER_GATE, Answer, Person
from checkin.queries.gates import event_names, gate_names, session_names


class Told(Value, frozen=True):
    """An answer as a scanner reads it, in the order of its JSON. `first_time`: nobody of the ticket was admitted
    before; then also what kind of party it is, for the words."""

    id: str | None = None
    verdict: str | None = None
    at: str | None = None
    first: dict[str, Any] | None = None
    first_time: bool = False
    party_kind: str | None = None
    place: str | None = None
    person: dict[str, Any] | None = None
    party: dict[str, int] | None = None
    admitted: dict[str, int] | None = None
    expected: dict[str, int] | None = None
    booked: tuple[dict[str, Any], ...] = ()
    walk_in_left: int | None = None
    room_left: int | None = None
    window: dict[str, str] | None = None
    event: dict[str, Any] | None = None
    given: str | None = None
    counts: None = None
    error: dict[str, str] | None = None
    conflict: str | None = None


def verdicts(answers: list[Answer]) -> list[dict[str, Any]]:
    """Every answer as a scanner reads it, in their order."""
    names = _Names(answers) if need_names(answers) else _NO_NAMES
    return [_verdict(answer, names) for answer in answers]


def as_told(answers: list[Answer]) -> Sequence[Told | dict[str, Any]]:
    """The same, to be written as JSON: who was simply let in needs no dictionary."""
    if _SHORT.issuperset(said_in(answers)):
        return list(map(_short, answers))
    return verdicts(answers)


def said_in(answers: Iterable[Answer]) -> set[str]:
    """Every word that one of their facts stands under."""
    return set().union(*[answer.facts for answer in answers])


def need_names(answers: Iterable[Answer]) -> bool:
    """Whether a gate, another event or a session is named in them, which the database is asked for."""
    return not NAMED.isdisjoint(said_in(answers))


def stamp(at: datetime) -> str:
    """A moment in UTC, to the millisecond."""
    return in_utc(at if at.tzinfo is UTC else at.astimezone(UTC), "T", 3) + "Z"


class _Names:
    """What gates, events and sessions in these answers are called today; asked only if one is named."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        facts = [answer.facts for answer in answers]
        gates = {one["first"][1] for one in facts if one.get("first")} - {None}
        events = {one["event"] for one in facts if "event" in one}
        sessions = {session for one in facts for session in one.get("booked", ())}
        self.gates = gate_names(gates) if gates else {}
        self.events = event_names(events) if events else {}
        self.sessions = session_names(sessions) if sessions else {}


def _verdict(answer: Answer, names: _Names) -> dict[str, Any]:
    told = asdict(_short(answer))
    return told if _SHORT.issuperset(answer.facts) else told | _at_length(answer, names)


def _short(answer: Answer) -> Told:
    facts, person = answer.facts, answer.person
    new = bool(facts.get("first_time"))
    return Told(
        id=answer.id,
        verdict=answer.verdict,
        at=stamp(answer.at) if answer.at else None,
        first_time=new,
        party_kind=person.party_kind if new and person else None,
        place=answer.place,
        person=_person(person) if person else None,
        room_left=facts.get("room_left"),
    )


def _at_length(answer: Answer, names: _Names) -> dict[str, Any]:
    """What there is to say beside of who was not simply let in."""
    facts = answer.facts
    return {
        "first": _first(facts, names),
        "party": facts.get("party"),
        "admitted": facts.get("admitted"),
        "expected": facts.get("expected"),
        "booked": _booked(facts, names),
        "walk_in_left": facts.get("walk_in_left"),
        "window": _window(facts),
        **_cancelled(facts),
        "event": _other_event(facts, names),
        "given": facts.get("given"),
        "error": _error(answer),
        "conflict": facts.get("conflict"),
    }


def _person(person: Person) -> dict[str, Any]:
    """`no_photo` is told only where it is so."""
    told: dict[str, Any] = {"name": person.name, "category": person.category, "note": person.note}
    return {**told, "no_photo": True} if person.no_photo else told


def _first(facts: dict[str, Any], names: _Names) -> dict[str, Any] | None:
    if "first" not in facts:
        return None
    at, gate_id = facts["first"]
    return {"at": stamp(datetime.fromisoformat(at)), "gate": names.gates.get(gate_id)}


def _booked(facts: dict[str, Any], names: _Names) -> list[dict[str, Any]]:
    known = [names.sessions[one] for one in facts.get("booked", ()) if one in names.sessions]
    found = sorted(known, key=lambda one: one[2])
    return [
        {"code": code, "title": title, "starts_at": stamp(starts_at), "ends_at": stamp(ends_at), **_called_off(status)}
        for code, title, starts_at, ends_at, status in found
    ]


def _called_off(status: SessionStatus) -> dict[str, bool]:
    """`cancelled` is told only of a session that does not take place."""
    return {"cancelled": True} if status is SessionStatus.CANCELLED else {}


def _window(facts: dict[str, Any]) -> dict[str, str] | None:
    if "window" not in facts:
        return None
    opens, closes = (stamp(datetime.fromisoformat(one)) for one in facts["window"])
    return {"from": opens, "to": closes}


def _cancelled(facts: dict[str, Any]) -> dict[str, str]:
    """`cancelled_at` is told only where it is known."""
    when = facts.get("cancelled_at")
    return {"cancelled_at": stamp(datetime.fromisoformat(when))} if when else {}


def _other_event(facts: dict[str, Any], names: _Names) -> dict[str, Any] | None:
    if facts.get("event") not in names.events:
        return None
    slug, title = names.events[facts["event"]]
    return {"slug": slug, "title": title}


def _error(answer: Answer) -> dict[str, str] | None:
    code = answer.error
    if code is None:
        return None
    sentence = str(_SENTENCES.get(code) or _("This scan could not be recorded."))
    return {"code": code, "message": " ".join([sentence, "; ".join(answer.faults)]).strip()}


_NO_NAMES = _Names(())
_SHORT = frozenset({"room_left", "first_time"})
NAMED = frozenset({"first", "event", "booked"})
_SENTENCES = {
    "code_not_ours": _l("This code cannot have been given out by a door of this event. Who came was counted."),
    "code_taken": _l("Another ticket has this code. Who came was counted; give them a new ticket."),
    "too_many_given": _l("This device has given out too many tickets today. Who came was counted."),
    "count_has_no_direction": _l("A count says how many, not which way: whoever left is sent as a minus."),
    "fault": _l("This scan could not be recorded. It was set aside; please tell the organiser."),
    "id_reused": _l("This scan's number was used for another scan already."),
    "invalid": _l("This scan cannot be read."),
    "more_than_booked": _l("More people than booked, and this session takes nobody without a booking."),
    "more_than_party": _l("More people than the party has, and this session takes no walk-ins."),
    "no_such_category": _l("This event has no such category."),
    "no_such_gate": _l("This event has no such gate."),
    "no_such_place": _l("This event has no such place."),
    "no_room": _l("Only the room of a session can be counted. Please choose the session."),
    "no_walk_ins": _l("This session takes no walk-ins."),
    "not_your_scan": _l("Another device made this scan. An organiser can undo it."),
    "nothing_to_undo": _l("There is nothing to undo."),
    OTHER_GATE: _l(
        "This device is bound to another gate. What it did is kept. Ask the organiser for a code of this gate."
    ),
    "search_right_needed": _l("This device may not look up short numbers. Please scan the code."),
    "supervisor_right_needed": _l("Only a supervisor or an organiser may admit anyway."),
    "too_late_to_undo": _l("It is too late to undo this. An organiser still can."),
}
