"""Partner organisations of an event: by their link, in a list, and what each of them suggests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.db import db
from app.errors import NotFound
from app.programme.models import (
    Event,
    EventSession,
    Organisation,
    Participation,
    Partner,
    PartnerLink,
    SessionOrganisation,
    Suggestion,
)
from app.programme.queries.sessions import session_facts
from app.programme.queries.things import organisations_in
from app.programme.rules import ParticipationRole
from app.programme.rules.partners import (
    PartnerState,
    SuggestionState,
    hash_of,
    may_suggest,
    partner_state,
    secret_of,
    values_of,
)

GONE = (SuggestionState.WITHDRAWN,)


@dataclass(frozen=True)
class Visit:
    """Whoever comes by a link: for which organisation, in which event, and whether the link still stands."""

    partner: Partner
    organisation: Organisation
    event: Event
    ended: bool

    def open(self, at: datetime) -> bool:
        """Whether suggestions are taken."""
        return may_suggest(ended=self.ended, closes_at=self.partner.closes_at, at=at)


@dataclass(frozen=True)
class PartnerLine:
    """One partner in the organiser's list. waiting: suggestions that wait for an answer."""

    partner: Partner
    organisation: Organisation
    state: PartnerState
    waiting: int

    @property
    def silent(self) -> bool:
        """Whether nothing has come from it yet."""
        return self.state in (PartnerState.INVITED, PartnerState.OPENED)


@dataclass(frozen=True)
class Subject:
    """What a suggestion is about, as it stands in the programme now: a session, or what is exhibited in one role."""

    session: EventSession | None
    role: Participation | None
    values: Mapping[str, Any]

    @property
    def named(self) -> dict[str, Any]:
        """The columns of a suggestion that say so."""
        if self.session is not None:
            return {"session_id": self.session.id}
        assert self.role is not None
        return {"role": self.role.role.value}


def visit_by(secret: str) -> Visit | None:
    """Who comes by this secret; None: it is no link's, or its event is gone."""
    found = db.session.execute(
        select(Partner, PartnerLink, Organisation, Event)
        .join(PartnerLink, PartnerLink.partner_id == Partner.id)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .join(Event, Event.id == Partner.event_id)
        .where(PartnerLink.secret_hash == hash_of(secret), Event.deleted_at.is_(None))
    ).one_or_none()
    if found is None:
        return None
    partner, link, organisation, event = found
    return Visit(partner, organisation, event, ended=link.ended_at is not None)


def standing_link(partner_id: int) -> PartnerLink | None:
    """The link that opens, if there is one."""
    return db.session.scalars(select(PartnerLink).filter_by(partner_id=partner_id, ended_at=None)).one_or_none()


def secret_for(partner_id: int, *, key: str) -> str | None:
    """The secret of the standing link; None if there is none, or it was made under another key of the server."""
    link = standing_link(partner_id)
    if link is None:
        return None
    secret = secret_of(key, link.uuid)
    return secret if hash_of(secret) == link.secret_hash else None


def partner_in(event: Event, code: str) -> tuple[Partner, Organisation]:
    """The partner by its organisation's code. Raises NotFound."""
    found = db.session.execute(
        select(Partner, Organisation)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Partner.event_id == event.id, Organisation.code == code)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def partners_of(event: Event) -> list[PartnerLine]:
    """All of them, by reading; a fixed number of statements."""
    rows = db.session.execute(
        select(Partner, Organisation, PartnerLink.id)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .outerjoin(PartnerLink, (PartnerLink.partner_id == Partner.id) & PartnerLink.ended_at.is_(None))
        .where(Partner.event_id == event.id)
        .order_by(func.coalesce(Organisation.reading, Organisation.code))
    ).all()
    states: dict[int, list[SuggestionState]] = {}
    mine = select(Partner.id).where(Partner.event_id == event.id)
    for partner_id, state in db.session.execute(_newest_states(mine)):
        states.setdefault(partner_id, []).append(state)
    return [_line(partner, organisation, link_id, states) for partner, organisation, link_id in rows]


def waiting_in(event: Event) -> int:
    """How many suggestions wait for the organiser."""
    chosen = (
        select(func.count(Suggestion.id))
        .join(Partner, Partner.id == Suggestion.partner_id)
        .where(Partner.event_id == event.id, Suggestion.state == SuggestionState.WAITING)
    )
    return db.session.scalar(chosen) or 0


def uninvited(event: Event) -> list[Organisation]:
    """Organisations that take part here and were not invited yet."""
    invited = set(db.session.scalars(select(Partner.organisation_id).where(Partner.event_id == event.id)))
    return [one for one in organisations_in(event) if one.id not in invited and one.named]


def own_sessions(event_id: int, organisation_id: int) -> list[EventSession]:
    """The sessions in which the organisation has a part, in order of time."""
    chosen = (
        select(EventSession)
        .join(SessionOrganisation, SessionOrganisation.session_id == EventSession.id)
        .where(EventSession.event_id == event_id, SessionOrganisation.organisation_id == organisation_id)
        .order_by(EventSession.starts_at, EventSession.code)
    )
    return list(db.session.scalars(chosen))


