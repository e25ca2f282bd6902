"""Fields that take what people really type: full-width digits, odd carrier addresses, any name."""

import re
import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField
from wtforms.validators import ValidationError

LONGEST_NAME = 200
LONGEST_EMAIL = 254
LONGEST_LOCAL_PART = 64
_BREAKS = re.compile("[\\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,}")


def clean_name(text: str) -> str:
    """The name as typed, in one line and without blanks around it; empty if nothing of it can be seen."""
    name = _BREAKS.sub(" ", text).strip()
    return name if any(unicodedata.category(sign)[0] not in "CZ" for sign in name) else ""


def clean_email(text: str) -> str | None:
    """The address, half-width and in small letters, so that one mailbox has one spelling; None if it cannot be one.
    Dots stand where some carriers allow them."""
    address = "".join(unicodedata.normalize("NFKC", text).split()).lower()
    local, _, domain = address.rpartition("@")
    if not _LOCAL_PART.fullmatch(local) or len(local) > LONGEST_LOCAL_PART or len(address) > LONGEST_EMAIL:
        return None
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    address = f"{local}@{domain}"
    return address if _DOMAIN.fullmatch(domain) and len(address) <= LONGEST_EMAIL else None


class NameField(StringField):
    """A name or nickname."""

    missing = _l("Type your name or a nickname.")

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = clean_name(valuelist[0]) if valuelist else ""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        if not self.data:
            raise ValidationError(self.missing)
        if len(self.data) > LONGEST_NAME:
            raise ValidationError(
                _l("The name has %(length)s characters. Use at most %(limit)s.")
                % {"length": len(self.data), "limit": LONGEST_NAME}
            )


class EmailField(StringField):
    """A mail address, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0].strip() if valuelist else ""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        if self.data and self.address is None:
            raise ValidationError(_l("This is not a valid e-mail address. Correct it, or leave the field empty."))

    @property
    def address(self) -> str | None:
        """The address as we write to it."""
        return clean_email(self.data) if self.data else None


class PeopleField(IntegerField):
    """How many people of one category; nothing typed means none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = "".join(unicodedata.normalize("NFKC", valuelist[0]).split()) if valuelist else ""
        self.data = 0
        if not text:
            return
        if not re.fullmatch("[0-9]{1,9}", text):
            raise ValueError(_l("Type a whole number, 0 or more."))
        self.data = int(text)
