"""Who is acting: plain values that guards and queries compare; accounts loads them, the roof wires it."""

from dataclasses import dataclass, field
from enum import StrEnum


class Right(StrEnum):
    """What a person on the staff may do in one event."""

    VIEW_FIGURES = "view_figures"
    KEEP_DOOR = "keep_door"
    READ_LETTERS = "read_letters"
    EDIT_EVENT = "edit_event"
    MANAGE_PEOPLE = "manage_people"


class Role(StrEnum):
    """A person's part in an event, or in every event of a host."""

    OWNER = "owner"
    ORGANISER = "organiser"
    DOOR = "door"
    VIEWER = "viewer"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.ORGANISER: frozenset({Right.VIEW_FIGURES, Right.KEEP_DOOR, Right.READ_LETTERS, Right.EDIT_EVENT}),
    Role.DOOR: frozenset({Right.KEEP_DOOR}),
    Role.VIEWER: frozenset({Right.VIEW_FIGURES}),
}


@dataclass(frozen=True)
class Grant:
    """One membership: a role for a whole host (`event_id` None) or for one event of it."""

    host_id: int
    event_id: int | None
    role: Role


@dataclass(frozen=True)
class Actor:
    """A signed-in person; `anonymous()` stands for everybody else."""

    account_id: int | None = None
    name: str = ""
    grants: tuple[Grant, ...] = field(default=())
    sign_in_id: int | None = None

    @property
    def signed_in(self) -> bool:
        return self.account_id is not None

    def may(self, right: Right, *, host_id: int, event_id: int | None) -> bool:
        """Whether this person holds `right` in that event, or (`event_id` None) in the whole host."""
        return any(
            right in RIGHTS[grant.role]
            for grant in self.grants
            if grant.host_id == host_id and grant.event_id in (None, event_id)
        )

    def may_somewhere(self, right: Right) -> bool:
        return any(right in RIGHTS[grant.role] for grant in self.grants)


@dataclass(frozen=True)
class DeviceActor:
    """A scanner, known by its bearer token. `gates`: those that a device paired by a code is or was bound to; None: it
    goes with a person who may keep every door."""

    device_id: int
    event_id: int
    gate_id: int | None
    rights: tuple[str, ...]
    revoked: bool = False
    gates: frozenset[int] | None = None


ANONYMOUS = Actor()
