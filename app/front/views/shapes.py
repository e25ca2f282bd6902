"""Facts as the templates take them: ready texts, addresses, badges."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flask import url_for
from markupsafe import Markup

from app.front.queries import OpenEvent
from app.front.rules import Phase
from app.front.views.schedule import badge, html
from app.programme.queries import ListedEvent
from app.programme.rules import OrganisationKind, ParticipationRole
from app.programme.rules.facts import (
    EventFacts,
    EventSessionFacts,
    OrganisationFacts,
    Sourced,
    SpeakerFacts,
)
from app.web.languages import LocalText, current_language, day, day_long, local, ruby
from app.web.prose import prose

_LANGUAGES = {"ja": "日本語", "en": "English", "ja-easy": "やさしい日本語"}


@dataclass(frozen=True)
class Told:
    """A text as the page tells it; `ours` if its source does not give it at all."""

    found: LocalText
    ours: bool

    @property
    def paragraphs(self) -> list[LocalText]:
        return lines(self.found)

    @property
    def text(self) -> LocalText:
        return self.paragraphs[0]

    @property
    def prose(self) -> tuple[Markup, Markup]:
        """The text read as Markdown, without and with the end of its last paragraph: between them a mark may stand."""
        html = prose(self.found)
        return (html[:-4], Markup("</p>")) if html.endswith("</p>") else (html, Markup())

    @property
    def one_line(self) -> Markup | None:
        """The same where it is a single paragraph, without its frame."""
        html, end = self.prose
        return html[3:] if end and html.count("<p>") == 1 and html.startswith("<p>") else None

    def __bool__(self) -> bool:
        return bool(self.paragraphs)


@dataclass(frozen=True)
class PersonRow:
    """Somebody on stage in one session."""

    name: LocalText
    reading: str | None
    role: str
    affiliation: LocalText


@dataclass(frozen=True)
class OrganisationGroup:
    """Organisations of one kind: those with a name, and how many the source only counts."""

    kind: OrganisationKind
    named: list[OrganisationFacts]
    unnamed: int


@dataclass(frozen=True)
class Exhibitor:
    """Who shows what."""

    organisation: OrganisationFacts
    exhibits: list[LocalText]


@dataclass(frozen=True)
class EventCard:
    """One event in the list of events."""

    facts: EventFacts
    url: str
    when: Markup
    place: Markup | None
    phase: Phase
    badges: Markup

    @classmethod
    def of(cls, listed: ListedEvent, phase: Phase) -> "EventCard":
        names = [html(local(name)) for name in listed.venues]
        comma = Markup(", ") if current_language() == "en" else Markup("、")
        marks = [badge("phase", phase.value)] + ([badge("fictional_mark")] if listed.facts.fictional else [])
        return cls(
            facts=listed.facts,
            url=url_for("front.show_event", slug=listed.facts.slug),
            when=when_long(listed.facts),
            place=comma.join(names) if names else None,
            phase=phase,
            badges=Markup(" ").join(marks),
        )


def event_lists(found: list[tuple[ListedEvent, Phase]]) -> dict[str, list[EventCard]]:
    """What is on and coming, the next first; what is over, the last first."""
    cards = [EventCard.of(one, phase) for one, phase in found]
    return {
        "current": [card for card in cards if card.phase is not Phase.ENDED][::-1],
        "past": [card for card in cards if card.phase is Phase.ENDED],
    }


def told(facts: Sourced, name: str) -> Told:
    """A text of `facts` by its name; empty if there is none."""
    return Told(local(getattr(facts, name)), ours=name in facts.not_in_source)


def paragraphs(texts: Mapping[str, str]) -> list[LocalText]:
    """Lines of a text in the reader's language."""
    return lines(local(texts))


def lines(found: LocalText) -> list[LocalText]:
    """A text line by line."""
    return [replace(found, text=line.strip()) for line in found.text.splitlines() if line.strip()]


def when(event: EventFacts) -> Markup:
    """From the first to the last day, short."""
    if event.starts_on == event.ends_on:
        return ruby(day(event.starts_on))
    return ruby(_span(day(event.starts_on), day(event.ends_on)))


def when_long(event: EventFacts) -> Markup:
    """From the first to the last day with the year, in Japanese also the era."""
    if event.starts_on == event.ends_on:
        return ruby(day_long(event.starts_on))
    short = event.starts_on.year == event.ends_on.year and current_language() != "en"
    return ruby(_span(day_long(event.starts_on), day(event.ends_on) if short else day_long(event.ends_on)))


def _span(first: str, last: str) -> str:
    """From one day to another, as each language writes it."""
    if current_language() == "ja-easy":
        return f"{first} から {last} まで"
    return f"{first} {'–' if current_language() == 'en' else '～'} {last}"


def people_of(event: OpenEvent, session: EventSessionFacts) -> list[PersonRow]:
    """Everybody on stage, in the order of the programme."""
    rows = []
    for one in session.appearances:
        speaker: SpeakerFacts = event.programme.speaker[one.speaker]
        rows.append(PersonRow(local(speaker.name), speaker.reading, one.role, local(one.affiliation)))
    return rows


def organisations_of(
    event: OpenEvent, session: EventSessionFacts
) -> list[tuple[ParticipationRole, list[OrganisationFacts]]]:
    """Organisations with a part in a session, by that part."""
    roles = dict.fromkeys(one.role for one in session.organisations)
    known = event.programme.organisation
    return [(role, [known[one.organisation] for one in session.organisations if one.role is role]) for role in roles]


def organisations_with(event: OpenEvent, role: ParticipationRole) -> list[OrganisationFacts]:
    """Organisations that take part in this role."""
    known = event.programme.organisation
    return [known[one.organisation] for one in event.programme.participations if one.role is role]


def organisation_groups(event: OpenEvent) -> list[OrganisationGroup]:
    """Everybody who takes part, by kind, each once, in the order of the programme."""
    codes = dict.fromkeys(one.organisation for one in event.programme.participations)
    taking_part = [event.programme.organisation[code] for code in codes]
    groups = []
    for kind in OrganisationKind:
        found = [one for one in taking_part if one.kind is kind]
        named = [one for one in found if one.named]
        if found:
            groups.append(OrganisationGroup(kind, named, len(found) - len(named)))
    return groups


def exhibitors(event: OpenEvent) -> list[Exhibitor]:
    """Organisations that show something, with what they show."""
    known = event.programme.organisation
    return [
        Exhibitor(known[one.organisation], [local(texts) for texts in one.exhibits])
        for one in event.programme.participations
        if one.exhibits
    ]


def venue_links(event: OpenEvent) -> list[tuple[LocalText, str]]:
    """Name and address of the page of each venue."""
    slug = event.facts.slug
    return [
        (local(venue.name), url_for("front.show_venue", slug=slug, venue=venue.slug))
        for venue in event.programme.venues
    ]


def spoken(session: EventSessionFacts) -> str:
    """The languages spoken in a session, each in itself."""
    return " / ".join(_LANGUAGES[one] for one in session.languages)


def fell_back(texts: Iterable[Mapping[str, str]]) -> bool:
    """Whether any of these texts is not there in the reader's language."""
    return any(local(one).fallback for one in texts if one)


def translated(event: OpenEvent) -> bool:
    """Whether what the reader sees in this language was translated by whoever wrote the programme down."""
    ending = f".{current_language()}"
    return any(mark.endswith(ending) for mark in event.facts.not_in_source)
