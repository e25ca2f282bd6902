"""All that can be crossed of an event, summed at one go from its ledger in columns (`checkin/rules/columns.py`).

Persons and parties that only came, by one method, are nearly all: they are added up here. Everybody else is told of as
owed: their lines are added by the rules to whichever sums somebody asks for. numpy takes its time to load, so whoever
reads a large ledger loads this module then.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.rules import Measure
from analytics.rules.crossed import Cells, Crossed, Cut, cuts_of
from analytics.rules.crossing import (
    NO_ORGANISATION,
    OF_THE_PARTY,
    WHERE_AND_WHEN,
    Dimension,
    Ground,
    Value,
    rests_on_sums,
)
from analytics.rules.party_words import AT, OTHER, SAID_OF_PARTY
from analytics.rules.recorded import Recorded, most_together
from checkin.rules import arrays
from checkin.rules.columns import Lines, Numbers, Sent, lines_of, numbers_of
from checkin.rules.said import ADMITS, METHOD_AT, METHODS, NEW_TODAY, PERSON, RETURNS

Pair = tuple[Dimension, Dimension, Measure]
TURNS = 16
"""In how many turns the lines of one part are added up: they are held in memory in some thirty bytes each, which takes
as much again for each of a turn, and more."""
CROSSED = (Measure.PEOPLE, Measure.VISITS)
PAIRS: tuple[Pair, ...] = tuple(
    (min(two), max(two), measure)
    for measure in CROSSED
    for two in combinations(Dimension, 2)
    if not rests_on_sums(*two, measure)
)
CUTS = {one: tuple({cut for pair in PAIRS if pair[2] is one for cut in cuts_of(*pair)}) for one in CROSSED}


class UnknownWord(Exception):
    """A line says something of its party that no list has."""


class AllCrossed:
    """What a ledger comes to in every pair of dimensions. owed: registrations that are yet to be added."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.whole: dict[Measure, dict[Cut, Cells]] = {
            one: {cut: defaultdict(int) for cut in CUTS[one]} for one in CROSSED
        }
        self.taps: list[Recorded] = []
        self.sized: dict[int, int] = {}
        self.owed: set[int] = set()

    def of(self, pair: Pair) -> Crossed:
        """The sums of one pair."""
        whole = {cut: self.whole[pair[2]][cut] for cut in cuts_of(*pair)}
        found = Crossed.unpacked(pair, (self.ground, whole, {}, dict(self.sized), set(self.owed)))
        found.tap(self.taps)
        return found


def all_crossed(ground: Ground, parts: Iterable[Iterable[Sequence[Sent]]], undone: Sent, named: Sent) -> AllCrossed:
    """Every line, read once. Raises UnknownWord. parts: pieces of the ledger (`lines_of`), those of a registration all
    in one part, whose device is what a line says of its party; undone: lines that were; named: tickets of persons with
    a name."""
    made, taps = AllCrossed(ground), defaultdict[Recorded, int](int)
    taken_back, known = np.sort(numbers_of(undone)), np.sort(numbers_of(named))
    for part in parts:
        tickets: list[list[Any]] = [[] for _ in range(TURNS)]
        for piece in map(lines_of, part):
            if any((piece.device >> at & OTHER == OTHER).any() for at in AT.values()):
                raise UnknownWord
            stands = piece.says(ADMITS) & (piece.category > 0) & ~arrays.among(piece.id, taken_back)
            holder = piece.ticket > 0
            for turn, theirs in enumerate(tickets):
                of_turn = stands & holder & (piece.registration % TURNS == turn)
                theirs.append([_smallest(column[of_turn]) for column in piece])
            _tap(taps, piece.chosen(stands & ~holder))
        for theirs in tickets:
            if theirs:
                _Tickets(made, arrays.joined(theirs), known).add()
    made.taps = [one._replace(number=number) for one, number in taps.items()]
    return made


def _smallest(column: NDArray[Any]) -> NDArray[Any]:
    """In as few bytes as its numbers need."""
    most = max(int(column.max()), -int(column.min()) - 1) if len(column) else 0
    return column.astype(np.min_scalar_type(-most - 1))


