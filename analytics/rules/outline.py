"""An event as its report introduces it: what for, where, by whom; and who took part by name."""

from dataclasses import dataclass

from analytics.rules.facts import Texts


@dataclass(frozen=True)
class Site:
    """A venue: its name and address."""

    name: Texts
    address: Texts


@dataclass(frozen=True)
class Participants:
    """Those of one group that the organiser confirmed: by name, and how many the source counts without naming them."""

    group: str
    names: tuple[Texts, ...]
    nameless: int


@dataclass(frozen=True)
class Outline:
    """What stands at the head of a report."""

    purpose: tuple[Texts, ...]
    summary: Texts
    fee: Texts
    how_to_take_part: Texts
    source: Texts
    organisers: tuple[Texts, ...]
    cooperation: tuple[Texts, ...]
    sites: tuple[Site, ...]
    participants: tuple[Participants, ...]
