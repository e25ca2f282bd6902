"""A made-up registration of a real event, and a real one without its secrets: what previews and tests show."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.programme.models import Event
from app.programme.queries import is_released, programme_of_event, published
from app.programme.rules import AdmissionRule
from app.programme.rules.facts import EventSessionFacts, Programme
from app.web.languages import current_language
from registrations.letters.kinds import Kind
from registrations.letters.parts import Content, Line
from registrations.queries import Party
from registrations.queries.changed import Seen
from registrations.rules import BookingState

NAMES = {"ja": "見本 花子", "en": "Hanako Mihon", "ja-easy": "みほん はなこ"}
CODE, NUMBER, LINK = "MIHONMIHONMIHONMIHONMIHONM", "0000000", "mihon"
SHOWN = {
    "received": BookingState.PENDING,
    "waiting": BookingState.WAITING,
    "offer": BookingState.OFFERED,
    "offer_expired": BookingState.EXPIRED,
    "lottery_lost": BookingState.WAITING,
    "declined": BookingState.DECLINED,
}
"""The state of the sample's first session, where it is not confirmed."""
FEEDBACK = "https://example.jp/feedback"


def sample_of(event: Event, kind: Kind) -> tuple[Content, tuple[Line, ...], datetime | None]:
    """A made-up registration that such a letter would go to, the sessions it is about, and a time to answer by."""
    programme = _programme(event)
    state = SHOWN.get(kind.name, BookingState.CONFIRMED)
    planned = sorted((one for one in programme.sessions if not one.cancelled), key=_likely)
    lines = tuple(
        _line(one, programme, state if position == 0 else BookingState.CONFIRMED)
        for position, one in enumerate(planned[:2])
    )
    content = replace(
        about_nobody(event),
        name=NAMES[current_language()],
        lines=lines,
        people=tuple(Party(0, one.key, one.label, 1) for one in programme.categories if not one.unknown)[:2],
        address_to_confirm=kind.name == "received" and event.confirms_mail,
        feedback_url=event.feedback_url or FEEDBACK,
    )
    about = content.about((), kind.about or {BookingState.CONFIRMED})[:1]
    return content, about, _until(event, kind, about)


def about_nobody(event: Event) -> Content:
    """The event alone, as the public knows it, or as the staff do before the first release."""
    return Content(
        event=_programme(event).event,
        name="",
        number=NUMBER,
        code=CODE,
        link=LINK,
        lines=(),
        people=(),
        fictional=event.fictional,
    )


def without_secrets(content: Content) -> Content:
    """A real registration for the eyes of staff: its ticket and its private link are the sample's."""
    return replace(content, number=NUMBER, code=CODE, link=LINK, each=(), sheet=None)


def _programme(event: Event) -> Programme:
    return published(event.id).programme if is_released(event.id) else programme_of_event(event)


def _likely(one: EventSessionFacts) -> tuple[bool, datetime]:
    """What one books first, in order of time."""
    return one.admission in (AdmissionRule.WALK_IN, AdmissionRule.CLOSED), one.starts_at


def _line(one: EventSessionFacts, programme: Programme, state: BookingState) -> Line:
    venue, room = programme.room.get(one.room or "", (None, None))
    seen = Seen(
        title=one.title,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        venue=venue.name if venue else None,
        floor=room.floor if room else None,
        room=room.name if room else None,
        online=one.online,
    )
    until = one.starts_at - timedelta(days=2) if state is BookingState.OFFERED else None
    return Line(one.code, seen, state, 2, until=until, position=3 if state is BookingState.WAITING else None)


def _until(event: Event, kind: Kind, about: tuple[Line, ...]) -> datetime | None:
    if kind.name == "class_due":
        return event.class_numbers_due_at or (about[0].seen.starts_at - timedelta(days=7) if about else None)
    return about[0].until if about else None