def _tap(taps: dict[Recorded, int], lines: Lines) -> None:
    """Lines without a ticket, those that say the same together."""
    said = lines.said & (NEW_TODAY | RETURNS) | lines.method << METHOD_AT
    first, numbers = arrays.sums([lines.place, lines.category, lines.day, lines.device, said], lines.number)
    one = lines.chosen(first)
    for place, category, day, words, says, number in zip(
        *(column.tolist() for column in (one.place, one.category, one.day, one.device, said[first], numbers)),
        strict=True,
    ):
        party, organisation, language, lead = (_word(kind, words) for kind in SAID_OF_PARTY)
        same = Recorded(
            None, None, 0, party, place, category, 0, METHODS[says >> METHOD_AT], _date(day),
            bool(says & RETURNS), "", 0, organisation, language, lead, bool(says & NEW_TODAY),
        )  # fmt: skip
        taps[same] += number


def _word(kind: Dimension, words: int) -> str | None:
    code = words >> AT[kind] & OTHER
    return str(SAID_OF_PARTY[kind][code - 1]) if code else None


def _date(day: int) -> date | None:
    return date.fromordinal(day) if day else None


class _Tickets:
    """Lines of tickets, those of each together and in the order of time. The columns that they come in are given up."""

    def __init__(self, made: AllCrossed, columns_of: list[Any], named: Numbers) -> None:
        self.made = made
        order = np.lexsort([columns_of[Lines._fields.index(name)] for name in ("id", "at", "ticket")])
        self.lines = lines = arrays.picked(columns_of, order)
        who, first = arrays.groups(lines.ticket)
        last = np.append(first[1:], len(who))[: len(first)] - 1
        person = lines.says(PERSON) | arrays.among(lines.ticket, named)
        several = np.zeros(len(who), np.bool_)
        several[1:] = (lines.id[1:] == lines.id[:-1]) & (who[1:] == who[:-1])
        method = lines.method
        odd = (lines.number <= 0) | (person != person[first][who]) | (person & several)
        odd |= ~person & (method != method[first][who])
        made.owed.update(np.unique(lines.registration[odd]).tolist())
        here = ~np.isin(lines.registration, lines.registration[odd])
        self.who, self.newest = who, last
        self.persons, self.parties = np.flatnonzero(here & person), np.flatnonzero(here & ~person)
        self._look_up()

    def _look_up(self) -> None:
        """Of every line the number of its value in each dimension, and what these values are."""
        ground, lines = self.made.ground, self.lines
        places = np.array(sorted(ground.places), np.int64)
        place = np.searchsorted(places, lines.place)
        self.is_session = np.array([ground.places[one].session is not None for one in places.tolist()], np.bool_)[place]
        self.codes: dict[Dimension, NDArray[Any]] = {}
        self.values: dict[Dimension, list[Value]] = {}
        for one in (Dimension.SESSION, Dimension.SITE, Dimension.ROOM):
            of_places = [ground.value(one, there) for there in places.tolist()]
            self.values[one] = list(dict.fromkeys(of_places))
            number = {value: code for code, value in enumerate(self.values[one])}
            self.codes[one] = np.array([number[value] for value in of_places], np.int16)[place]
        for one, column in ((Dimension.CATEGORY, lines.category), (Dimension.DAY, lines.day)):
            found, codes = np.unique(column, return_inverse=True)
            self.codes[one] = _smallest(codes)
            self.values[one] = found.tolist() if one is Dimension.CATEGORY else [_date(day) for day in found.tolist()]
        self.codes[Dimension.METHOD], self.values[Dimension.METHOD] = _smallest(lines.method), list(METHODS)
        for one, words in SAID_OF_PARTY.items():
            self.codes[one] = (lines.device >> AT[one] & OTHER).astype(np.int8)
            nothing = NO_ORGANISATION if one is Dimension.ORGANISATION else None
            self.values[one] = [nothing, *map(str, words)]

    def add(self) -> None:
        self._add_people()
        self._add_visits()
        self._add_parties()
        self._bound()

    def _add_people(self) -> None:
        """A person in each piece of where and when is what their newest line there says, and their newest of all."""
        for where, cuts in _by_where(CUTS[Measure.PEOPLE]):
            key = self._key(self.persons, [self.who], where)
            there = self.persons[_last_of(key)]
            newest = self.newest[self.who[there]]
            for cut in cuts:
                rows = [there if one in WHERE_AND_WHEN or one is Dimension.METHOD else newest for one in cut]
                self._count(Measure.PEOPLE, cut, rows, None if cut else np.ones_like(there))

    def _add_visits(self) -> None:
        """A visit began with its first line, and is what the newest says, best one that is no return."""
        lines = self.persons[self.is_session[self.persons]]
        key = self._key(lines, [self.who, self.lines.place], ())
        order = np.argsort(key, kind="stable")
        _, began = arrays.groups(key[order])
        if not len(began):
            return
        count = len(order)
        weight = np.arange(count) + np.where(self.lines.says(RETURNS)[lines][order], 0, count)
        speaks = lines[order[np.maximum.reduceat(weight, began) % count]]
        first = lines[order[began]]
        newest = self.newest[self.who[first]]
        said_by = dict.fromkeys(WHERE_AND_WHEN, first) | dict.fromkeys(OF_THE_PARTY, newest)
        for cut in CUTS[Measure.VISITS]:
            self._count(Measure.VISITS, cut, [said_by.get(one, speaks) for one in cut])

    def _add_parties(self) -> None:
        """Of each category the fullest place; visits as they stand. Who came back is not counted again."""
        came = self.parties[~self.lines.says(RETURNS)[self.parties]]
        newest, number = self.newest[self.who[came]], self.lines.number[came].astype(np.int64)
        for where, cuts in _by_where(CUTS[Measure.PEOPLE]):
            key = self._key(came, [self.who, self.lines.category], where)
            first, numbers = arrays.sums([key, self.lines.place[came]], number)
            order = np.lexsort((numbers, key[first]))
            most = order[_last_of(key[first][order])]
            for cut in cuts:
                rows = [(newest if one in OF_THE_PARTY else came)[first[most]] for one in cut]
                self._count(Measure.PEOPLE, cut, rows, numbers[most])
        inside = self.is_session[came]
        for cut in CUTS[Measure.VISITS]:
            rows = [(newest if one in OF_THE_PARTY else came)[inside] for one in cut]
            self._count(Measure.VISITS, cut, rows, number[inside])

    def _bound(self) -> None:
        """Parties that were at different places, by how many at most."""
        lines = self.lines.chosen(self.parties)
        spot = arrays.key_of([lines.place, lines.day])[0]
        elsewhere = np.zeros(len(spot), np.bool_)
        elsewhere[1:] = (spot[1:] != spot[:-1]) & (lines.ticket[1:] == lines.ticket[:-1])
        lines = lines.chosen(np.isin(lines.registration, lines.registration[elsewhere]))
        of_each: dict[int, list[Recorded]] = defaultdict(list)
        back = lines.says(RETURNS)
        said = (lines.registration, lines.ticket, lines.place, lines.category, lines.number, lines.day, back)
        for one, ticket, place, category, number, day, returns in zip(*(each.tolist() for each in said), strict=True):
            party = Recorded(one, ticket, 0, "", place, category, number, "", day, returns, "", 0, None, None, None)
            of_each[one].append(party)
        for registration, recorded in of_each.items():
            if bound := most_together(recorded):
                self.made.sized[registration] = bound

    def _key(self, rows: Numbers, beside: Sequence[NDArray[Any]], where: Cut) -> Numbers:
        return arrays.key_of([*(column[rows] for column in beside), *(self.codes[one][rows] for one in where)])[0]

    def _count(self, measure: Measure, cut: Cut, rows: Sequence[Numbers], numbers: Numbers | None = None) -> None:
        """Add 1, or the numbers, under what the lines in these rows say, one row for each dimension of the cut."""
        cells = self.made.whole[measure][cut]
        if not cut:
            cells[()] += 0 if numbers is None else int(numbers.sum())
            return
        shape = [len(self.values[one]) for one in cut]
        codes = [self.codes[one][row] for one, row in zip(cut, rows, strict=True)]
        key = np.ravel_multi_index(codes, shape)
        counted = np.bincount(key, numbers, prod(shape))
        kinds = np.flatnonzero(counted)
        sums = counted[kinds].astype(np.int64)
        sides = [
            [self.values[one][code] for code in codes_of.tolist()]
            for one, codes_of in zip(cut, np.unravel_index(kinds, shape), strict=True)
        ]
        for value, number in zip(zip(*sides, strict=True), sums.tolist(), strict=True):
            cells[value] += number


def _by_where(cuts: Iterable[Cut]) -> Iterator[tuple[Cut, list[Cut]]]:
    """The cuts of the same dimensions of where and when together."""
    found: dict[Cut, list[Cut]] = defaultdict(list)
    for cut in cuts:
        found[tuple(one for one in cut if one in WHERE_AND_WHEN)].append(cut)
    yield from found.items()


def _last_of(key: Numbers) -> Numbers:
    """The last row of each key."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    last: Numbers = order[np.append(ordered[1:] != ordered[:-1], True)[: len(order)]]
    return last
