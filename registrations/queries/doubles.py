"""Registrations that look like one another: the same people, perhaps, entered twice. People decide, no program."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from app.db import db
from registrations.models import Registration
from registrations.rules.sought import alike, phone_digits, sought_as

MOST_SIMILAR = 10
MOST_GROUPS = 200


@dataclass(frozen=True)
class Likeness:
    """A registration that looks like another one."""

    id: int
    uuid: UUID
    form_key: str | None
    name: str | None
    reading: str | None
    group: str | None
    email: str | None
    phone: str | None
    created_at: datetime
    sought_as: str | None

    @cached_property
    def traits(self) -> frozenset[tuple[str, ...]]:
        """What may not be the same in two registrations: name with mail, name with reading and group, telephone."""
        whole = self.sought_as or sought_as(name=self.name, reading=self.reading, group=self.group) or ""
        name, phone = whole.partition("\n")[0] if self.name else "", phone_digits(self.phone)
        found: list[tuple[str, ...]] = []
        if name and self.email:
            found.append(("mail", name, self.email.lower()))
        if name and self.reading:
            own = whole.split("\n")[: 3 if self.group else 2]  # behind it stands who comes along
            found.append(("reading", "\n".join(own)))
        if len(phone) >= 8:
            found.append(("phone", phone))
        return frozenset(found)


_COLUMNS: tuple[Any, ...] = (
    Registration.id,
    Registration.uuid,
    Registration.form_key,
    Registration.contact_name,
    Registration.contact_reading,
    Registration.group_name,
    Registration.contact_email,
    Registration.contact_phone,
    Registration.created_at,
    Registration.sought_as,
)
_STANDS = (Registration.cancelled_at.is_(None), Registration.erased_at.is_(None))


def similar_to(
    event_id: int, *, name: str | None, reading: str | None, phone: str | None, email: str | None
) -> list[Likeness]:
    """Standing registrations of the event with the same name (or reading), telephone or mail address, newest first."""
    plain = [alike(text) for text in (name, reading) if text and alike(text)]
    ways = [Registration.sought_as.contains(text, autoescape=True) for text in plain]
    if email:
        ways.append(func.lower(Registration.contact_email) == email.lower())
    if phone:
        ways.append(Registration.contact_phone.is_not(None))
    if not ways:
        return []
    query = select(*_COLUMNS).where(Registration.event_id == event_id, *_STANDS, or_(*ways))
    rows = (Likeness(*row) for row in db.session.execute(query.order_by(Registration.id.desc())))
    found = [one for one in rows if _is_like(one, plain, phone=phone, email=email)]
    return found[:MOST_SIMILAR]


def groups_of_doubles(event_id: int) -> list[list[Likeness]]:
    """Standing registrations that share a trait, each group oldest first."""
    query = select(*_COLUMNS).where(Registration.event_id == event_id, *_STANDS).order_by(Registration.id)
    return _joined(Likeness(*row) for row in db.session.execute(query))[:MOST_GROUPS]


def _joined(rows: Iterable[Likeness]) -> list[list[Likeness]]:
    """Whoever shares a trait with anybody of a group belongs to it."""
    group_of: dict[tuple[str, ...], list[Likeness]] = {}
    for one in rows:
        mine = [one]
        for other in {id(group_of[trait]): group_of[trait] for trait in one.traits if trait in group_of}.values():
            mine = [*other, *mine]
        for member in mine:
            for trait in member.traits:
                group_of[trait] = mine
    groups = {id(group): group for group in group_of.values() if len(group) > 1}
    return sorted((sorted(group, key=lambda one: one.id) for group in groups.values()), key=lambda group: group[0].id)


def _is_like(one: Likeness, plain: list[str], *, phone: str | None, email: str | None) -> bool:
    names = {alike(text) for text in (one.name, one.reading) if text}
    same_phone = bool(phone) and phone_digits(one.phone) == phone_digits(phone)
    same_mail = bool(email) and (one.email or "").lower() == (email or "").lower()
    return bool(names & set(plain)) or same_phone or same_mail
