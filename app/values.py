"""Values made by the hundred for one request: as unchangeable as any for who writes with them, quick to make."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:

    def value(*, frozen: bool, slots: bool) -> Any:
        """A frozen dataclass for mypy, which refuses every change; the interpreter's own refusal costs five times the
        making, and a scan makes twenty of them."""
        return dataclass(slots=slots, unsafe_hash=frozen)


__all__ = ["value"]
