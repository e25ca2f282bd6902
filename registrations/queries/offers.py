"""What somebody may ask for at this moment: the released programme, places left, categories, the notice to agree to."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from app.programme.models import PrivacyNotice
from app.programme.queries import current_notice, places_of
from app.programme.rules.facts import CategoryFacts, EventFacts, EventSessionFacts, Programme
from app.programme.rules.places import Availability, Places, availability
from registrations.queries.live import LiveEvent, public_live_event
from registrations.queries.questions import asked_now, standing_questions
from registrations.rules import Window
from registrations.rules.questions import QuestionFacts


@dataclass(frozen=True)
class Offer:
    """One event at one moment, as the registration form needs it. All that is shown is released.

    `notice_id`: the privacy notice to agree to; None: the event has none.
    """

    live: LiveEvent
    release_id: int
    programme: Programme
    notice_id: int | None
    at: datetime

    @cached_property
    def photo(self) -> PrivacyNotice | None:
        """What one may agree to about photographs, where the organiser asks."""
        return current_notice(self.live.id, "photo") if self.live.asks_photo else None

    @cached_property
    def asked(self) -> tuple[tuple[int, int], ...]:
        """Ids and versions of the organiser's questions: settings of registration, so never older than this moment."""
        return asked_now(self.live.id) if self.live.asks else ()

    @cached_property
    def questions(self) -> tuple[QuestionFacts, ...]:
        """The questions themselves; most events have none."""
        return standing_questions(self.live.id) if self.asked else ()

    @property
    def event(self) -> EventFacts:
        return self.programme.event

    @property
    def window(self) -> Window:
        """Open, not yet, or over."""
        return self.live.window(self.at)

    @cached_property
    def places(self) -> dict[str, Places]:
        """What is promised and who came, by session code; asked for when a page shows it."""
        return places_of(self.live.id)

    @cached_property
    def categories(self) -> list[CategoryFacts]:
        """Those that one can choose."""
        return [one for one in self.programme.categories if not one.unknown]

    @cached_property
    def sessions(self) -> list[EventSessionFacts]:
        """What is still ahead or under way and not for invited people only, in order of time."""
        ahead = [one for one in self.programme.sessions if not one.cancelled and self.at < one.ends_at]
        return sorted((one for one in ahead if one.admission != "closed"), key=lambda one: (one.starts_at, one.code))

    def availability(self, session: EventSessionFacts) -> Availability | None:
        """The word for places left; None where one does not simply book (lottery, approval)."""
        places = self.places.get(session.code, Places())
        waits = places.lets_wait(session.starts_at, self.at)
        return availability(session.admission, places, open_for_booking=self.takes(session), lets_wait=waits)

    def takes(self, session: EventSessionFacts) -> bool:
        """Whether one can still book it or apply for it."""
        return self.at < (session.booking_closes_at or session.ends_at)

    def left(self, session: EventSessionFacts) -> int | None:
        """Places left, as a number, where few are."""
        return self.word(session)[1]

    def word(self, session: EventSessionFacts) -> tuple[Availability | None, int | None]:
        """The word for places left, and where few are, their number."""
        word = self.availability(session)
        return word, self.places[session.code].left if word is Availability.FEW else None

    def bookable(self, session: EventSessionFacts) -> bool:
        """Whether one can tick it now, for places or as an application."""
        if session.admission.takes_applications:
            return self.takes(session)
        return self.availability(session) in (Availability.PLENTY, Availability.FEW)

    def waitable(self, session: EventSessionFacts) -> bool:
        """Whether one can join its waiting list: now, or if the whole party finds no room."""
        places = self.places.get(session.code, Places())
        return session.admission.takes_bookings and self.takes(session) and places.lets_wait(session.starts_at, self.at)

    def days(self) -> list[tuple[date, list[EventSessionFacts]]]:
        """Sessions by the local day on which they start."""
        by_day: dict[date, list[EventSessionFacts]] = {}
        for session in self.sessions:
            by_day.setdefault(session.starts_at.astimezone(self.event.zone).date(), []).append(session)
        return sorted(by_day.items())


def offer_at(slug: str, *, at: datetime) -> Offer:
    """What this public event offers now. Raises NotFound for drafts, and for events that were never released."""
    live, notice_id, release = public_live_event(slug)
    return Offer(live, release.release_id, release.programme, notice_id, at)
