"""Names used twice in an event document, and references to what the document does not hold."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.programme.rules.faults import Document, Fault, objects, shown

_KEYS = {"categories": "key", "venues": "slug", "organisations": "code", "speakers": "code", "sessions": "code"}


def reference_faults(document: Document, written: Document) -> Iterator[Fault]:
    """Faults of `document`, where unsound objects are None; `written` is the same as it was written, for its names."""
    names = _Names(written)
    for section, key in _KEYS.items():
        yield from _twice(document, section, key)
    yield from _unknown_category(document)
    yield from _settings_faults(document, names)
    for place, venue in objects(document, "venues"):
        yield from _twice(venue, "rooms", "code", place)
    yield from _participation_faults(document, names)
    for place, session in objects(document, "sessions"):
        yield from _session_faults(session, names, place)
    yield from _figure_faults(document.get("attendance") or {}, names)
    yield from _practice_faults(document.get("practice") or {}, names)


class _Names:
    """Everything in a document that can be referred to."""

    def __init__(self, document: Document) -> None:
        self.known = {section: _values(document.get(section), key) for section, key in _KEYS.items()}
        self.known["rooms"] = {
            f"{venue.get('slug')}/{code}"
            for venue in _mappings(document.get("venues"))
            for code in _values(venue.get("rooms"), "code")
        }
        practice = document.get("practice")
        self.known["parties"] = _values(practice.get("parties") if isinstance(practice, Mapping) else None, "code")

    def missing(self, section: str, wanted: str, place: str) -> Iterator[Fault]:
        """A fault if `wanted` is no name of `section`."""
        if wanted not in self.known[section]:
            yield Fault(place, shown(wanted), f"one of the {section} of this file: {_choices(self.known[section])}")


def _twice(parent: Document, section: str, key: str, place: str = "") -> Iterator[Fault]:
    seen: dict[Any, str] = {}
    for where, one in objects(parent, section, place):
        if one[key] in seen:
            yield Fault(f"{where}.{key}", shown(one[key]), f"a {key} of its own; {seen[one[key]]} has it already")
        seen.setdefault(one[key], where)


def _unknown_category(document: Document) -> Iterator[Fault]:
    if None in (document.get("categories") or [None]):
        return
    flagged = [one["key"] for _, one in objects(document, "categories") if one.get("unknown")]
    if flagged != ["unknown"]:
        expected = "exactly one category with unknown: true, and its key is unknown"
        yield Fault("categories", shown(flagged), expected)


def _settings_faults(document: Document, names: _Names) -> Iterator[Fault]:
    event = document.get("event")
    registration = event.get("registration", {}) if isinstance(event, Mapping) else {}
    for role, key in registration.get("class_categories", {}).items():
        yield from names.missing("categories", key, f"event.registration.class_categories.{role}")
    seen = set()
    for place, one in objects(document, "letters"):
        pair = (one["kind"], one["language"])
        if pair in seen:
            yield Fault(place, shown(" ".join(pair)), "each kind of letter once in a language")
        seen.add(pair)


def _participation_faults(document: Document, names: _Names) -> Iterator[Fault]:
    seen = set()
    for place, one in objects(document, "participations"):
        yield from names.missing("organisations", one["organisation"], f"{place}.organisation")
        pair = (one["organisation"], one["role"])
        if pair in seen:
            yield Fault(place, shown(" ".join(pair)), "each role of an organisation once")
        seen.add(pair)


def _session_faults(session: Document, names: _Names, place: str) -> Iterator[Fault]:
    used = [("room", session["room"])] if "room" in session else []
    used += [(f"further_rooms[{n}]", room) for n, room in enumerate(session.get("further_rooms", []))]
    for name, room in used:
        yield from names.missing("rooms", room, f"{place}.{name}")
    if session.get("room") in session.get("further_rooms", []):
        yield Fault(f"{place}.further_rooms", shown(session["room"]), "rooms beside the main one")
    for name, key, target in (
        ("appearances", "speaker", "speakers"),
        ("organisations", "organisation", "organisations"),
    ):
        yield from _twice(session, name, key, place)
        for where, one in objects(session, name, place):
            yield from names.missing(target, one[key], f"{where}.{key}")


def _figure_faults(attendance: Document, names: _Names) -> Iterator[Fault]:
    yield from _twice(attendance, "lines", "category", "attendance")
    for place, line in objects(attendance, "lines", "attendance"):
        yield from names.missing("categories", line["category"], f"{place}.category")


def _practice_faults(practice: Document, names: _Names) -> Iterator[Fault]:
    yield from _twice(practice, "parties", "code", "practice")
    for place, party in objects(practice, "parties", "practice"):
        yield from names.missing("organisations", party["organisation"], f"{place}.organisation")
        for key in party["numbers"]:
            yield from names.missing("categories", key, f"{place}.numbers.{key}")
    for section in ("bookings", "attendance"):
        for place, line in objects(practice, section, "practice"):
            yield from names.missing("sessions", line["session"], f"{place}.session")
            if "category" in line:
                yield from names.missing("categories", line["category"], f"{place}.category")
            else:
                yield from names.missing("parties", line["party"], f"{place}.party")
            if line.get("new", 0) > line.get("number", 0):
                yield Fault(f"{place}.new", shown(line["new"]), f"at most number ({line['number']})")
    for code in practice.get("exits", ()):
        yield from names.missing("sessions", code, "practice.exits")
    for place, line in objects(practice, "demand", "practice"):
        yield from names.missing("sessions", line["session"], f"{place}.session")
        for key in {key for party in line["parties"] for key in party}:
            yield from names.missing("categories", key, f"{place}.parties.{key}")


def _choices(names: set[str]) -> str:
    if not names:
        return "there are none"
    first = sorted(names)[:6]
    return ", ".join(first) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


def _mappings(value: Any) -> list[Document]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _values(value: Any, key: str) -> set[str]:
    return {one[key] for one in _mappings(value) if isinstance(one.get(key), str)}
