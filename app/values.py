"""Values made by the hundred for one request: as unchangeable as any for who writes with them, quick to make."""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

Kind = TypeVar("Kind", bound=Enum)

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:

    def value(*, frozen: bool, slots: bool) -> Any:
        """A frozen dataclass for mypy, which refuses every change; the interpreter's own refusal costs five times the
        making, and a scan makes twenty of them."""
        return dataclass(slots=slots, unsafe_hash=frozen)


def at_hand(kind: type[Kind]) -> type[Kind]:
    """An enum whose members are found like any attribute of a class, as Python finds them itself from 3.12 on. Before,
    each mention of one is a search of the enum's own, and a scan mentions a hundred."""
    for name, member in kind.__members__.items():
        type.__setattr__(kind, name, member)
    return kind


__all__ = ["at_hand", "value"]
