"""A second reading of the measures, straight from the words of their definitions, slow and without cleverness."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from analytics.rules.ledger import Place
from checkin.rules import EntryKind
from registrations.rules import PartyKind
from tests.analytics.ledger import RawLine


class Recount:
    """Counts a ledger line by line, each figure from scratch."""

    def __init__(
        self,
        lines: Iterable[RawLine],
        places: Mapping[int, Place],
        undivided: int | None = None,
        sizes: Mapping[int, int] | None = None,
    ) -> None:
        lines, self.sizes = list(lines), sizes or {}
        taken_back = {line.undoes for line in lines}
        self.standing = sorted(
            (line for line in lines if line.kind is not EntryKind.UNDO and line.id not in taken_back),
            key=lambda line: (line.at, line.kind is EntryKind.ROOM_COUNT, line.id),
        )
        self.places, self.undivided = places, undivided
        self.inward = [
            line
            for line in self.standing
            if line.place is not None and not line.out and line.kind not in (EntryKind.EXIT, EntryKind.ROOM_COUNT)
        ]

    def people(self, category: int, *, day: date | None = None, venue: Any = "any") -> int:
        """People of one category; within a day; within a venue."""

        def inside(line: RawLine) -> bool:
            assert line.place is not None
            return (day is None or line.day == day) and (venue == "any" or self.places[line.place].venue == venue)

        lines = [line for line in self.inward if inside(line)]
        anonymous = sum(
            line.numbers.get(category, 0)
            for line in lines
            if line.holder is None and line.new_today and not line.reentry
        )
        single = {
            line.holder.person
            for line in lines
            if line.holder and self._is_single(line) and any(number > 0 for number in line.numbers.values())
        }
        whole_party = {line.holder.person for line in lines if line.holder and not self._is_single(line)}
        return (
            anonymous
            + sum(1 for ticket in single if self._category_of(ticket) == category)
            + sum(self._of_party(ticket, lines).get(category, 0) for ticket in whole_party)
        )

    def visits(self, place: int, category: int) -> int:
        """Admissions at one place of one category: each person once."""
        lines = [line for line in self.inward if line.place == place]
        total = 0
        for ticket in {line.holder.person for line in lines if line.holder and self._is_single(line)}:
            total += self._category_here(ticket, lines) == category
        total += sum(
            line.numbers.get(category, 0)
            for line in lines
            if not line.reentry and line.holder is not None and not self._is_single(line)
        )
        return total + self._anonymous_visits(place, category)

    def reentries(self, place: int) -> int:
        lines = [line for line in self.inward if line.place == place and line.reentry]
        single = sum(
            n for line in lines if line.holder and self._is_single(line) for n in line.numbers.values() if n > 0
        )
        return single + sum(sum(line.numbers.values()) for line in lines if not (line.holder and self._is_single(line)))

    def _is_single(self, line: RawLine) -> bool:
        """Of one named person; or of one person, and never of more."""
        assert line.holder is not None
        if line.holder.kind is not PartyKind.PERSON:
            return line.holder.single
        return not any(one.grown for one in self.inward if one.holder and one.holder.person == line.holder.person)

    def _category_of(self, ticket: int) -> int | None:
        """That of the ticket's newest standing line."""
        return _positive([line for line in self.inward if line.holder and line.holder.person == ticket])

    def _category_here(self, ticket: int, lines: list[RawLine]) -> int | None:
        mine = [line for line in lines if line.holder and line.holder.person == ticket]
        return _positive([line for line in mine if not line.reentry and _positive([line])] or mine)

    def _of_party(self, ticket: int, lines: list[RawLine]) -> dict[int, int]:
        """The largest of each category; together at most the party, or whoever of it was at one place."""
        mine = [line for line in lines if line.holder and line.holder.person == ticket and not line.reentry]
        whole = [line for line in self.inward if line.holder and line.holder.person == ticket and not line.reentry]
        largest = {c: n for line in mine for c in line.numbers if (n := self._largest(ticket, c, lines))}
        at_one_place = max(
            sum(
                max(0, sum(line.numbers.get(category, 0) for line in mine if line.place == place))
                for category in largest
            )
            for place in {line.place for line in mine}
        ) if mine else 0  # fmt: skip
        left = max(at_one_place, self.sizes.get(ticket, sum(largest.values())))
        counted = {}
        for line in reversed(whole):
            for category in sorted(line.numbers, reverse=True):
                if line.numbers[category] > 0 and category in largest and category not in counted:
                    counted[category] = min(largest[category], left)
                    left -= counted[category]
        return counted

    def _largest(self, ticket: int, category: int, lines: list[RawLine]) -> int:
        mine = [line for line in lines if line.holder and line.holder.person == ticket and not line.reentry]
        net = [
            sum(line.numbers.get(category, 0) for line in mine if line.place == place)
            for place in {line.place for line in mine}
        ]
        return max([0, *net])

    def _anonymous_visits(self, place: int, category: int) -> int:
        counts = [line for line in self.standing if line.place == place and line.kind is EntryKind.ROOM_COUNT]
        if counts:
            found = [self._found(count) for count in counts]
            largest = max(sum(one.values()) for one in found)
            return next(one for one in found if sum(one.values()) == largest).get(category, 0)
        return sum(
            line.numbers.get(category, 0)
            for line in self.inward
            if line.place == place and line.holder is None and not line.reentry
        )

    def _found(self, count: RawLine) -> dict[int, int]:
        """Whom one room count finds beside the ticket holders inside at that moment."""
        before = [line for line in self.standing if line.place == count.place and line.at <= count.at and line.holder]
        everybody = {category for line in before for category in line.numbers}
        inside = {
            category: self._inside(before, everybody if category == self.undivided else {category})
            for category in count.numbers
        }
        return {category: max(0, number - inside[category]) for category, number in count.numbers.items()}

    def _inside(self, lines: list[RawLine], wanted: set[int]) -> int:
        total = 0
        for ticket in {line.holder.person for line in lines if line.holder}:
            for category in wanted:
                admitted = present = 0
                for line in lines:
                    number = line.numbers.get(category, 0)
                    if not line.holder or line.holder.person != ticket or not number:
                        continue
                    if line.out or line.kind is EntryKind.EXIT:
                        present = max(0, present - abs(number))
                        continue
                    admitted += 0 if line.reentry else number
                    present = min(admitted or number, present + number)
                total += present
        return total


def _positive(lines: list[RawLine]) -> int | None:
    """The category of the newest of these lines that lets somebody in."""
    for line in reversed(lines):
        for category in sorted(line.numbers, reverse=True):
            if line.numbers[category] > 0:
                return category
    return None
