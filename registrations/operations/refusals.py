"""Why a registration is not taken as asked. Each leaves no trace and says what a form needs to keep what was typed."""

from collections.abc import Iterable

from app.errors import Refused


class Refusal(Refused):
    """Any of the reasons below."""


class RegistrationClosed(Refusal):
    """The event does not take registrations now."""

    def __init__(self) -> None:
        super().__init__("registration_closed", "Registration for this event is not open.")


class SessionsFull(Refusal):
    """These event sessions, by code, have not enough places left for the whole party; `waits`: those whose waiting list
    it could join."""

    def __init__(self, codes: Iterable[str], *, waits: Iterable[str] = ()) -> None:
        self.codes = tuple(codes)
        self.waits = frozenset(waits)
        super().__init__("full", f"Not enough places left: {', '.join(self.codes)}.")


class SessionsNotBookable(Refusal):
    """These codes are no event sessions of this event, or none that one can book (any more)."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = tuple(codes)
        super().__init__("not_bookable", f"These cannot be booked: {', '.join(self.codes)}.")


class SessionsOverlap(Refusal):
    """Groups of event sessions, by code, that the party cannot attend all at once."""

    def __init__(self, groups: Iterable[tuple[str, ...]]) -> None:
        self.groups = tuple(groups)
        shown = "; ".join(", ".join(group) for group in self.groups)
        super().__init__("overlap", f"These run at the same time: {shown}.")


class PartyTooLarge(Refusal):
    """More people than one registration may bring, or none."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__("party_size", f"One registration brings from 1 to {limit} people.")


class ChangedElsewhere(Refusal):
    """The registration is not any more as the form showed it."""

    def __init__(self) -> None:
        super().__init__("changed_elsewhere", "The registration was changed in another window meanwhile.")


class AlreadyCancelled(Refusal):
    """A cancelled registration stays cancelled."""

    def __init__(self) -> None:
        super().__init__("already_cancelled", "This registration was cancelled.")


class StoppedByOrganiser(Refusal):
    """An organiser blocked the registration."""

    def __init__(self) -> None:
        super().__init__("blocked", "The organiser has stopped this registration.")


class LargerThanSession(Refusal):
    """The party is larger than these event sessions, by code, can ever take."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = tuple(codes)
        super().__init__("larger_than_session", f"More people than these ever take: {', '.join(self.codes)}.")


class NoOffer(Refusal):
    """There is no offer (any more) that could be taken."""

    def __init__(self) -> None:
        super().__init__("no_offer", "This offer has ended.")


class SomebodyCame(Refusal):
    """Somebody was let in on this registration: it stays with whom it is."""

    def __init__(self) -> None:
        super().__init__("somebody_came", "Somebody was let in with this ticket already. It cannot be handed over now.")


class ChangesClosed(Refusal):
    """The organiser's date for changes has passed."""

    def __init__(self) -> None:
        super().__init__("changes_closed", "The time for changes is over. You can still cancel.")


class AddressUsed(Refusal):
    """As many registrations have this address as the organiser allows."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__("address_limit", f"One e-mail address is good for {limit} registrations.")


class ChangedSince(Refusal):
    """What should be restored is not any more as it was left."""

    def __init__(self) -> None:
        super().__init__("changed_since", "The registration was changed meanwhile.")


class TooManyNames(Refusal):
    """More people of a category would have names than there are."""

    def __init__(self) -> None:
        super().__init__("too_many_names", "More people have names than would come. Drop somebody by name instead.")


class NotAllNamed(Refusal):
    """A ticket each needs a name, or a nickname, for everybody."""

    def __init__(self) -> None:
        super().__init__("not_all_named", "Everybody needs a name or a nickname for a ticket of their own.")


class NumbersByName(Refusal):
    """Everybody has a ticket of their own, so nobody knows who would come or go with a number."""

    def __init__(self) -> None:
        super().__init__("numbers_by_name", "Everybody has a ticket of their own. Add or drop people by name.")


class NotForThisKind(Refusal):
    """The people of such a party have no names."""

    def __init__(self) -> None:
        super().__init__("not_for_this_kind", "The people of this group are numbers only.")


class NobodyLeft(Refusal):
    """Without this person nobody would come."""

    def __init__(self) -> None:
        super().__init__("nobody_left", "Nobody would be left. Cancel the registration instead.")


class TeamStays(Refusal):
    """A team takes no seat and others do: neither becomes the other."""

    def __init__(self) -> None:
        super().__init__("team_stays", "A team stays a team, and nobody else becomes one. Enter it anew instead.")
