"""Questions of the organiser: whom they are asked, when a condition shows one, and what a typed answer means.

An answer is kept as a small map, by the kind of its question:

- short, long, reading: `{"text": "…"}`; a reading in hiragana
- number: `{"number": 3}`
- date: `{"date": "2026-10-03"}`
- choice, yes_no, school_year, age_group, ward: `{"choice": key}`
- several: `{"choices": [key, …]}`
- needs: `{"choices": [key, …], "text": "…"}`; either may be empty, not both

Nothing answered is no value at all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from registrations.rules.choices import AGE_GROUPS, NEEDS, SCHOOL_YEARS, YES_NO, Choice
from registrations.rules.typed import day_typed, hiragana, line_typed, number_typed, prose_typed

LONGEST_LINE, LONGEST_PROSE = 200, 2000
MOST_QUESTIONS = 50
"""So many an event asks at once; forms stay forms."""
Value = dict[str, Any]


class QuestionKind(StrEnum):
    """What can be answered."""

    SHORT = "short"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    SEVERAL = "several"
    YES_NO = "yes_no"
    SCHOOL_YEAR = "school_year"
    AGE_GROUP = "age_group"
    WARD = "ward"
    READING = "reading"
    NEEDS = "needs"


class Audience(StrEnum):
    """Whom a question is asked: whoever registers, a party with children in it, a class or another group."""

    ADULT = "adult"
    CHILD = "child"
    CLASS = "class"


class Fault(StrEnum):
    """Why something typed is no answer."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NO_NUMBER = "no_number"
    NO_DATE = "no_date"
    NO_KANA = "no_kana"
    NO_CHOICE = "no_choice"


OWN_CHOICES = (QuestionKind.CHOICE, QuestionKind.SEVERAL, QuestionKind.WARD)
"""The organiser types what can be chosen."""
SHARED_CHOICES = {
    QuestionKind.YES_NO: YES_NO,
    QuestionKind.SCHOOL_YEAR: SCHOOL_YEARS,
    QuestionKind.AGE_GROUP: AGE_GROUPS,
    QuestionKind.NEEDS: NEEDS,
}
CHOSEN_KINDS = (*OWN_CHOICES, *SHARED_CHOICES)
MANY = (QuestionKind.SEVERAL, QuestionKind.NEEDS)


@dataclass(frozen=True)
class Condition:
    """Another question of the event, and the answers (keys of choices) of which one has to be given."""

    question: UUID
    answers: frozenset[str]


@dataclass(frozen=True)
class QuestionFacts:
    """One question as it stands. `choices`: what can be chosen, shared ones too; `session`: the code of the event
    session whose visitors alone are asked."""

    id: int
    uuid: UUID
    version: int
    kind: QuestionKind
    label: Mapping[str, str]
    support: Mapping[str, str]
    choices: tuple[Choice, ...]
    audience: frozenset[Audience]
    required: bool = False
    condition: Condition | None = None
    session: str | None = None

    @property
    def name(self) -> str:
        """What its field is called: another one after every change, so that no answer is taken for another question."""
        return f"q-{self.uuid.hex[:12]}-{self.version}"


@dataclass(frozen=True)
class Occasion:
    """What decides whom one speaks to: a class or another group, children in the party, sessions asked for by code."""

    group: bool = False
    minors: bool = False
    sessions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Typed:
    """What came from a form for one question; `text` beside choices."""

    values: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Answered:
    """A value and the very question, in the version that was read, that it answers."""

    question_id: int
    version: int
    value: Value


@dataclass(frozen=True)
class Outcome:
    """What a whole form came to: answers to what was asked, and faults by question."""

    answers: tuple[Answered, ...] = ()
    faults: Mapping[UUID, Fault] = field(default_factory=dict)


def concerns(question: QuestionFacts, occasion: Occasion) -> bool:
    """Whether it is asked on this occasion, its condition apart."""
    if question.session is not None and question.session not in occasion.sessions:
        return False
    if occasion.group:
        return Audience.CLASS in question.audience
    return Audience.ADULT in question.audience or (occasion.minors and Audience.CHILD in question.audience)


def holds(condition: Condition | None, given: Mapping[UUID, Value]) -> bool:
    """Whether one of its answers was given; a question that was not asked gives none."""
    return condition is None or bool(condition.answers & keys_of(given.get(condition.question)))


def keys_of(value: Value | None) -> frozenset[str]:
    """The choices in an answer."""
    found = value or {}
    return frozenset([*found.get("choices", ()), *([found["choice"]] if "choice" in found else ())])


def outcome(questions: Iterable[QuestionFacts], occasion: Occasion, typed: Mapping[UUID, Typed]) -> Outcome:
    """Reads a form in the order of its questions. What was typed where nothing is asked counts for nothing."""
    given: dict[UUID, Value] = {}
    answers: list[Answered] = []
    faults: dict[UUID, Fault] = {}
    for one in questions:
        if not concerns(one, occasion) or not holds(one.condition, given):
            continue
        found = read(one, typed.get(one.uuid, Typed()))
        if isinstance(found, Fault):
            faults[one.uuid] = found
        elif found is not None:
            given[one.uuid] = found
            answers.append(Answered(one.id, one.version, found))
    return Outcome(tuple(answers), faults)


