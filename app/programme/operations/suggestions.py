"""What partners suggest, and the organiser's answer. Nothing is in the programme before yes, nothing is overwritten.

Who sends a form says what stood in it. What only somebody else changed meanwhile is theirs; what both changed is shown
before anything is written. Every act locks the partner's row, then the session's.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.audit import record
from app.db import db, lock
from app.errors import NotFound, Refused
from app.programme.models import (
    Appearance,
    Event,
    EventSession,
    Participation,
    Partner,
    SessionOrganisation,
    Speaker,
    Suggestion,
)
from app.programme.operations.editing import change_thing
from app.programme.operations.partners import ACCEPTED, RETURNED, held_partner, write_answer
from app.programme.operations.sessions import change_session
from app.programme.operations.telling import tell_organiser
from app.programme.queries.partners import Subject, newest_about, subject_of, subject_role, subject_session
from app.programme.queries.sessions import session_facts
from app.programme.queries.working import facts_of
from app.programme.rules.facts import SpeakerFacts
from app.programme.rules.partners import (
    WORDS,
    SuggestionState,
    answered_state,
    changes_between,
    collisions,
    open_changes,
    overlaid,
    same,
    with_values,
)
from app.web.actors import ANONYMOUS, Actor


@dataclass(frozen=True)
class Answer:
    """The organiser's: yes to these fields, or everything sent back; words for the partner either way."""

    fields: Collection[str] = ()
    returned: bool = False
    words: str | None = None


class TooLate(Refused):
    """The deadline for suggestions has passed."""

    def __init__(self) -> None:
        super().__init__("too_late", "The time for changes is over.")


class Collision(Refused):
    """Somebody else changed the same meanwhile; `fields` says what. Nothing was written."""

    def __init__(self, fields: Collection[str]) -> None:
        self.fields = frozenset(fields)
        super().__init__("changed_meanwhile", "Somebody else changed this meanwhile.")


class AnsweredAlready(Refused):
    """The suggestion does not wait any more."""

    def __init__(self) -> None:
        super().__init__("answered_already", "This was answered or withdrawn already.")


def values_shown(partner: Partner, subject: Subject) -> dict[str, Any]:
    """What the partner's form shows: the programme as it stands, what it suggests instead, its last words."""
    newest = newest_about(partner.id, subject)
    waits = newest is not None and newest.state is SuggestionState.WAITING
    shown = overlaid(subject.values, newest.changes) if newest is not None and waits else dict(subject.values)
    return {**shown, **{name: getattr(newest, name, None) for name in WORDS}}


def suggest_for_session(
    partner_id: int, code: str, wanted: Mapping[str, Any], *, seen: Mapping[str, Any], at: datetime
) -> Suggestion | None:
    """What a partner would have otherwise in one of its own sessions. `seen`: what stood in its form. A suggestion that
    waits is replaced; None: nothing differs from the programme any more. Raises NotFound, TooLate, Collision."""
    partner = _open_partner(partner_id, at)
    lock(EventSession, [_id_of(subject_session(partner, code))])
    return _suggest(partner, subject_session(partner, code), wanted, seen, at)


def suggest_exhibits(
    partner_id: int, role: str, wanted: Mapping[str, Any], *, seen: Mapping[str, Any], at: datetime
) -> Suggestion | None:
    """The same for what it exhibits in one role."""
    partner = _open_partner(partner_id, at)
    row = subject_role(partner, role).role
    assert row is not None
    lock(Participation, [row.id])
    return _suggest(partner, subject_role(partner, role), wanted, seen, at)


def withdraw_suggestion(partner_id: int, subject: Subject, *, at: datetime) -> bool:
    """The partner takes back what waits. False: nothing waited any more."""
    (partner,) = lock(Partner, [partner_id])
    newest = newest_about(partner.id, subject)
    if newest is None or newest.state is not SuggestionState.WAITING:
        return False
    _take_back(newest, at)
    return True


def answer_suggestion(
    event: Event, suggestion_id: int, yes: Answer, *, seen: Mapping[str, Any], at: datetime, actor: Actor
) -> Suggestion:
    """Take over what the answer says yes to, and write to the partner. `seen`: the draft and what was wanted, by field,
    as the organiser saw them. What it was about may be gone: then it goes back. Raises AnsweredAlready, Collision, and
    what a change of the session raises."""
    found = db.session.get_one(Suggestion, suggestion_id)
    partner = held_partner(event, found.partner_id)
    (suggestion,) = lock(Suggestion, [suggestion_id])
    if suggestion.state is not SuggestionState.WAITING:
        raise AnsweredAlready
    subject = _held_subject(partner, suggestion)
    now = answerable(subject, suggestion) if subject is not None else {}
    if moved := {name for name in (*now, *seen) if not same(now.get(name), seen.get(name))}:
        raise Collision(moved)
    asked = [name for name in now if name not in WORDS]
    taken = [] if yes.returned else [name for name in asked if name in yes.fields]
    if taken and subject is not None:
        wanted = {name: suggestion.changes[name]["wanted"] for name in taken}
        _carry_out(event, partner, subject, wanted, at=at, actor=actor)
    suggestion.state = answered_state(asked, taken, returned=yes.returned or subject is None)
    suggestion.taken, suggestion.answer = taken, yes.words
    suggestion.answered_at, suggestion.account_id = at, actor.account_id
    db.session.flush()
    kind = RETURNED if suggestion.state is SuggestionState.RETURNED else ACCEPTED
    write_answer(partner, kind, str(suggestion.uuid), at)
    facts = {"state": suggestion.state.value, "taken": taken}
    record(actor, "partner.answer", f"suggestion:{suggestion.uuid}", at=at, event_id=event.id, **facts)
    return suggestion


