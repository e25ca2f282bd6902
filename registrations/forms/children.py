"""Who answers for the children of a party: asked only where there are any, once a party."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.programme.rules.facts import CategoryFacts
from app.web.forms import Form

YES_NO = [SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))]
FIELDS = ("adult", "under", "guardian")
BEFORE = ("photo", "consent")
"""The children's questions come before these, on the page and in the list of errors."""


class ChildrenFields(Form):
    """Is an adult registering; if not, are you very young; if so, does somebody at home agree."""

    adult = RadioField(_l("Is an adult registering?"), choices=YES_NO, validate_choice=False)
    under = RadioField(choices=YES_NO, validate_choice=False)
    guardian = BooleanField(_l("My parent or guardian agrees"))

    minors: frozenset[str] = frozenset()
    """Categories of people for whom somebody else has to answer; empty: nobody is asked."""
    answered_for: int = 0
    """So many children came before: only more of them raise the question."""

    def ask_about_children(self, categories: Iterable[CategoryFacts], age: int, *, answered_for: int = 0) -> None:
        """From now on the form asks, where there are children. age: under which a guardian has to agree."""
        self.minors = frozenset(one.key for one in categories if one.minor)
        self.answered_for = answered_for
        self.under.label.text = _l("Are you under %(age)s years old?") % {"age": age}
        last = {name: self._fields[name] for name in (*FIELDS, *BEFORE) if name in self._fields}
        self._fields = {name: one for name, one in self._fields.items() if name not in last} | last

    @property
    def children(self) -> int:
        """How many people of such categories come, whoever types among them."""
        people: dict[str, Any] = getattr(self, "people", {})
        own = self._fields.get("category")
        return sum(people[key].data or 0 for key in self.minors if key in people) + (
            own is not None and own.data in self.minors
        )

    @property
    def brings_minors(self) -> bool:
        """Whether somebody has to answer for children."""
        return self.children > self.answered_for

    @property
    def answered_by(self) -> str | None:
        """Who answers for the children of the party: the adult who registers, a guardian, or nobody has to."""
        if not self.brings_minors:
            return None
        return "contact" if self.adult.data == "yes" else "guardian" if self.under.data == "yes" else None

    def validate(self, extra_validators: Any = None) -> bool:
        """Asks who answers for children, as soon as there are any."""
        valid = super().validate(extra_validators)
        return self._is_answered_for() and valid if self.brings_minors else valid

    def _is_answered_for(self) -> bool:
        self.adult.flags.required = True
        missing: dict[Any, Any] = {}
        if self.adult.data not in ("yes", "no"):
            missing[self.adult] = _l("Children come along: say whether an adult is registering.")
        elif self.adult.data == "no" and self.under.data not in ("yes", "no"):
            missing[self.under] = _l("Choose yes or no.")
        elif self.adult.data == "no" and self.under.data == "yes" and not self.guardian.data:
            missing[self.guardian] = _l("Ask your parent or guardian, and tick this once they agree.")
        for field, sentence in missing.items():
            field.errors = [*field.errors, sentence]
        return not missing
