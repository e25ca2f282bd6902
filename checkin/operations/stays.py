"""What tickets did at their places, folded once and moved on by every line."""

from datetime import datetime

from checkin.queries.rows import DoorPlace, DoorTicket, Lines
from checkin.rules import Direction
from checkin.rules.stay import NEVER_CAME, Line, Stay, stay, stay_after


class Stays:
    """Stays behind a door, each remembered until its lines change otherwise than by one more."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.known: dict[tuple[tuple[int, int | None], int], Stay] = {}

    def of(self, ticket: DoorTicket, place: DoorPlace) -> Stay:
        """All that this ticket did here so far."""
        history = self.lines.get(ticket.person)
        if not history:
            return NEVER_CAME
        whose = ticket.person, place.id
        found = self.known.get(whose)
        if found is None:
            found = self.known[whose] = stay(history.get(place.id, ()))
        return found

    def until(self, ticket: DoorTicket, place: DoorPlace, at: datetime) -> tuple[Stay, Stay]:
        """All that this ticket did here so far, and what of it was until that time."""
        here = self.of(ticket, place)
        if here.last_at is None or here.last_at <= at:
            return here, here
        return here, stay(self.lines[ticket.person][place.id], until=at)

    def never_came(self, ticket: DoorTicket) -> bool:
        """Whether nobody of this ticket stands admitted anywhere."""
        history = self.lines.get(ticket.person)
        if not history:
            return True
        return not any(line.direction is Direction.IN for of_place in history.values() for line in of_place)

    def add(self, ticket: DoorTicket, place: DoorPlace, line: Line) -> tuple[Stay, Stay]:
        """One more line, made after all others: the stay before it and after."""
        person = ticket.person
        history = self.lines[person][place.id]
        before = self.of(ticket, place) if history else NEVER_CAME
        history.append(line)
        after = self.known[person, place.id] = stay_after(before, history)
        return before, after

    def forget(self) -> None:
        """Lines were taken out."""
        self.known.clear()
