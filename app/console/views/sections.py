"""The sorts of parts that a programme has: how each is found and made, and in what words it is spoken of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.console.forms.editing import EditForm
from app.console.forms.parts import CategoryForm, OrganisationForm, RoomForm, SpeakerForm, VenueForm
from app.programme.models import Category, Event, Organisation, Room, Speaker, Venue
from app.programme.operations import TooFewPlaces
from app.programme.operations.parts import StillUsed
from app.programme.queries.parts import (
    TakingPart,
    category_in,
    organisation_in,
    participations_of,
    room_in,
    speaker_in,
    venue_in,
)


@dataclass(frozen=True)
class Section:
    """One sort of part: how it is found and made, and in what words. `code`: the form's field that stays once given."""

    form: type[EditForm]
    find: Callable[[Event, str], Any]
    new: Callable[[Event], Any]
    code: str
    several: Any
    another: Any


SECTIONS = {
    "categories": Section(
        CategoryForm,
        category_in,
        lambda event: Category(event_id=event.id),
        "key",
        _l("Categories"),
        _l("New category"),
    ),
    "venues": Section(
        VenueForm, venue_in, lambda event: Venue(host_id=event.host_id), "slug", _l("Venues"), _l("New venue")
    ),
    "rooms": Section(
        RoomForm, room_in, lambda event: Room(venue_id=venue_asked_for(event).id), "code", _l("Rooms"), _l("New room")
    ),
    "speakers": Section(
        SpeakerForm,
        speaker_in,
        lambda event: Speaker(event_id=event.id),
        "code",
        _l("People on stage"),
        _l("New person"),
    ),
    "organisations": Section(
        OrganisationForm,
        lambda event, code: taking_part(event, code),  # noqa: PLW0108  it is written below
        lambda event: Organisation(host_id=event.host_id, named=True),
        "code",
        _l("Organisations"),
        _l("New organisation"),
    ),
}
PART = "<any(categories, venues, rooms, speakers, organisations):section>"


def venue_asked_for(event: Event) -> Venue:
    """The venue that a new room belongs to. Raises NotFound."""
    return venue_in(event, request.args.get("venue", ""))


def taking_part(event: Event, code: str) -> TakingPart:
    """An organisation of the host, with its roles in the event. Raises NotFound."""
    organisation = organisation_in(event, code)
    return TakingPart(organisation, participations_of(event, organisation))


def row_of(found: Any) -> Any:
    """The row behind what was found."""
    return found.organisation if isinstance(found, TakingPart) else found


def name_of(found: Any) -> Any:
    """What it is called, per language."""
    row = row_of(found)
    return row.label if isinstance(row, Category) else row.name


def too_few(few: TooFewPlaces) -> str:
    """Why a room cannot become so small."""
    told = ", ".join(
        _("%(session)s: %(promised)s promised", session=one.session, promised=one.promised) for one in few.shortages
    )
    return str(_("More places are promised than the room would have (%(sessions)s).", sessions=told))


def why_it_stays(used: StillUsed) -> str:
    """Why something cannot be taken away."""
    if used.by:
        return str(_("These sessions use it: %(sessions)s. Change them first.", sessions=", ".join(used.by)))
    return str(_("It stays, because people are counted in it or sessions use it."))
