"""The organiser's questions in an event file: what they mean, what is wrong with them, and how they are written.

In a file a question has a key of its own, and its own choices are called c1, c2 and so on in their order.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registrations.rules.questions import (
    CHOSEN_KINDS,
    OWN_CHOICES,
    SHARED_CHOICES,
    Audience,
    QuestionFacts,
    QuestionKind,
    holds_same,
)

Texts = Mapping[str, str]


@dataclass(frozen=True)
class FiledQuestion:
    """One question of a file. `shown_if`: the place in the file of the question above, and the answers to it, own
    choices by their place (from 0)."""

    kind: QuestionKind
    label: Texts
    support: Texts
    choices: tuple[Texts, ...]
    audience: frozenset[Audience]
    required: bool
    session: str | None
    shown_if: tuple[int, frozenset[str | int]] | None


@dataclass(frozen=True)
class WrongQuestion:
    """Something wrong: where (after the name of the list), what stands there, what was expected."""

    place: str
    value: Any
    expected: str


def filed(written: Sequence[Mapping[str, Any]]) -> list[FiledQuestion]:
    """What faultless questions mean."""
    places = {one["key"]: place for place, one in enumerate(written)}
    return [
        FiledQuestion(
            kind=(kind := QuestionKind(one["kind"])),
            label=one["label"],
            support=one.get("support", {}),
            choices=tuple(one.get("choices", ())),
            audience=frozenset(Audience(name) for name in one.get("audience", ["adult"])),
            required=one.get("required", False) and kind is not QuestionKind.NEEDS,
            session=one.get("session"),
            shown_if=_condition(one["shown_if"], places, written) if "shown_if" in one else None,
        )
        for one in written
    ]


def wrong_questions(written: Sequence[Mapping[str, Any]], sessions: Collection[str]) -> list[WrongQuestion]:
    """What the shape of a file does not say: keys used twice, choices where there are none, what is not there."""
    found: list[WrongQuestion] = []
    above: dict[str, Mapping[str, Any]] = {}
    for place, one in enumerate(written):
        at, own = f"[{place}]", QuestionKind(one["kind"]) in OWN_CHOICES
        if one["key"] in above:
            found.append(WrongQuestion(f"{at}.key", one["key"], "a key that no question above has"))
        if own != ("choices" in one):
            expected = "at least two choices" if own else "no choices: its kind brings them, or has none"
            found.append(WrongQuestion(f"{at}.choices", one.get("choices"), expected))
        if "session" in one and one["session"] not in sessions:
            found.append(WrongQuestion(f"{at}.session", one["session"], "the code of a session of this file"))
        if "shown_if" in one:
            found += _wrong_condition(f"{at}.shown_if", one["shown_if"], above)
        above.setdefault(one["key"], one)
    return found


def written_of(questions: Sequence[QuestionFacts]) -> list[dict[str, Any]]:
    """Standing questions as a file has them: empty values left out, defaults written out."""
    known = {one.uuid: (f"q{place}", one) for place, one in enumerate(questions, start=1)}
    found = []
    for key, one in known.values():
        line: dict[str, Any] = {"key": key, "kind": one.kind.value, "label": dict(one.label)}
        if one.support:
            line["support"] = dict(one.support)
        if one.kind in OWN_CHOICES:
            line["choices"] = [dict(choice.label) for choice in one.choices]
        line["audience"] = [name.value for name in Audience if name in one.audience]
        line["required"] = one.required
        if one.session is not None:
            line["session"] = one.session
        if one.condition is not None:
            name, other = known[one.condition.question]
            answers = [called for called, key in _called(other) if key in one.condition.answers]
            line["shown_if"] = {"question": name, "answers": answers}
        found.append(line)
    return found


def paired(
    wanted: Sequence[FiledQuestion], standing: Iterable[QuestionFacts]
) -> list[tuple[FiledQuestion, QuestionFacts | None]]:
    """Each question of a file and the one that stands already: of its kind, and the same in Japanese or English."""
    left = list(standing)
    pairs: list[tuple[FiledQuestion, QuestionFacts | None]] = []
    for one in wanted:
        same = next((other for other in left if other.kind is one.kind and holds_same(other.label, one.label)), None)
        if same is not None:
            left.remove(same)
        pairs.append((one, same))
    return pairs


def _called(question: QuestionFacts) -> list[tuple[str, str]]:
    """What each choice is called in a file, and its key here."""
    own = question.kind in OWN_CHOICES
    return [(f"c{place}" if own else one.key, one.key) for place, one in enumerate(question.choices, start=1)]


def _condition(
    condition: Mapping[str, Any], places: Mapping[str, int], written: Sequence[Mapping[str, Any]]
) -> tuple[int, frozenset[str | int]]:
    place = places[condition["question"]]
    own = QuestionKind(written[place]["kind"]) in OWN_CHOICES
    return place, frozenset(int(one[1:]) - 1 if own else one for one in condition["answers"])


def _wrong_condition(
    at: str, condition: Mapping[str, Any], above: Mapping[str, Mapping[str, Any]]
) -> list[WrongQuestion]:
    other = above.get(condition["question"])
    kind = QuestionKind(other["kind"]) if other else None
    if other is None or kind not in CHOSEN_KINDS:
        return [WrongQuestion(f"{at}.question", condition["question"], "the key of a question above that has choices")]
    if kind in OWN_CHOICES:
        known = [f"c{place}" for place, _one in enumerate(other.get("choices", ()), start=1)]
    else:
        known = [one.key for one in SHARED_CHOICES[kind]]
    lost = [one for one in condition["answers"] if one not in known]
    return [WrongQuestion(f"{at}.answers", one, f"one of {', '.join(known)}") for one in lost]