def read(question: QuestionFacts, typed: Typed) -> Value | Fault | None:
    """The value of one answer as typed; None: nothing was answered, which it may be."""
    found = _many(question, typed) if question.kind in MANY else _single(question, "".join(typed.values[:1]))
    return Fault.MISSING if found is None and question.required else found


def outstanding(
    questions: Iterable[QuestionFacts], occasion: Occasion, given: Mapping[UUID, Value]
) -> tuple[QuestionFacts, ...]:
    """What has to be answered and is not."""
    return tuple(
        one
        for one in questions
        if one.required and concerns(one, occasion) and one.uuid not in given and holds(one.condition, given)
    )


def said(choices: Sequence[Choice], value: Value) -> list[Any]:
    """An answer as people read it: maps of languages for what was chosen, a text, a number, a day."""
    labels = {one.key: one.label for one in choices}
    parts: list[Any] = [labels.get(key, key) for key in value.get("choices", ())]
    if "choice" in value:
        parts.append(labels.get(value["choice"], value["choice"]))
    if "date" in value:
        parts.append(date.fromisoformat(value["date"]))
    return parts + [value[name] for name in ("number", "text") if name in value]


def choices_of(kind: QuestionKind, own: Iterable[Mapping[str, Any]]) -> tuple[Choice, ...]:
    """What can be chosen: what the kind brings, or the organiser's own as the column holds them."""
    return SHARED_CHOICES.get(kind) or tuple(Choice(one["key"], one["label"]) for one in own)


def rekeyed(lines: Sequence[Mapping[str, str]], before: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """Choices for the column. A line that reads as a choice before, in Japanese or English, keeps its key; others get
    keys that were never used."""
    free, known, taken = 1 + max((_number(one["key"]) for one in before), default=0), list(before), []
    for line in lines:
        old = next((one for one in known if holds_same(one["label"], line)), None)
        if old is not None:
            known.remove(old)
            taken.append({"key": old["key"], "label": dict(line)})
        else:
            taken.append({"key": f"c{free}", "label": dict(line)})
            free += 1
    return taken


def means_the_same(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether who answered before answered this very question: no word that stood there is another one now. A text in
    one more language, and another order of the same choices, change no meaning."""
    old, new = ({one["key"]: one["label"] for one in row["choices"]} for row in (before, after))
    texts = [(before["label"], after["label"]), (before["support"], after["support"])]
    texts += [(label, new.get(key, {})) for key, label in old.items()]
    return old.keys() == new.keys() and all(_only_added(one, other) for one, other in texts)


def _only_added(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    return bool(before or not after) and all(after.get(language) == text for language, text in before.items())


def holds_same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two texts read alike in Japanese or English."""
    return any(one.get(language) and one.get(language) == other.get(language) for language in ("ja", "en"))


def _number(key: str) -> int:
    return int(key[1:]) if key[1:].isdecimal() else 0


def _many(question: QuestionFacts, typed: Typed) -> Value | Fault | None:
    known = [one.key for one in question.choices]
    if any(key not in known for key in typed.values):
        return Fault.NO_CHOICE
    chosen = [key for key in known if key in typed.values]
    if question.kind is QuestionKind.SEVERAL:
        return {"choices": chosen} if chosen else None
    text = line_typed(typed.text)
    if len(text) > LONGEST_PROSE:
        return Fault.TOO_LONG
    return {"choices": chosen, **({"text": text} if text else {})} if chosen or text else None


def _single(question: QuestionFacts, raw: str) -> Value | Fault | None:
    kind = question.kind
    text = prose_typed(raw) if kind is QuestionKind.LONG else line_typed(raw)
    if not text:
        return None
    if len(text) > (LONGEST_PROSE if kind is QuestionKind.LONG else LONGEST_LINE):
        return Fault.TOO_LONG
    if kind in CHOSEN_KINDS:
        return {"choice": text} if text in {one.key for one in question.choices} else Fault.NO_CHOICE
    if kind not in _READ:
        return {"text": text}
    name, reader, fault = _READ[kind]
    found = reader(text)
    return fault if found is None else {name: found}


def _day(text: str) -> str | None:
    day = day_typed(text)
    return day.isoformat() if day else None


_READ: dict[QuestionKind, tuple[str, Callable[[str], Any], Fault]] = {
    QuestionKind.NUMBER: ("number", number_typed, Fault.NO_NUMBER),
    QuestionKind.DATE: ("date", _day, Fault.NO_DATE),
    QuestionKind.READING: ("text", hiragana, Fault.NO_KANA),
}