def answerable(subject: Subject, suggestion: Suggestion) -> dict[str, Any]:
    """What the organiser answers: by field what stands in the draft, what stood there, what is wanted; the words."""
    changes = open_changes(subject.values, suggestion.changes)
    fields: dict[str, Any] = {name: {"now": subject.values[name], **one} for name, one in changes.items()}
    return {**fields, **{name: getattr(suggestion, name) for name in WORDS if getattr(suggestion, name)}}


def own_people(event_id: int, organisation_id: int) -> dict[str, SpeakerFacts]:
    """Who is on stage in the organisation's own sessions, by code."""
    chosen = (
        select(Speaker)
        .join(Appearance, Appearance.speaker_id == Speaker.id)
        .join(SessionOrganisation, SessionOrganisation.session_id == Appearance.session_id)
        .where(Speaker.event_id == event_id, SessionOrganisation.organisation_id == organisation_id)
        .order_by(Speaker.code)
    )
    return {one.code: facts_of(SpeakerFacts, one) for one in db.session.scalars(chosen)}


def _open_partner(partner_id: int, at: datetime) -> Partner:
    (partner,) = lock(Partner, [partner_id])
    if at >= partner.closes_at:
        raise TooLate
    return partner


def _suggest(
    partner: Partner, subject: Subject, wanted: Mapping[str, Any], seen: Mapping[str, Any], at: datetime
) -> Suggestion | None:
    shown = values_shown(partner, subject)
    if hit := collisions(seen, shown, wanted):
        raise Collision(hit)
    words = {name: wanted.get(name) for name in WORDS}
    changes = changes_between(subject.values, wanted, subject.values)
    newest = newest_about(partner.id, subject)
    waiting = newest if newest is not None and newest.state is SuggestionState.WAITING else None
    said = any(words.values()) and (newest is None or any(words[name] != getattr(newest, name) for name in WORDS))
    if not changes and not said and (waiting is None or not any(words.values())):
        if waiting is not None:
            _take_back(waiting, at)
        return None
    if waiting is not None and same(waiting.changes, changes) and not said and words == _words_of(waiting):
        return waiting
    if waiting is None:
        waiting = Suggestion(partner_id=partner.id, state=SuggestionState.WAITING, **subject.named)
        db.session.add(waiting)
    waiting.changes, waiting.made_at, waiting.needs, waiting.wish = changes, at, words["needs"], words["wish"]
    partner.opened_at = partner.opened_at or at
    db.session.flush()
    record(ANONYMOUS, "partner.suggest", f"suggestion:{waiting.uuid}", at=at, event_id=partner.event_id,
           fields=sorted(changes))  # fmt: skip
    tell_organiser(partner, at=at)
    return waiting


def _held_subject(partner: Partner, suggestion: Suggestion) -> Subject | None:
    """As it stands under its lock; None: it is not there any more."""
    try:
        subject = subject_of(partner, suggestion)
    except NotFound:
        return None
    if subject.session is not None:
        lock(EventSession, [subject.session.id])
    elif subject.role is not None:
        lock(Participation, [subject.role.id])
    return subject_of(partner, suggestion)


def _words_of(suggestion: Suggestion) -> dict[str, Any]:
    return {name: getattr(suggestion, name) for name in WORDS}


def _take_back(waiting: Suggestion, at: datetime) -> None:
    waiting.state = SuggestionState.WITHDRAWN
    db.session.flush()
    partner = db.session.get_one(Partner, waiting.partner_id)
    record(ANONYMOUS, "partner.withdraw", f"suggestion:{waiting.uuid}", at=at, event_id=partner.event_id)


def _carry_out(
    event: Event, partner: Partner, subject: Subject, wanted: Mapping[str, Any], *, at: datetime, actor: Actor
) -> None:
    if subject.role is not None:
        (row,) = lock(Participation, [subject.role.id])
        change_thing(event, Participation, row.id, wanted, version=row.version, at=at, actor=actor)
        return
    assert subject.session is not None
    session = subject.session
    own = own_people(event.id, partner.organisation_id)
    taken = list(db.session.scalars(select(Speaker.code).where(Speaker.event_id == event.id)))
    facts, newcomers = with_values(session_facts(session), wanted, own=own, taken=taken)
    change_session(event, session.code, facts, version=session.version, people=newcomers, at=at, actor=actor)


def _id_of(subject: Subject) -> int:
    assert subject.session is not None
    return subject.session.id
