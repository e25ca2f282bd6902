"""One object of an event document as the cells of a row, and back: what is written is read again as it was.

`cells_of` writes a faultless object in normal form; `object_of` reads what anybody may have typed and says cell by cell
what it could not read.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.programme.rules import cells as read
from app.programme.rules.cells import Unreadable
from app.programme.rules.columns import LANGUAGES, Column, Table

Document = Mapping[str, Any]
CODE = re.compile("[a-z0-9]+(?:[-_][a-z0-9]+)*")
SPEAKERS, ORGANISATIONS, ROOMS = "speakers", "organisations", "rooms"
_TIMES = {"date": "starts_at", "begins": "starts_at", "ends_on": "ends_at", "ends": "ends_at"}
_DEFAULT_ROLE = {"people": "speaker", "roles": "participant"}
_BAR = re.compile(r"(?<!\\)\|")
_KANA_OR_KANJI = re.compile("[ぁ-ヿ㐀-鿿]")


@dataclass(frozen=True)
class CellFault:
    """A cell that could not be read. kind: what was expected; value: what stands there."""

    column: str
    kind: str
    value: str = ""


@dataclass
class Names:
    """What cells may name, by code and by name; `fresh`: people named for the first time, by the code made for them."""

    known: dict[str, set[str]] = field(default_factory=dict)
    called: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    fresh: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, kind: str, code: str, *names: str) -> None:
        """A thing of this kind, and what it is called."""
        self.known.setdefault(kind, set()).add(code)
        for name in names:
            self.called.setdefault(kind, {}).setdefault(alike(name), set()).add(code)

    def code(self, kind: str, text: str) -> str:
        """The code of what a cell names. Raises Unreadable."""
        small = text.lower()
        if small in self.known.get(kind, ()):
            return small
        found = self.called.get(kind, {}).get(alike(text), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise Unreadable(f"several_{kind}")
        if kind == SPEAKERS and not CODE.fullmatch(text):
            return self._new_person(text)
        raise Unreadable(f"no_{kind}")

    def _new_person(self, name: str) -> str:
        code = "p-" + hashlib.sha256(alike(name).encode()).hexdigest()[:10]
        language = "ja" if _KANA_OR_KANJI.search(name) else "en"
        self.fresh[code] = {"code": code, "name": {language: name}}
        return code


def alike(text: str) -> str:
    """Equal for what people take as the same word: width, case and blanks say nothing."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def cells_of(table: Table, thing: Document, *, language: str, zone: ZoneInfo) -> dict[str, str]:
    """The cells of one object by column, in the words of a language."""
    return {column.key: _written(column, thing, language, zone) for column in table.columns}


def object_of(table: Table, cells: Mapping[str, Any], names: Names) -> tuple[dict[str, Any], list[CellFault]]:
    """What a row means, and every cell that could not be read."""
    thing: dict[str, Any] = {}
    faults = [
        CellFault(one.key, "missing") for one in table.columns if one.needed and not read.plain(cells.get(one.key))
    ]
    for column in table.columns:
        cell = cells.get(column.key)
        if read.plain(cell) == "" or (column.key in _TIMES and table.key == "sessions"):
            continue
        try:
            _put(thing, column, _meant(column, cell, names))
        except Unreadable as no:
            faults.append(CellFault(column.key, no.kind, read.plain(cell)[:80]))
    if table.key == "sessions":
        faults += _put_times(thing, cells)
    for name in ("purpose", "exhibit"):
        if name in thing:
            thing[name] = _beside_each_other(thing[name])
    return thing, faults


def top(table: Table, column: str) -> str:
    """The field of the object that a column belongs to."""
    return _TIMES.get(column, column.partition(".")[0]) if table.key == "sessions" else column.partition(".")[0]


def column_at(table: Table, path: str) -> str:
    """The column that a path inside of an object is about."""
    steps = re.sub(r"\[[0-9]+\]", "", path)
    keys = [one.key for one in table.columns]
    if steps in keys:
        return steps
    times = {"starts_at": "begins", "ends_at": "ends"}
    if steps in times and table.key == "sessions":
        return times[steps]
    return next((key for key in keys if key.partition(".")[0] == steps.partition(".")[0]), keys[0])


