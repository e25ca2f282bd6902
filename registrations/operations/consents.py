"""Consent to photographs: apart from the privacy notice, never required, given and taken back at any time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, update

from app.db import db, lock
from registrations.models import Consent, Registration
from registrations.operations.tickets import tell_doors
from registrations.queries.consents import answered_for
from registrations.rules import ConsentKind


@dataclass(frozen=True)
class Photo:
    """The answer to one version of the notice about photographs."""

    notice_id: int
    given: bool


@dataclass(frozen=True)
class Answered:
    """Who answers for the children of a party ("contact" or "guardian"), and the privacy notice that was shown."""

    by: str
    notice_id: int | None


def write_photo(registration: Registration, photo: Photo, *, at: datetime) -> None:
    """Keep the answer; who does not agree is marked, so that the door knows."""
    row = {
        "registration_id": registration.id,
        "kind": ConsentKind.PHOTO,
        "notice_id": photo.notice_id,
        "language": registration.language,
        "given_by": "contact",
        "given": photo.given,
        "given_at": at,
    }
    db.session.execute(insert(Consent), [row])
    registration.no_photo = not photo.given
    db.session.flush()


def write_guardian(registration: Registration, answered: Answered, *, at: datetime) -> None:
    """Keep who answers for the children of the party; once somebody does, nobody is asked again."""
    if answered_for(registration.id):
        return
    row = {
        "registration_id": registration.id,
        "kind": ConsentKind.GUARDIAN,
        "notice_id": answered.notice_id,
        "language": registration.language,
        "given_by": answered.by,
        "given_at": at,
    }
    db.session.execute(insert(Consent), [row])


def change_photo(registration_id: int, photo: Photo, *, at: datetime) -> Registration:
    """Another answer: the one before ends. The same again changes nothing."""
    (registration,) = lock(Registration, [registration_id])
    standing = (
        Consent.registration_id == registration_id,
        Consent.kind == ConsentKind.PHOTO,
        Consent.withdrawn_at.is_(None),
    )
    same = db.session.scalars(db.select(Consent.id).where(*standing, Consent.given.is_(photo.given))).first()
    if same is not None:
        return registration
    ended = update(Consent).where(*standing).values(withdrawn_at=at)
    db.session.execute(ended.execution_options(synchronize_session=False))
    write_photo(registration, photo, at=at)
    tell_doors(registration)
    return registration
