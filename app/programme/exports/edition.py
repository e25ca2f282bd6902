"""What every file of the released programme is made from, and what they share: addresses, ids, inherited texts."""

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import quote, urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

from app.programme.models import Event
from app.programme.queries import Published, changes_of_releases, published, session_uuids
from app.programme.queries.moves import Moves, moved
from app.programme.rules import ParticipationRole
from app.programme.rules.facts import EventFacts, EventSessionFacts, Programme, RoomFacts, Texts, VenueFacts
from app.web.languages import plain


@dataclass(frozen=True)
class Edition:
    """One release, the ids of its sessions, how often each has changed since the first and what moved."""

    release: Published
    uuids: dict[str, UUID]
    changed: dict[str, int]
    base_url: str
    moves: Moves = field(default_factory=dict)

    @property
    def programme(self) -> Programme:
        return self.release.programme

    @property
    def event(self) -> EventFacts:
        return self.release.programme.event

    @property
    def host(self) -> str:
        """The name that makes our ids unique in the world."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def url(self) -> str:
        return f"{self.base_url}/events/{quote(self.event.slug)}/"

    @cached_property
    def organisers(self) -> list[str]:
        """Names of who organises, in the reader's language."""
        return [
            plain(self.programme.organisation[one.organisation].name)
            for one in self.programme.participations
            if one.role is ParticipationRole.ORGANISER
        ]

    def only(self, sessions: list[EventSessionFacts]) -> "Edition":
        """The same with some of the sessions."""
        return replace(self, release=replace(self.release, programme=replace(self.programme, sessions=sessions)))

    def session_url(self, session: EventSessionFacts) -> str:
        return f"{self.url}sessions/{quote(session.code)}"

    def uuid(self, session: EventSessionFacts) -> UUID:
        """The session's own; one that was deleted since the release keeps an id made of its address."""
        return self.uuids.get(session.code) or uuid5(NAMESPACE_URL, self.session_url(session))

    def where(self, session: EventSessionFacts) -> tuple[VenueFacts, RoomFacts] | None:
        return self.programme.room.get(session.room or "")

    def capacity(self, session: EventSessionFacts) -> int | None:
        """The session's own, or its room's."""
        place = self.where(session)
        return session.capacity if session.capacity is not None else place[1].capacity if place else None

    def access(self, session: EventSessionFacts) -> Texts:
        """How to get there: of the session, or else of its room, its venue, the event."""
        venue, room = self.where(session) or (None, None)
        inherited = (session.access, room and room.access, venue and venue.access, self.event.access)
        return next((texts for texts in inherited if texts), {})

    def people(self, session: EventSessionFacts) -> list[str]:
        """Who speaks, in the order of the programme."""
        return [plain(self.programme.speaker[one.speaker].name) for one in session.appearances]

    def organisations(self, session: EventSessionFacts) -> list[str]:
        return [plain(self.programme.organisation[one.organisation].name) for one in session.organisations]


def edition_of(event: Event, *, base_url: str) -> Edition:
    """The last release of an event, for writing files of it. Raises NotFound if there is none."""
    changes = (change for changes in changes_of_releases(event.id) for change in changes)
    changed = Counter(change["session"] for change in changes if "session" in change)
    release = published(event.id)
    moves = release.keep("moves", lambda: moved(event.id, release.programme))
    return Edition(release, session_uuids(event.id), dict(changed), base_url, moves)