def _written(column: Column, thing: Document, language: str, zone: ZoneInfo) -> str:
    if column.key in _TIMES and "starts_at" in thing and "ends_at" in thing:
        return _time_written(column.key, thing, zone)
    if column.reads == "lines":
        name, _, tongue = column.key.rpartition(".")
        return "\n".join(one.get(tongue, "") for one in thing.get(name) or []).rstrip("\n")
    value = _at(thing, column.key)
    if value in (None, "", [], {}):
        return ""
    write = _WRITERS.get(column.reads)
    return str(value) if write is None else write(column, value, language, zone)


def _time_written(key: str, thing: Document, zone: ZoneInfo) -> str:
    starts, ends = (_local(thing[name], zone) for name in ("starts_at", "ends_at"))
    if key == "ends_on":
        return "" if ends.date() == starts.date() else str(ends.date())
    if key == "date":
        return str(starts.date())
    moment = starts if key == "begins" else ends
    return f"{moment:%H:%M}{_offset(moment)}"


def _local(value: str, zone: ZoneInfo) -> datetime:
    found = datetime.fromisoformat(value)
    return found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)


def _offset(moment: datetime) -> str:
    """Written only where the clocks show the time twice."""
    if moment.replace(fold=0).utcoffset() == moment.replace(fold=1).utcoffset():
        return ""
    return moment.isoformat()[-6:]


def _moment_written(value: str, zone: ZoneInfo) -> str:
    moment = _local(value, zone)
    return f"{moment:%Y-%m-%d %H:%M}{_offset(moment)}"


def _word(column: Column, value: str, language: str) -> str:
    return column.words[value][1 if language == "en" else 0]


def _people(column: Column, value: list[Document], language: str) -> str:
    rows = []
    for one in value:
        texts = [one.get("affiliation", {}).get(tongue, "").replace("|", r"\|") for tongue in LANGUAGES]
        parts = [one.get("speaker") or one.get("organisation") or "", _word(column, one["role"], language), *texts]
        rows.append(" | ".join(parts).rstrip(" |"))
    return "\n".join(rows)


_WRITERS: dict[str, Callable[[Column, Any, str, ZoneInfo], str]] = {
    "yes_no": lambda _column, value, language, _zone: (
        ("yes" if value else "no") if language == "en" else "はい" if value else "いいえ"
    ),
    "moment": lambda _column, value, _language, zone: _moment_written(value, zone),
    "word": lambda column, value, language, _zone: _word(column, value, language),
    "words": lambda column, value, language, _zone: ", ".join(_word(column, one, language) for one in value),
    "separated": lambda _column, value, _language, _zone: " ".join(value),
    "list": lambda _column, value, _language, _zone: "\n".join(value),
    "rooms": lambda _column, value, _language, _zone: "\n".join(value),
    "people": lambda column, value, language, _zone: _people(column, value, language),
    "roles": lambda column, value, language, _zone: _people(column, value, language),
}


def _meant(column: Column, cell: Any, names: Names) -> Any:
    """What one cell that is not empty means. Raises Unreadable."""
    text = read.plain(cell)
    if len(text) > column.limit and column.reads in ("line", "prose", "lines", "people", "roles", "list", "rooms"):
        raise Unreadable("too_long")
    reader = _READERS.get(column.reads)
    return reader(cell) if reader else _NAMERS[column.reads](column, text, names)


def _several(column: Column, text: str, _names: Names) -> list[str]:
    words = [one for one in re.split("[,;、，；\n]+", text) if one.strip()]
    return list(dict.fromkeys(_meant_word(column, one) for one in words))


def _meant_people(column: Column, text: str, names: Names) -> list[dict[str, Any]]:
    return [_meant_person(column, one, names) for one in read.lines(text) if one]


