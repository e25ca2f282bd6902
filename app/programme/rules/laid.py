"""The parts that tables are laid over: a document taken apart into objects by table and key, and put together again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from app.programme.rules.columns import LANGUAGES, PARTICIPATIONS, Table
from app.programme.rules.tabled import ORGANISATIONS, ROOMS, SPEAKERS, Names, cells_of

Document = dict[str, Any]
Key = tuple[str, ...]
Known = dict[tuple[str, Key], Document]
EVENT: Key = ("event",)
OWN = {"categories": "key", "venues": "slug", "organisations": "code", "speakers": "code", "sessions": "code"}
PAIRS = {"rooms": ("venue", "code"), "participations": ("organisation", "role")}


@dataclass(frozen=True)
class Beside:
    """Venues and organisations of the host that the event does not use, as a document has them."""

    venues: list[Document] = field(default_factory=list)
    organisations: list[Document] = field(default_factory=list)


def known_in(document: Mapping[str, Any], beside: Beside) -> Known:
    """Every object by table and key; rooms stand alone, with their venue."""
    event = {**document["event"], "privacy_notice": document.get("privacy_notice") or {}}
    known: Known = {("event", EVENT): event}
    for section, own in OWN.items():
        for one in [*document.get(section, []), *getattr(beside, section, [])]:
            known[section, (one[own],)] = {name: value for name, value in one.items() if name != "rooms"}
            for room in one.get("rooms", []) if section == "venues" else []:
                known["rooms", (one["slug"], room["code"])] = {"venue": one["slug"], **room}
    for one in document.get("participations", []):
        known["participations", (one["organisation"], one["role"])] = dict(one)
    return known


def written(document: Mapping[str, Any], table: Table, *, language: str, zone: ZoneInfo) -> list[dict[str, str]]:
    """The rows of one table of a document in normal form, by column. A role with several exhibits has several rows."""
    things = [one for (section, _key), one in known_in(document, Beside()).items() if section == table.key]
    if table is PARTICIPATIONS:
        things = [{**one, "exhibit": exhibit} for one in things for exhibit in one.get("exhibits") or [{}]]
    return [cells_of(table, one, language=language, zone=zone) for one in things]


def call(names: Names, section: str, thing: Mapping[str, Any], venues: Mapping[str, Mapping[str, str]]) -> None:
    """Let cells name it. venues: names of venues by slug, for their rooms."""
    called = [text for text in (thing.get("name") or {}).values() if text]
    if section == "rooms":
        hall, key = venues.get(thing["venue"], {}), f"{thing['venue']}/{thing['code']}"
        longer = [f"{hall[one]}{text}" for one, text in thing["name"].items() if hall.get(one)]
        names.add(ROOMS, key, *called, *longer)
    if section in (ORGANISATIONS, SPEAKERS):
        names.add(section, thing["code"], *called)


def assembled(document: Mapping[str, Any], known: Known, objects: Known, order: Mapping[str, list[Key]]) -> Document:
    """The document of these objects. known: those that are there; order: keys of the tables' rows, in their order."""
    made: Document = {"format": document["format"]}
    event = dict(objects["event", EVENT])
    if notice := event.pop("privacy_notice", None):
        made["privacy_notice"] = notice
    made["event"] = event
    for section in ("organisations", "speakers", "sessions"):
        keys = dict.fromkeys([*(_key(section, one) for one in document.get(section, [])), *order.get(section, [])])
        made[section] = [objects[section, key] for key in keys if (section, key) in objects]
    for section in ("categories", "participations"):
        keys = dict.fromkeys(
            inserted([_key(section, one) for one in document.get(section, [])], order.get(section, []))
        )
        made[section] = [objects[section, key] for key in keys if (section, key) in objects]
    rooms: dict[str, list[Key]] = {}
    for table, key in known:
        if table == "rooms":
            rooms.setdefault(key[0], []).append(key)
    slugs = inserted([(one["slug"],) for one in document.get("venues", [])], order.get("venues", []))
    made["venues"] = [
        {**objects["venues", slug], "rooms": _rooms(objects, rooms.get(slug[0], []), slug, order.get("rooms", []))}
        for slug in slugs
        if ("venues", slug) in objects
    ]
    return made


def paths_in(made: Mapping[str, Any]) -> Iterator[tuple[str, str, Key]]:
    """The path of every object of a document, with its table and its key."""
    yield "event", "event", EVENT
    for section in (*OWN, "participations"):
        for number, one in enumerate(made.get(section, [])):
            place = f"{section}[{number}]"
            yield place, section, _key(section, one)
            for inner, room in enumerate(one.get("rooms", []) if section == "venues" else []):
                yield f"{place}.rooms[{inner}]", "rooms", (one["slug"], room["code"])


def inserted(keys: list[Key], wanted: Iterable[Key]) -> list[Key]:
    """The keys in their order, with each new one after the one that it follows in `wanted`, or before the first."""
    order, last = list(keys), None
    row = list(dict.fromkeys(wanted))
    for number, key in enumerate(row):
        if key not in order:
            following = next((one for one in row[number:] if one in order), None)
            if last is not None:
                order.insert(order.index(last) + 1, key)
            elif following is not None:
                order.insert(order.index(following), key)
            else:
                order.append(key)
        last = key
    return order


def name_of(thing: Mapping[str, Any], language: str) -> str:
    """What people call an object, in their language or another one."""
    texts = thing.get("title") or thing.get("name") or thing.get("label") or {}
    return texts.get(language) or next((texts[one] for one in LANGUAGES if texts.get(one)), "")


def _key(section: str, one: Mapping[str, Any]) -> Key:
    if section in PAIRS:
        return tuple(one[name] for name in PAIRS[section])
    return (one[OWN[section]],)


def _rooms(objects: Known, there: list[Key], slug: Key, order: Iterable[Key]) -> list[Document]:
    keys = inserted(there, [key for key in order if key[0] == slug[0]])
    found = [objects["rooms", key] for key in keys if ("rooms", key) in objects]
    return [{name: value for name, value in one.items() if name != "venue"} for one in found]
