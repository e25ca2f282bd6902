"""Forms that change a row: made from what stood there, and put beside what stands there when somebody else was faster.

What only the other one changed is taken over; what both changed stays as it was typed, with theirs beside it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from wtforms import HiddenField

from app.web.forms import Form


@dataclass(frozen=True)
class Difference:
    """A field that somebody else changed meanwhile: what stands there now, and whether it was changed here too."""

    field: Any
    theirs: Any
    ours_too: bool


class EditForm(Form):
    """A form whose fields carry the names of columns. A new thing has no version."""

    version = HiddenField()
    stood = HiddenField()
    """What stood in the fields when the page was made."""

    @classmethod
    def of(cls, row: Any = None, **given: Any) -> Self:
        """The form as a row fills it; without a row, empty or as `given`."""
        shown = cls.shown(row) if row is not None else given
        form = cls(data=shown)
        if row is not None:
            form.version.data, form.stood.data = str(row.version), _packed(shown)
        return form

    @classmethod
    def shown(cls, row: Any) -> dict[str, Any]:
        """A row's values by the names of the fields."""
        return {name: getattr(row, name) for name in cls().names if hasattr(row, name)}

    @property
    def names(self) -> list[str]:
        """The fields that are values."""
        return [field.name for field in self if field.name not in ("version", "stood")]

    @property
    def columns(self) -> dict[str, Any]:
        """What a row's columns shall hold."""
        return {name: self[name].data for name in self.names}

    def value(self, name: str) -> Any:
        """What was typed, as `shown` has what stands there."""
        return self[name].data

    @property
    def seen_version(self) -> int:
        """The version that the page was made from; 0 if none can be read."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    def beside(self, row: Any) -> tuple[Self, list[Difference]]:
        """This form moved on to what the row is now, and what somebody else changed in between."""
        stood, now = unpacked(self.stood.data), type(self).shown(row)
        typed = {name: self.value(name) for name in self.names}
        differences, merged = [], dict(typed)
        for name in self.names:
            if _packed(now.get(name)) in (_packed(stood.get(name)), _packed(typed[name])):
                continue
            ours_too = _packed(typed[name]) != _packed(stood.get(name))
            differences.append(Difference(self[name], now.get(name), ours_too))
            if not ours_too:
                merged[name] = now.get(name)
        form = type(self)(data=merged)
        form.version.data, form.stood.data = str(row.version), _packed(now)
        return form, differences


def _packed(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def unpacked(text: str | None) -> Mapping[str, Any]:
    """What stood in a form, as it came back with it; nothing if it cannot be read."""
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
