"""The days of an event as they are closed. What came in at a place is kept until a line comes in there, or somebody
says another word of it."""

from datetime import date
from functools import partial

from analytics.queries.following import seen_at
from analytics.queries.keeping import kept_each
from app.programme.models import Event
from checkin.queries.closing import ClosingPlace, came_in, days_of, words_of
from checkin.queries.paper import paper_places


def closing_days(event: Event) -> dict[date, list[ClosingPlace]]:
    """Every day of the event with its places; a session of several days belongs to the last one."""
    seen, words = seen_at(event.id), words_of(event.id)
    places = paper_places(event)
    rests_on = {one.id: (seen[one.id], words[one.id].at if one.id in words else None) for one in places}
    came = kept_each(("closing", event.id), rests_on, partial(came_in, event.id))
    return days_of(event, places, words, came)
