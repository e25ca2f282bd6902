"""Names inside a party: what everybody is called, and one more who comes."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import BooleanField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from app.programme.rules.facts import CategoryFacts
from app.web.forms import Form
from app.web.languages import local
from registrations.forms.fields import LONGEST_NAME, NameField, clean_name
from registrations.operations.naming import Named
from registrations.queries import Party
from registrations.queries.people import Person

NAME, READING = "name-", "reading-"
"""Before a category's key and the number of the person in it."""
_TOO_LONG = _l("The name has %(length)s characters. Use at most %(limit)s.")
_KANJI = re.compile("[一-龯]")


class PersonField(StringField):
    """A name or a nickname, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = clean_name(valuelist[0]) if valuelist else ""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        if self.data and len(self.data) > LONGEST_NAME:
            raise ValidationError(_TOO_LONG % {"length": len(self.data), "limit": LONGEST_NAME})


class KanaField(PersonField):
    """How a name is read, in kana of one width, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = unicodedata.normalize("NFKC", self.data or "")

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and _KANJI.search(self.data):
            raise ValidationError(_l("Write the reading in kana, without kanji."))


class NamesForm(Form):
    """A name and a reading for each person of the party; `all_named`: none may be missing."""

    version = IntegerField(widget=HiddenInput())
    party: tuple[Party, ...] = ()
    all_named: bool = False

    @classmethod
    def for_party(
        cls, party: Iterable[Party], people: Iterable[Person], typed: Any = None, *, all_named: bool, version: int
    ) -> Any:
        """The form as the names stand, or with what was typed."""
        party, people = tuple(party), list(people)
        fields: dict[str, Any] = {}
        first: dict[str, Any] = {"version": version}
        for one in party:
            known = [person for person in people if person.category == one.key]
            for place in range(one.number):
                of = f"{one.key}-{place}"
                fields |= {
                    NAME + of: PersonField(_l("Name or nickname")),
                    READING + of: KanaField(_l("Reading in kana")),
                }
                if place < len(known):
                    first |= {NAME + of: known[place].name or "", READING + of: known[place].reading or ""}
        form: Any = type(cls.__name__, (cls,), fields)(typed, data=first)
        form.party, form.all_named = party, all_named
        for name, field in form._fields.items():
            if all_named and name.startswith(NAME):
                field.flags.required = True
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """No reading without a name, and with a ticket each nobody without one."""
        valid = super().validate(extra_validators)
        for name, field in self._fields.items():
            if not name.startswith(NAME) or field.data:
                continue
            if self.all_named or self._fields[READING + name.removeprefix(NAME)].data:
                field.errors = [*field.errors, _l("Type a name or a nickname.")]
                valid = False
        return valid

    def rows(self) -> list[tuple[Party, list[tuple[Any, Any]]]]:
        """The fields of name and reading of each person, by category."""
        return [
            (one, [(self[f"{NAME}{one.key}-{n}"], self[f"{READING}{one.key}-{n}"]) for n in range(one.number)])
            for one in self.party
        ]

    @property
    def names(self) -> dict[int, list[Named]]:
        """Who is called what, by the category's id; a gap is closed by those behind it only if they have no row yet."""
        return {
            one.id: [Named(name.data or None, (reading.data or None) if name.data else None) for name, reading in rows]
            for one, rows in self.rows()
        }


class MoreForm(Form):
    """One more person: who, and whether they come to the sessions too."""

    version = IntegerField(widget=HiddenInput())
    category = RadioField(_l("Category"), validate_choice=False)
    name = NameField(_l("Name or nickname"))
    reading = KanaField(_l("Reading in kana"))
    sessions = BooleanField(_l("Also comes to every session that all of you come to"))
    too_full: frozenset[str] = frozenset()
    known: Mapping[str, int]

    @classmethod
    def for_event(
        cls, categories: Sequence[CategoryFacts], ids: Mapping[str, int], typed: Any = None, **first: Any
    ) -> Any:
        """The form of one event; `ids`: of its categories by key."""
        form = cls(typed, prefix="more-", data=first)
        form.known = ids
        choices = [one for one in categories if one.key in ids]
        form.category.choices = [SelectChoice(one.key, Markup("{}").format(local(one.label))) for one in choices]
        form.category.flags.required = form.name.flags.required = True
        return form

    def validate_category(self, field: Any) -> None:
        if field.data not in self.known:
            raise ValidationError(_l("Choose a category."))

    @property
    def people(self) -> dict[str, Any]:
        """The field that stands for the party's size."""
        return {"": self.category}

    @property
    def named(self) -> Named:
        """Who comes."""
        return Named(self.name.data, self.reading.data or None)