_READERS: dict[str, Callable[[Any], Any]] = {
    "line": lambda cell: " ".join(read.plain(cell).split("\n")),
    "prose": read.plain,
    "code": lambda cell: unicodedata.normalize("NFKC", read.plain(cell)).lower(),
    "number": read.whole,
    "degrees": read.degrees,
    "yes_no": read.yes_or_no,
    "day": lambda cell: str(read.day(cell)),
    "clock": lambda cell: "{:02d}:{:02d}".format(*divmod(read.clock(cell)[0], 60)),
    "moment": read.day_and_clock,
    "separated": read.separated,
    "list": lambda cell: [one for one in read.lines(cell) if one],
    "lines": read.lines,
}

_NAMERS: dict[str, Callable[[Column, str, Names], Any]] = {
    "word": lambda column, text, _names: _meant_word(column, text),
    "words": _several,
    "room": lambda _column, text, names: names.code(ROOMS, text),
    "rooms": lambda _column, text, names: list(
        dict.fromkeys(names.code(ROOMS, one) for one in read.lines(text) if one)
    ),
    "organisation": lambda _column, text, names: names.code(ORGANISATIONS, text),
    "people": _meant_people,
    "roles": _meant_people,
}


def _meant_word(column: Column, text: str) -> str:
    wanted = alike(text.replace(",", ""))  # what a workbook offers to choose from has no commas
    for value, called in column.words.items():
        if wanted in (alike(value), *(alike(one.replace(",", "")) for one in called)):
            return value
    raise Unreadable("word")


def _meant_person(column: Column, line: str, names: Names) -> dict[str, Any]:
    """Code or name | role | affiliation in the three languages."""
    parts = [one.strip().replace(r"\|", "|") for one in _BAR.split(line)]
    who, role, *texts = [*parts, ""] if len(parts) == 1 else parts
    if len(texts) > len(LANGUAGES) or (texts and column.reads == "roles"):
        raise Unreadable("too_many_parts")
    found = {"role": _meant_word(column, role) if role else _DEFAULT_ROLE[column.reads]}
    if column.reads == "roles":
        return {"organisation": names.code(ORGANISATIONS, who), **found}
    affiliation = {language: text for language, text in zip(LANGUAGES, texts, strict=False) if text}
    person: dict[str, Any] = {"speaker": names.code(SPEAKERS, who), **found}
    return {**person, "affiliation": affiliation} if affiliation else person


def _put_times(thing: dict[str, Any], cells: Mapping[str, Any]) -> Iterator[CellFault]:
    """Start and end, from the day and two clocks; an end without a day of its own is on the day of the start."""
    meant: dict[str, Any] = {}
    for name, reader in (("date", read.day), ("begins", read.clock), ("ends_on", read.day), ("ends", read.clock)):
        cell = cells.get(name)
        if read.plain(cell) == "":
            continue
        try:
            meant[name] = reader(cell)
        except Unreadable as no:
            yield CellFault(name, no.kind, read.plain(cell)[:80])
    on: date | None = meant.get("date")
    if on is not None and "begins" in meant:
        thing["starts_at"] = read.moment(on, *meant["begins"])
    if (last := meant.get("ends_on", on)) is not None and "ends" in meant:
        thing["ends_at"] = read.moment(last, *meant["ends"])


def _put(thing: dict[str, Any], column: Column, value: Any) -> None:
    *steps, last = column.key.split(".")
    inner = thing
    for step in steps:
        inner = inner.setdefault(step, {})
    inner[last] = value


def _at(thing: Document, path: str) -> Any:
    found: Any = thing
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _beside_each_other(columns: Mapping[str, Any]) -> list[dict[str, str]]:
    """The nth lines of the languages are one text."""
    held = {language: [texts] if isinstance(texts, str) else texts for language, texts in columns.items()}
    count = max(map(len, held.values()))
    rows = [
        {language: texts[at] for language, texts in held.items() if at < len(texts) and texts[at]}
        for at in range(count)
    ]
    return [row for row in rows if row]
