"""What a partner organisation may suggest of its own part of the programme, and how it meets what others changed.

Values are what a form shows: texts per language, a reading, rows of people, lists of exhibits. Two values are the same
if they are equal as JSON.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from app.programme.rules.facts import AppearanceFacts, EventSessionFacts, SpeakerFacts

SESSION_FIELDS = ("title", "reading", "description", "access", "people")
EXHIBIT_FIELDS = ("exhibits",)
WORDS = ("needs", "wish")
"""Said to the organiser in words; no part of the programme."""
SECRET_BYTES = 24
Values = Mapping[str, Any]
Changes = Mapping[str, Mapping[str, Any]]


class SuggestionState(StrEnum):
    """What became of a suggestion."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class PartnerState(StrEnum):
    """How far a partner has come, its team aside."""

    NO_LINK = "no_link"
    INVITED = "invited"
    OPENED = "opened"
    SUGGESTED = "suggested"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    AS_IT_STANDS = "as_it_stands"


def secret_of(key: str, link: UUID) -> str:
    """The secret of a link, which only who has the server's key can say again: 192 bits in 32 characters."""
    digest = hmac.digest(key.encode(), b"partner link " + link.bytes, "sha256")
    return urlsafe_b64encode(digest[:SECRET_BYTES]).decode()


def hash_of(secret: str) -> bytes:
    """What is kept of a secret."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def partner_state(
    *, has_link: bool, opened: bool, as_it_stands: bool, suggestions: Iterable[SuggestionState]
) -> PartnerState:
    """The word for the list: what waits for the organiser comes first."""
    states = set(suggestions) - {SuggestionState.WITHDRAWN}
    if SuggestionState.WAITING in states:
        return PartnerState.SUGGESTED
    if not has_link:
        return PartnerState.NO_LINK
    if SuggestionState.RETURNED in states:
        return PartnerState.RETURNED
    if states:
        return PartnerState.ACCEPTED
    if as_it_stands:
        return PartnerState.AS_IT_STANDS
    return PartnerState.OPENED if opened else PartnerState.INVITED


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same."""
    return _packed(one) == _packed(other)


def changes_between(now: Values, wanted: Values, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What somebody wants otherwise than it is now, by field."""
    return {name: {"was": now[name], "wanted": wanted[name]} for name in names if not same(now[name], wanted[name])}


def overlaid(now: Values, changes: Changes) -> dict[str, Any]:
    """What stands in the programme, with what is suggested instead."""
    return {**now, **{name: one["wanted"] for name, one in changes.items() if name in now}}


def open_changes(now: Values, changes: Changes) -> dict[str, Mapping[str, Any]]:
    """Without what stands in the programme meanwhile."""
    return {name: changes[name] for name in now if name in changes and not same(now[name], changes[name]["wanted"])}


def overtaken(now: Values, changes: Changes) -> frozenset[str]:
    """Fields that somebody else changed since, to something else than is suggested."""
    return frozenset(name for name, one in open_changes(now, changes).items() if not same(now[name], one["was"]))


def collisions(seen: Values, now: Values, wanted: Values) -> frozenset[str]:
    """Fields that are not what was on the page any more, nor what is wanted: who sent it has to look again."""
    return frozenset(
        name for name in wanted if not same(now.get(name), seen.get(name)) and not same(now.get(name), wanted[name])
    )


def values_of(session: EventSessionFacts) -> dict[str, Any]:
    """A session as its partner sees it."""
    return {
        "title": session.title,
        "reading": session.reading,
        "description": session.description,
        "access": session.access,
        "people": [_row(one) for one in session.appearances],
    }


def with_values(
    session: EventSessionFacts, values: Values, *, own: Mapping[str, SpeakerFacts], taken: Iterable[str]
) -> tuple[EventSessionFacts, list[SpeakerFacts]]:
    """The session with these values, and who is new on stage. own: the people that the organisation has in the event
    already, so that one name is one person. taken: the codes of everybody in the event."""
    plain = {name: values[name] for name in SESSION_FIELDS if name in values and name != "people"}
    if "people" not in values:
        return replace(session, **plain), []
    stage = _Stage({one.speaker: one for one in session.appearances}, dict(own), set(taken), [])
    appearances = [stage.appearance(row) for row in values["people"]]
    return replace(session, **plain, appearances=appearances), stage.newcomers


@dataclass
class _Stage:
    """Who stood there, whom the organisation has, which codes are taken, who is new."""

    before: Mapping[str, AppearanceFacts]
    own: dict[str, SpeakerFacts]
    taken: set[str]
    newcomers: list[SpeakerFacts]

    def appearance(self, row: Mapping[str, str]) -> AppearanceFacts:
        """One row; what the form does not show of an affiliation stays."""
        code = row["speaker"] or self._named(_texts(row, "name"))
        stood = self.before.get(code)
        kept = {language: text for language, text in (stood.affiliation if stood else {}).items() if language not in
                ("ja", "en")}  # fmt: skip
        affiliation = {**_texts(row, "affiliation"), **kept}
        return AppearanceFacts(speaker=code, role=row["role"] or "speaker", affiliation=affiliation)

    def _named(self, name: dict[str, str]) -> str:
        for code, one in self.own.items():
            if {language: one.name.get(language) for language in name} == name:
                return code
        code = next(free for number in range(1, 100_000) if (free := f"p-{number}") not in self.taken)
        newcomer = SpeakerFacts(code=code, name=name)
        self.taken.add(code)
        self.own[code] = newcomer
        self.newcomers.append(newcomer)
        return code


def answered_state(asked: Sequence[str], taken: Sequence[str], *, returned: bool) -> SuggestionState:
    """What becomes of a suggestion of these fields; one of words alone is accepted whole."""
    if returned or (asked and not taken):
        return SuggestionState.RETURNED
    return SuggestionState.ACCEPTED if len(taken) == len(asked) else SuggestionState.PARTLY


def may_suggest(*, ended: bool, closes_at: datetime, at: datetime) -> bool:
    """Whether a link still takes suggestions."""
    return not ended and at < closes_at


def _row(one: AppearanceFacts) -> dict[str, str]:
    return {
        "speaker": one.speaker,
        "name_ja": "",
        "name_en": "",
        "role": one.role,
        "affiliation_ja": one.affiliation.get("ja", ""),
        "affiliation_en": one.affiliation.get("en", ""),
    }


def _texts(row: Mapping[str, str], name: str) -> dict[str, str]:
    return {language: text for language in ("ja", "en") if (text := row[f"{name}_{language}"])}


def _packed(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
