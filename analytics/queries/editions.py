"""Editions that were issued. They never change, so each is read and understood once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from analytics.models import Edition, EditionWithdrawal
from analytics.rules import Attendance
from analytics.rules.editions import PublicFigures, WhyWithdrawn
from analytics.rules.figures import Figures
from analytics.rules.setting import Setting
from analytics.rules.written import read
from app.accounts.models import Account
from app.db import db
from app.direct import Direct, here
from app.errors import NotFound


@dataclass(frozen=True)
class Withdrawn:
    """That an edition was withdrawn. by: whose account it was."""

    number: int
    issued_at: datetime
    at: datetime
    reason: WhyWithdrawn
    by: str | None = None


@dataclass(frozen=True)
class EditionLine:
    """One edition in a list of them. withdrawn: if it was found wrong; a later one replaces every one before."""

    number: int
    measure: Attendance
    issued_at: datetime
    issued_by: str | None
    withdrawn: Withdrawn | None = None


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
    """The one that the public reads; None: none was issued yet, or the newest was withdrawn. Those before it were
    replaced and do not come back."""
    found = db.session.execute(_newest(event_id, Edition.id, Edition.issued_at)).one_or_none()
    return _issued(db.engine, found[0], found[1]) if found and found[2] is None else None


def withdrawn_edition(event_id: int) -> Withdrawn | None:
    """The newest edition, if it was withdrawn: the public has no figures then."""
    asked = (Edition.number, Edition.issued_at, EditionWithdrawal.withdrawn_at, EditionWithdrawal.reason)
    found = db.session.execute(_newest(event_id, *asked)).one_or_none()
    return Withdrawn(*found[:4]) if found and found[4] is not None else None


def is_withdrawn(edition_id: int) -> bool:
    """Whether an edition was withdrawn, be it the newest or replaced since."""
    return db.session.get(EditionWithdrawal, edition_id) is not None


def standing_number(event_id: int) -> int:
    """The number of the edition that the public reads. 0: none."""
    found = _NEWEST.rows(here(), {"event_id": event_id})
    return found[0].number if found and found[0].edition_id is None else 0


def _newest(event_id: Any, *asked: Any) -> Select[Any]:
    """What is asked of the newest edition, and last the edition of its withdrawal, if there is one."""
    chosen = select(*asked, EditionWithdrawal.edition_id).outerjoin(
        EditionWithdrawal, EditionWithdrawal.edition_id == Edition.id
    )
    return chosen.where(Edition.event_id == event_id).order_by(Edition.number.desc()).limit(1)


_NEWEST = Direct(_newest(bindparam("event_id"), Edition.number))


def edition_numbered(event_id: int, number: int) -> Issued:
    """One of an event's editions. Raises NotFound."""
    chosen = select(Edition.id, Edition.issued_at).where(Edition.event_id == event_id, Edition.number == number)
    found = db.session.execute(chosen).one_or_none()
    if found is None:
        raise NotFound
    return _issued(db.engine, *found)


def editions_of(event_id: int) -> list[EditionLine]:
    """All of an event, the newest first."""
    took_back = aliased(Account)
    found = db.session.execute(
        select(Edition.number, Edition.measure, Edition.issued_at, Account.name, EditionWithdrawal, took_back.name)
        .outerjoin(Account, Account.id == Edition.account_id)
        .outerjoin(EditionWithdrawal, EditionWithdrawal.edition_id == Edition.id)
        .outerjoin(took_back, took_back.id == EditionWithdrawal.account_id)
        .where(Edition.event_id == event_id)
        .order_by(Edition.number.desc())
    )
    return [
        EditionLine(number, Attendance(measure), at, name, _withdrawn(number, at, why, by))
        for number, measure, at, name, why, by in found
    ]


def _withdrawn(number: int, at: datetime, why: EditionWithdrawal | None, by: str | None) -> Withdrawn | None:
    return Withdrawn(number, at, why.withdrawn_at, why.reason, by) if why else None


def newest_number(event_id: int) -> int:
    """Of all that were issued, the withdrawn ones too: no number is used again. 0: none was issued yet."""
    return db.session.scalar(select(func.max(Edition.number)).where(Edition.event_id == event_id)) or 0


def public_of(event_id: int) -> list[PublicFigures]:
    """What each edition said to the public, in their order; the withdrawn ones too: what was once shown is known."""
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
