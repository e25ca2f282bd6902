"""The organiser's questions as columns of a file: their headings, what belongs there, what a row answers."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from app.errors import Invalid
from app.web.languages import plain
from registrations.forms.questions import SENTENCES, TOO_LONG
from registrations.rules.choices import Choice
from registrations.rules.questions import (
    CHOSEN_KINDS,
    LONGEST_LINE,
    LONGEST_PROSE,
    MANY,
    Answered,
    Fault,
    Occasion,
    QuestionFacts,
    QuestionKind,
    Typed,
    Value,
    outcome,
)
from registrations.rules.sought import alike

QUESTION = "question:"
FRONTS = {"ja": "質問：", "en": "Question: "}
"""Before its words in a heading, so that a question about the school year is not taken for the column of that name."""
_BETWEEN = re.compile("[;；\n]")
_BETWEEN_ALL = re.compile("[;；、,\n]")
_NO_HOUR = re.compile(" 00:00$")
_WORDS = {"true": "yes", "false": "no"}


def key_of(question: QuestionFacts) -> str:
    """How its column is called inside."""
    return f"{QUESTION}{question.uuid.hex[:12]}"


def question_headings(questions: Sequence[QuestionFacts], language: str) -> list[str]:
    """The headings of the template; of two questions in the same words the key."""
    texts = [_heading(one, "en" if language == "en" else "ja") for one in questions]
    alone = Counter(alike(text) for text in texts)
    return [text if alone[alike(text)] == 1 else key_of(one) for one, text in zip(questions, texts, strict=True)]


def question_meanings(questions: Iterable[QuestionFacts]) -> dict[str, str]:
    """What a heading in any language means, keyed as it is compared; words that two questions share mean neither."""
    meant: dict[str, set[str]] = {}
    for one in questions:
        words = {text for text in one.label.values() if text}
        for text in {key_of(one), *words, *(front + text for front in FRONTS.values() for text in words)}:
            meant.setdefault(alike(text), set()).add(key_of(one))
    return {text: next(iter(keys)) for text, keys in meant.items() if len(keys) == 1}


def about_question(one: QuestionFacts) -> str:
    """What belongs into its column."""
    choices = "; ".join(plain(choice.label) for choice in one.choices)
    match one.kind:
        case QuestionKind.NUMBER:
            what = _("A whole number, 0 or more.")
        case QuestionKind.DATE:
            what = _("A day, such as 2026-10-03.")
        case QuestionKind.READING:
            what = _("In kana.")
        case QuestionKind.NEEDS:
            what = _("Any of these, with semicolons between them: %(choices)s. What is none of them stays as text.",
                     choices=choices)  # fmt: skip
        case QuestionKind.SEVERAL:
            what = _("Any of these, with semicolons between them: %(choices)s.", choices=choices)
        case kind if kind in CHOSEN_KINDS:
            what = _("One of these: %(choices)s.", choices=choices)
        case _:
            what = _("A text.")
    needed = _("Has to be answered; empty means that it was not asked.") if one.required else ""
    return " ".join(filter(None, (f"“{plain(one.label)}”", str(what), str(needed))))


def answers_in(
    texts: Mapping[str, str], questions: Sequence[QuestionFacts], occasion: Occasion
) -> tuple[tuple[Answered, ...], list[QuestionFacts]]:
    """What one row answers, and the questions that it leaves open though they have to be answered. `texts`: cells by
    column. Raises Invalid with a sentence for what is no answer, and for an answer to what is not asked of these."""
    typed = {one.uuid: _typed(one, texts.get(key_of(one), "")) for one in questions}
    found = outcome(questions, occasion, typed)
    for one in questions:
        fault = found.faults.get(one.uuid)
        if fault is not None and fault is not Fault.MISSING:
            raise Invalid("answer", f"{plain(one.label)}: {_sentence(one, fault)}")
    answered = {one.question_id for one in found.answers}
    for one in questions:
        if texts.get(key_of(one)) and one.id not in answered:
            raise Invalid("answer", _("“%(question)s” is not asked of these people. Empty the cell.",
                                      question=plain(one.label)))  # fmt: skip
    return found.answers, [one for one in questions if one.uuid in found.faults]


def occasion_of_row(
    numbers: Mapping[str, int], minors: frozenset[str], sessions: Iterable[str], *, group: bool
) -> Occasion:
    """Whom the questions speak to, by what a row says."""
    return Occasion(group=group, minors=any(key in minors for key in numbers), sessions=frozenset(sessions))


def kept(answers: Iterable[Answered]) -> list[dict[str, Any]]:
    """Answers as they are kept with a row until somebody says yes."""
    return [vars(one) for one in answers]


def values_of(answers: Iterable[Answered]) -> list[Value]:
    """What makes two rows differ."""
    return [one.value for one in answers]


def _heading(one: QuestionFacts, language: str) -> str:
    label = one.label.get(language) or one.label.get("ja") or next(iter(one.label.values()), "")
    return FRONTS[language] + label


def _typed(one: QuestionFacts, text: str) -> Typed:
    if one.kind is QuestionKind.DATE:
        return Typed((_NO_HOUR.sub("", text),))
    if one.kind not in CHOSEN_KINDS:
        return Typed((text,))
    if one.kind not in MANY:
        return Typed((_chosen(one.choices, text) or text,) if text else ())
    keys, rest = _several(one.choices, text)
    return Typed(tuple(keys), "; ".join(rest)) if one.kind is QuestionKind.NEEDS else Typed((*keys, *rest))


def _several(choices: Iterable[Choice], text: str) -> tuple[list[str], list[str]]:
    """Keys of what was chosen, and what is none of the choices. A comma parts only where choices stand on both sides of
    it, for one answer may hold one."""
    keys: list[str] = []
    rest: list[str] = []
    for part in filter(None, (one.strip() for one in _BETWEEN.split(text))):
        whole = _chosen(choices, part)
        pieces = [one.strip() for one in _BETWEEN_ALL.split(part)]
        found = [_chosen(choices, one) for one in pieces]
        if whole is not None:
            keys.append(whole)
        elif all(found):
            keys.extend(one for one in found if one)
        else:
            rest.append(part)
    return keys, rest


def _chosen(choices: Iterable[Choice], text: str) -> str | None:
    """The key of the choice that reads so in any language."""
    sought = alike(text)
    for one in choices:
        if sought in {alike(word) for word in (one.key, *one.label.values())} or _WORDS.get(sought) == one.key:
            return one.key
    return None


def _sentence(one: QuestionFacts, fault: Fault) -> str:
    if fault is Fault.TOO_LONG:
        long = one.kind in (QuestionKind.LONG, QuestionKind.NEEDS)
        return str(TOO_LONG % {"max": LONGEST_PROSE if long else LONGEST_LINE})
    if fault is Fault.NO_CHOICE:
        return str(_("This is none of the answers. Use one that the template names."))
    return str(SENTENCES[fault])
