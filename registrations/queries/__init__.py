"""What is asked about registrations, tickets and places; reads only."""

from registrations.queries.figures import BookedCount, booked_beside, booked_counts
from registrations.queries.live import LiveEvent, live_event
from registrations.queries.offers import Offer, offer_at
from registrations.queries.sheets import (
    BookedSession,
    Party,
    Sheet,
    consents_of,
    party_of,
    registration_by_form_key,
    registration_by_link,
    sheet_by_code,
    sheet_by_link,
    sheet_of,
    ticket_by_code,
    ticket_by_number,
)

__all__ = [
    "BookedCount",
    "BookedSession",
    "LiveEvent",
    "Offer",
    "Party",
    "Sheet",
    "booked_beside",
    "booked_counts",
    "consents_of",
    "live_event",
    "offer_at",
    "party_of",
    "registration_by_form_key",
    "registration_by_link",
    "sheet_by_code",
    "sheet_by_link",
    "sheet_of",
    "ticket_by_code",
    "ticket_by_number",
]
