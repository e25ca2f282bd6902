"""Partner organisations invited, reminded, and let in by a link of which only the hash is kept.

Letters are caused by `partner:<uuid>:…`, so that they can be forgotten with the contact's address.
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit import record
from app.db import db, lock, savepoint
from app.errors import NotFound, Refused
from app.outbox.models import Letter
from app.outbox.operations import enqueue, forget
from app.programme.models import Event, Organisation, Partner, PartnerLink
from app.programme.operations.rows import set_columns
from app.programme.operations.sessions import ChangedMeanwhile
from app.programme.queries.partners import partners_of, standing_link
from app.programme.rules.partners import hash_of, secret_of
from app.web.actors import ANONYMOUS, Actor

INVITED, REMINDED, ACCEPTED, RETURNED = "partner_invited", "partner_reminded", "partner_accepted", "partner_returned"


class AlreadyInvited(Refused):
    """The organisation has its link for this event."""

    def __init__(self) -> None:
        super().__init__("already_invited", "This organisation is invited already.")


class NobodyToWriteTo(Refused):
    """There is no address, or no link that a letter could carry."""

    def __init__(self) -> None:
        super().__init__("nobody_to_write_to", "There is no e-mail address, or no link that stands.")


def invite(
    event: Event,
    organisation: Organisation,
    *,
    email: str | None,
    language: str,
    closes_at: datetime,
    key: str,
    at: datetime,
    actor: Actor,
) -> Partner:
    """A link for one organisation, and the letter that brings it if there is an address. `key`: the server's, from
    which the secret follows. Raises AlreadyInvited."""
    partner = Partner(
        event_id=event.id, organisation_id=organisation.id, contact_email=email, language=language,
        closes_at=closes_at, created_at=at,
    )  # fmt: skip
    try:
        with savepoint():
            db.session.add(partner)
            db.session.flush()
    except IntegrityError:
        raise AlreadyInvited from None
    record(actor, "partner.invite", _subject(partner), at=at, event_id=event.id)
    make_link(event, partner.id, key=key, at=at, actor=actor)
    return partner


def make_link(event: Event, partner_id: int, *, key: str, at: datetime, actor: Actor) -> PartnerLink:
    """A new link; the one before opens nothing any more. With an address it is sent there."""
    partner = held_partner(event, partner_id)
    _end(partner, at)
    uuid = uuid4()
    link = PartnerLink(uuid=uuid, partner_id=partner.id, secret_hash=hash_of(secret_of(key, uuid)), made_at=at)
    db.session.add(link)
    db.session.flush()
    record(actor, "partner.link", _subject(partner), at=at, event_id=event.id)
    if partner.contact_email:
        _write(partner, INVITED, f"{link.uuid}", at)
    return link


def end_link(event: Event, partner_id: int, *, at: datetime, actor: Actor) -> bool:
    """The link opens nothing any more. False: none stood."""
    partner = held_partner(event, partner_id)
    ended = _end(partner, at)
    if ended:
        record(actor, "partner.end_link", _subject(partner), at=at, event_id=event.id)
    return ended


def change_partner(
    event: Event,
    partner_id: int,
    *,
    email: str | None,
    language: str,
    closes_at: datetime,
    version: int,
    at: datetime,
    actor: Actor,
) -> Partner:
    """Another contact, another deadline. An address that is given up is forgotten in the letters too. Raises
    ChangedMeanwhile."""
    partner = held_partner(event, partner_id)
    if partner.version != version:
        raise ChangedMeanwhile(partner.version)
    before = set_columns(partner, {"contact_email": email, "language": language, "closes_at": closes_at})
    if before.get("contact_email"):
        forget(Letter.cause.startswith(_cause(partner, "")))
    db.session.flush()
    if before:
        record(actor, "partner.change", _subject(partner), at=at, event_id=event.id, others=sorted(before))
    return partner


def send_link_again(event: Event, partner_id: int, *, at: datetime, actor: Actor) -> None:
    """The invitation once more, within one minute once. Raises NobodyToWriteTo."""
    partner = held_partner(event, partner_id)
    link = standing_link(partner.id)
    if link is None or not partner.contact_email:
        raise NobodyToWriteTo
    _write(partner, INVITED, f"{link.uuid}:{at:%Y%m%d%H%M}", at)
    record(actor, "partner.invite_again", _subject(partner), at=at, event_id=event.id)


def remind(event: Event, *, at: datetime, actor: Actor) -> int:
    """A letter to each partner from whom nothing has come, as long as it still can; how many were written. On one day
    once."""
    silent = [one.partner for one in partners_of(event) if one.silent]
    found = [one for one in silent if one.contact_email and at < one.closes_at and not _on_same_day(one, at)]
    for partner in lock(Partner, [one.id for one in found]):
        partner.reminded_at = at
        _write(partner, REMINDED, f"{at:%Y%m%d}", at)
    db.session.flush()
    if found:
        record(actor, "partner.remind", f"event:{event.uuid}", at=at, event_id=event.id, number=len(found))
    return len(found)


def begin(partner_id: int, *, at: datetime) -> None:
    """Somebody opened the link and began."""
    (partner,) = lock(Partner, [partner_id])
    if partner.opened_at is None:
        partner.opened_at = at
        db.session.flush()
        record(ANONYMOUS, "partner.begin", _subject(partner), at=at, event_id=partner.event_id)


def leave_as_it_stands(partner_id: int, *, at: datetime) -> None:
    """The organisation says that its part of the programme is right."""
    (partner,) = lock(Partner, [partner_id])
    partner.opened_at = partner.opened_at or at
    partner.as_it_stands_at = at
    db.session.flush()
    record(ANONYMOUS, "partner.as_it_stands", _subject(partner), at=at, event_id=partner.event_id)


def write_answer(partner: Partner, kind: str, suggestion: str, at: datetime) -> None:
    """The organiser's answer as a letter, if there is an address."""
    if partner.contact_email:
        _write(partner, kind, suggestion, at, suggestion=suggestion)


def held_partner(event: Event, partner_id: int) -> Partner:
    """The partner, fresh and locked. Raises NotFound."""
    rows = lock(Partner, [partner_id])
    if not rows or rows[0].event_id != event.id:
        raise NotFound
    return rows[0]


def _end(partner: Partner, at: datetime) -> bool:
    standing = list(db.session.scalars(select(PartnerLink).filter_by(partner_id=partner.id, ended_at=None)))
    for one in standing:
        one.ended_at = at
    db.session.flush()
    return bool(standing)


def _write(partner: Partner, kind: str, cause: str, at: datetime, **facts: Any) -> None:
    assert partner.contact_email
    enqueue(
        partner.event_id,
        registration_id=None,
        kind=kind,
        cause=_cause(partner, f"{kind}:{cause}"),
        language=partner.language,
        to_address=partner.contact_email,
        at=at,
        partner=str(partner.uuid),
        **facts,
    )


def _on_same_day(partner: Partner, at: datetime) -> bool:
    return partner.reminded_at is not None and partner.reminded_at.date() == at.date()


def _cause(partner: Partner, rest: str) -> str:
    return f"partner:{partner.uuid}:{rest}"


def _subject(partner: Partner) -> str:
    return f"partner:{partner.uuid}"
