"""The kinds of things that the programme's pages edit, all in one manner."""

import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.console.forms.editing import EditForm
from app.console.forms.parts import ORGANISATION_ROLES
from app.console.forms.programme import (
    CategoryForm,
    OrganisationForm,
    RoleForm,
    RoomForm,
    SpeakerForm,
    VenueForm,
)
from app.db import db
from app.errors import NotFound
from app.programme.models import Category, Event, Organisation, Participation, Room, Speaker, Venue
from app.programme.queries import staff_event
from app.programme.queries.things import (
    categories_in,
    organisations_in,
    roles_in,
    rooms_in,
    speakers_in,
    venues_in,
)
from app.web.actors import Right
from app.web.languages import plain

CATEGORIES, VENUES, ROOMS = "categories", "venues", "rooms"
SPEAKERS, ORGANISATIONS, ROLES_PART = "speakers", "organisations", "roles"


@dataclass(frozen=True)
class Part:
    """One kind: its rows, its form, the columns that tie a row to where it belongs, and its words."""

    kind: Any
    form: type[EditForm]
    rows: Callable[..., list[Any]]
    key: str
    scope: Callable[[Event, Any], dict[str, Any]]
    title: Any
    new: Any
    within: str | None = None

    def new_row(self, event: Event, owner: Any, columns: dict[str, Any]) -> Any:
        """A row that stands nowhere yet."""
        scope = self.scope(event, owner)
        named = {} if self.kind is Participation else {self.key: _code(self, scope, columns)}
        return self.kind(**scope, **named, **columns)

    def name(self, row: Any) -> Any:
        """What a row is called, in the reader's language."""
        if isinstance(row, Participation):
            return ORGANISATION_ROLES[row.role]
        return row.label if isinstance(row, Category) else row.name

    def key_of(self, row: Any) -> str:
        return str(getattr(row, self.key))


PARTS = {
    CATEGORIES: Part(
        Category, CategoryForm, lambda event, _owner: categories_in(event), "key",
        lambda event, _owner: {"event_id": event.id}, _l("Categories"), _l("New category"),
    ),
    VENUES: Part(
        Venue, VenueForm, lambda event, _owner: venues_in(event), "slug",
        lambda event, _owner: {"host_id": event.host_id}, _l("Venues and rooms"), _l("New venue"),
    ),
    ROOMS: Part(
        Room, RoomForm, lambda _event, owner: rooms_in(owner), "code",
        lambda _event, owner: {"venue_id": owner.id}, _l("Rooms of this venue"), _l("New room"), within=VENUES,
    ),
    SPEAKERS: Part(
        Speaker, SpeakerForm, lambda event, _owner: speakers_in(event), "code",
        lambda event, _owner: {"event_id": event.id}, _l("Speakers"), _l("New speaker"),
    ),
    ORGANISATIONS: Part(
        Organisation, OrganisationForm, lambda event, _owner: organisations_in(event), "code",
        lambda event, _owner: {"host_id": event.host_id}, _l("Organisations"), _l("New organisation"),
    ),
    ROLES_PART: Part(
        Participation, RoleForm, roles_in, "role",
        lambda event, owner: {"event_id": event.id, "organisation_id": owner.id}, _l("Roles in this event"),
        _l("New role"), within=ORGANISATIONS,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Here:
    """Where a request is: the event, the kind of thing, and what it is part of."""

    event: Event
    part: Part
    name: str
    owner: Any = None

    @property
    def rows(self) -> list[Any]:
        return self.part.rows(self.event, self.owner)

    def url(self, view: str, **more: Any) -> str:
        """The address of a page about this kind of thing here."""
        within, of = self.part.within, dict(more)
        if within is not None:
            of |= {"whose": within, "owner": PARTS[within].key_of(self.owner)}
        return url_for(f"programme.{view}", slug=self.event.slug, part=self.name, **of)

    def up(self) -> str:
        """The page on which the things of this kind are listed."""
        if self.part.within is None:
            return self.url("listed")
        upper = PARTS[self.part.within]
        return url_for("programme.show", slug=self.event.slug, part=self.part.within, key=upper.key_of(self.owner))


def here_at(slug: str, part: str, whose: str | None = None, owner: str | None = None) -> Here:
    """Everything in the address, found through the event. Raises NotFound."""
    event = staff_event(slug, g.actor, Right.EDIT_EVENT)
    found = PARTS.get(part)
    if found is None or found.within != whose:
        raise NotFound
    upper = PARTS[whose] if whose else None
    return Here(event, found, part, row_in(upper.rows(event, None), upper, owner or "") if upper else None)


def row_in(rows: list[Any], part: Part, key: str) -> Any:
    """The row of that name. Raises NotFound."""
    for row in rows:
        if part.key_of(row) == key:
            return row
    raise NotFound


def _code(part: Part, scope: dict[str, Any], columns: dict[str, Any]) -> str:
    """A name for addresses and files that nothing else here has: from the English name if there is one."""
    texts = columns.get("name") or columns.get("label") or {}
    words = unicodedata.normalize("NFKD", plain({"ja": texts["en"]}) if "en" in texts else "").lower()
    wanted = re.sub("[^a-z0-9]+", "-", words.encode("ascii", "ignore").decode())[:30].strip("-")
    column = getattr(part.kind, part.key)
    taken = set(db.session.scalars(select(column).filter_by(**scope)))
    noun = part.kind.__tablename__
    if wanted and wanted not in taken and wanted != "new":
        return wanted
    return f"{wanted or noun}-{secrets.token_hex(4)}"
