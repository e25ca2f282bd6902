"""Consent to photographs: apart from the privacy notice, never required, given and taken back at any time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, update

from app.db import db, lock
from registrations.models import Consent, Registration
from registrations.operations.tickets import tell_doors
from registrations.rules import ConsentKind


@dataclass(frozen=True)
class Photo:
    """The answer to one version of the notice about photographs."""

    notice_id: int
    given: bool


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
