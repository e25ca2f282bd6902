"""Tables of the programme: organisations, events, venues, event sessions, and the places promised in them."""

from app.programme.models.events import Category, Event, PrivacyNotice, Release
from app.programme.models.organisations import Organisation, Participation
from app.programme.models.partners import Partner, PartnerLink, Suggestion
from app.programme.models.sessions import (
    Appearance,
    EventSession,
    FurtherRoom,
    SessionOrganisation,
    SessionPlaces,
    Speaker,
)
from app.programme.models.venues import EventVenue, Room, Venue

__all__ = [
    "Appearance",
    "Category",
    "Event",
    "EventSession",
    "EventVenue",
    "FurtherRoom",
    "Organisation",
    "Participation",
    "Partner",
    "PartnerLink",
    "PrivacyNotice",
    "Release",
    "Room",
    "SessionOrganisation",
    "SessionPlaces",
    "Speaker",
    "Suggestion",
    "Venue",
]
