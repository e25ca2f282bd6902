"""The kinds of things that the programme's pages edit, all in one manner."""

import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
from app.programme.queries.things import (
    categories_in,
    organisations_in,
    roles_in,
    rooms_in,
    speakers_in,
    venues_in,
)
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