def own_roles(event_id: int, organisation_id: int) -> list[Participation]:
    """The roles in which the organisation exhibits, or may."""
    chosen = select(Participation).filter_by(event_id=event_id, organisation_id=organisation_id)
    rows = db.session.scalars(chosen.order_by(Participation.position, Participation.id))
    return [one for one in rows if one.exhibits or one.role is ParticipationRole.EXHIBITOR]


def subject_session(partner: Partner, code: str) -> Subject:
    """One of the partner's own sessions. Raises NotFound for anybody else's."""
    found = [one for one in own_sessions(partner.event_id, partner.organisation_id) if one.code == code]
    if not found:
        raise NotFound
    return Subject(found[0], None, values_of(session_facts(found[0])))


def subject_role(partner: Partner, role: str) -> Subject:
    """What the partner exhibits in one of its roles. Raises NotFound."""
    found = [one for one in own_roles(partner.event_id, partner.organisation_id) if one.role.value == role]
    if not found:
        raise NotFound
    return Subject(None, found[0], {"exhibits": found[0].exhibits})


def subject_of(partner: Partner, suggestion: Suggestion) -> Subject:
    """What a suggestion is about, even if the organisation has no part in it any more. Raises NotFound."""
    if suggestion.session_id is None:
        return subject_role(partner, suggestion.role or "")
    session = db.session.get(EventSession, suggestion.session_id)
    if session is None:
        raise NotFound
    return Subject(session, None, values_of(session_facts(session)))


def newest_suggestions(partner_id: int) -> list[Suggestion]:
    """The newest one of each session and role that was not withdrawn, with its answer if it has one."""
    chosen = select(Suggestion).where(Suggestion.partner_id == partner_id, Suggestion.state.not_in(GONE))
    newest: dict[tuple[int | None, str | None], Suggestion] = {}
    for one in db.session.scalars(chosen.order_by(Suggestion.id)):
        newest[one.session_id, one.role] = one
    return list(newest.values())


def newest_about(partner_id: int, subject: Subject) -> Suggestion | None:
    """The newest suggestion about this that was not withdrawn."""
    chosen = select(Suggestion).filter_by(partner_id=partner_id, **subject.named).where(Suggestion.state.not_in(GONE))
    return db.session.scalars(chosen.order_by(Suggestion.id.desc()).limit(1)).one_or_none()


def suggestion_in(event: Event, uuid: UUID) -> tuple[Suggestion, Partner, Organisation]:
    """One suggestion of this event. Raises NotFound."""
    found = db.session.execute(
        select(Suggestion, Partner, Organisation)
        .join(Partner, Partner.id == Suggestion.partner_id)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Suggestion.uuid == uuid, Partner.event_id == event.id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1], found[2]


@dataclass(frozen=True)
class Sent:
    """What a letter to a partner is written from. silent: nothing has come from it yet."""

    partner: Partner
    organisation: Organisation
    event: Event
    suggestion: Suggestion | None
    silent: bool


def sent_to(facts: Mapping[str, Any]) -> Sent | None:
    """The same by what a letter carries; None: the partner is not there any more, or the letter was forgotten."""
    if "partner" not in facts:
        return None
    found = db.session.execute(
        select(Partner, Organisation, Event)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .join(Event, Event.id == Partner.event_id)
        .where(Partner.uuid == UUID(facts["partner"]))
    ).one_or_none()
    if found is None:
        return None
    partner, organisation, event = found
    suggestion = None
    if "suggestion" in facts:
        chosen = select(Suggestion).filter_by(uuid=UUID(facts["suggestion"]), partner_id=partner.id)
        suggestion = db.session.scalars(chosen).one_or_none()
    silent = partner.as_it_stands_at is None and not newest_suggestions(partner.id)
    return Sent(partner, organisation, event, suggestion, silent)


def _newest_states(partners: Any) -> Any:
    """The state of the newest suggestion of each session and role."""
    newest = (
        select(func.max(Suggestion.id))
        .where(Suggestion.partner_id.in_(partners), Suggestion.state.not_in(GONE))
        .group_by(Suggestion.partner_id, Suggestion.session_id, Suggestion.role)
    )
    return select(Suggestion.partner_id, Suggestion.state).where(Suggestion.id.in_(newest))


def _line(
    partner: Partner,
    organisation: Organisation,
    link_id: int | None,
    states: Mapping[int, list[SuggestionState]],
) -> PartnerLine:
    mine = states.get(partner.id, [])
    state = partner_state(
        has_link=link_id is not None,
        opened=partner.opened_at is not None,
        as_it_stands=partner.as_it_stands_at is not None,
        suggestions=mine,
    )
    return PartnerLine(partner, organisation, state, mine.count(SuggestionState.WAITING))
