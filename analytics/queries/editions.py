"""Editions that were issued. They never change, so each is read and understood once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Engine, func, select

from analytics.models import Edition
from analytics.rules import Attendance
from analytics.rules.editions import PublicFigures
from analytics.rules.figures import Figures
from analytics.rules.setting import Setting
from analytics.rules.written import read
from app.accounts.models import Account
from app.db import db
from app.errors import NotFound


@dataclass(frozen=True)
class EditionLine:
    """One edition in a list of them."""

    number: int
    measure: Attendance
    issued_at: datetime
    issued_by: str | None


@dataclass(frozen=True)
class Issued:
    """A whole edition. figures: all of it, for the staff alone; public: what leaves the house. original: the figures
    without corrections, if there were any. still_open: what was not settled when it was issued, by what it is. setting:
    what stands beside the figures; editions that were issued before this was kept have none."""

    id: int
    number: int
    measure: Attendance
    issued_at: datetime
    figures: Figures
    public: PublicFigures
    original: Figures | None
    still_open: Mapping[str, int]
    setting: Setting | None = None


def newest_edition(event_id: int) -> Issued | None:
    """The one that the public reads; None: none was issued yet."""
    chosen = select(Edition.id, Edition.issued_at).where(Edition.event_id == event_id)
    found = db.session.execute(chosen.order_by(Edition.number.desc()).limit(1)).one_or_none()
    return _issued(db.engine, *found) if found else None


def edition_numbered(event_id: int, number: int) -> Issued:
    """One of an event's editions. Raises NotFound."""
    chosen = select(Edition.id, Edition.issued_at).where(Edition.event_id == event_id, Edition.number == number)
    found = db.session.execute(chosen).one_or_none()
    if found is None:
        raise NotFound
    return _issued(db.engine, *found)


def editions_of(event_id: int) -> list[EditionLine]:
    """All of an event, the newest first."""
    found = db.session.execute(
        select(Edition.number, Edition.measure, Edition.issued_at, Account.name)
        .outerjoin(Account, Account.id == Edition.account_id)
        .where(Edition.event_id == event_id)
        .order_by(Edition.number.desc())
    )
    return [EditionLine(number, Attendance(measure), at, name) for number, measure, at, name in found]


def newest_number(event_id: int) -> int:
    """0: none was issued yet."""
    return db.session.scalar(select(func.max(Edition.number)).where(Edition.event_id == event_id)) or 0


def public_of(event_id: int) -> list[PublicFigures]:
    """What each edition says to the public, in their order."""
    chosen = select(Edition.id, Edition.issued_at).where(Edition.event_id == event_id).order_by(Edition.number)
    return [_issued(db.engine, *found).public for found in db.session.execute(chosen).all()]


@lru_cache(maxsize=32)
def _issued(_engine: Engine, edition_id: int, issued_at: datetime) -> Issued:
    """One edition of one database."""
    chosen = select(Edition.number, Edition.measure, Edition.figures).where(Edition.id == edition_id)
    number, measure, kept = db.session.execute(chosen).one()
    return Issued(
        id=edition_id,
        number=number,
        measure=Attendance(measure),
        issued_at=issued_at,
        figures=replace(read(Figures, kept["figures"]), edition=number),
        public=read(PublicFigures, kept["public"]),
        original=read(Figures, kept["original"]) if kept["original"] else None,
        still_open=kept["open"],
        setting=read(Setting, kept["setting"]) if kept.get("setting") else None,
    )
