"""Fields of the programme's forms: texts per language, readings, numbers in any width, yes, no and not known.

`data` is what a row's column holds, so that what was typed, what stands there and what stood there can be compared.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from itertools import zip_longest
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, StringField
from wtforms.fields.choices import Choice, SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

LANGUAGES = {"ja": _l("Japanese"), "en": _l("English"), "ja-easy": _l("Easy Japanese")}
LINE, LONG_LINE, PROSE, READING, ADDRESS = 200, 500, 10_000, 300, 500
LARGEST_NUMBER = 1_000_000
TOO_LONG = _l("This has %(length)s characters. Use at most %(limit)s.")
NO_CODE = _l("Use small letters, digits and single hyphens, such as main-hall.")
NO_ADDRESS = _l("Type the whole address, beginning with https://")
NO_READING = _l("Write the reading in kana, without kanji.")
_CODE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_KANJI = re.compile("[一-龯]")


def clean_line(text: str) -> str:
    """In one line, without blanks around it."""
    return " ".join(_CONTROL.sub(" ", text).split())


def clean_prose(text: str) -> str:
    """Line breaks and blanks inside stay, in one manner."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


class LineField(StringField):
    """One line of text; nothing typed is None. `needed`: the sentence for who leaves it empty."""

    def __init__(self, label: Any = None, *, limit: int = LINE, needed: Any = None, **given: Any) -> None:
        super().__init__(label, **given)
        self.limit = limit
        self.needed = needed
        self.flags.required = True if needed else None

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = clean_line(valuelist[0]) or None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        if self.data is None and self.needed:
            raise ValidationError(self.needed)
        if self.data is not None:
            if len(self.data) > self.limit:
                raise ValidationError(TOO_LONG % {"length": len(self.data), "limit": self.limit})
            self.judge(self.data)

    def judge(self, text: str) -> None:
        """Raise ValidationError if the text is no value of this kind."""


class ReadingField(LineField):
    """How something is read, in kana."""

    def judge(self, text: str) -> None:
        if _KANJI.search(text):
            raise ValidationError(NO_READING)


class CodeField(LineField):
    """A name in addresses and files; it stays once given."""

    def __init__(self, label: Any = None, **given: Any) -> None:
        super().__init__(label, limit=80, **given)

    def judge(self, text: str) -> None:
        if not _CODE.fullmatch(text):
            raise ValidationError(NO_CODE)


class WebAddressField(LineField):
    """An address of a page."""

    def __init__(self, label: Any = None, **given: Any) -> None:
        super().__init__(label, limit=ADDRESS, **given)

    def judge(self, text: str) -> None:
        if not re.fullmatch(r"https?://[^\s/]+\S*", text):
            raise ValidationError(NO_ADDRESS)


class MailAddressField(LineField):
    """A mail address that is published."""

    def __init__(self, label: Any = None, **given: Any) -> None:
        super().__init__(label, limit=254, **given)

    def judge(self, text: str) -> None:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
            raise ValidationError(_l("This is not a valid e-mail address. Correct it, or leave the field empty."))


class DigitsField(LineField):
    """Digits and signs between them, typed in any width. `pattern`: what it must be; `wrong`: the sentence if not."""

    def __init__(self, label: Any = None, *, pattern: str, wrong: Any, **given: Any) -> None:
        super().__init__(label, **given)
        self.pattern = pattern
        self.wrong = wrong

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = clean_line(unicodedata.normalize("NFKC", valuelist[0])) or None

    def judge(self, text: str) -> None:
        if not re.fullmatch(self.pattern, text):
            raise ValidationError(self.wrong)


class NumberField(LineField):
    """A whole number or nothing, in digits of any width. What is no number stays as it was typed."""

    data: Any

    def __init__(self, label: Any = None, *, least: int = 0, most: int = LARGEST_NUMBER, **given: Any) -> None:
        super().__init__(label, **given)
        self.least = least
        self.most = most

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        text = "".join(unicodedata.normalize("NFKC", str(self.data or "")).replace(",", "").replace("−", "-").split())
        if re.fullmatch("-?[0-9]{1,9}", text):
            self.data = int(text)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        if self.data is None and self.needed:
            raise ValidationError(self.needed)
        if self.data is not None and not (isinstance(self.data, int) and self.least <= self.data <= self.most):
            limits = {"least": self.least, "most": self.most}
            raise ValidationError(_l("Type a whole number from %(least)s to %(most)s.") % limits)


class DegreesField(LineField):
    """Latitude or longitude in degrees. `most`: 90 or 180."""

    data: Any

    def __init__(self, label: Any = None, *, most: int, **given: Any) -> None:
        super().__init__(label, **given)
        self.most = most

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        try:
            degrees = Decimal(unicodedata.normalize("NFKC", self.data or "")).quantize(Decimal("0.000001"))
        except InvalidOperation:
            return
        self.data = degrees

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        if self.data is not None and not (isinstance(self.data, Decimal) and abs(self.data) <= self.most):
            raise ValidationError(_l("Type degrees as a decimal number, such as 35.450000."))


class TextsField(Field):
    """A text in each language; `data` is a map without the empty ones. `prose`: several lines.

    `needed`: the sentence for who leaves it empty; in Japanese, or `in_any` of Japanese and English.
    """

    def __init__(
        self,
        label: Any = None,
        *,
        limit: int = LINE,
        prose: bool = False,
        needed: Any = None,
        in_any: bool = False,
        **given: Any,
    ) -> None:
        super().__init__(label, **given)
        self.in_any = in_any
        self.limit = PROSE if prose else limit
        self.prose = prose
        self.needed = needed
        self.flags.required = True if needed else None
        self.wrong: dict[str, Any] = {}

    def name_of(self, language: str) -> str:
        """The name, and the id, of one language's input."""
        return f"{self.name}-{language}"

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        super().process(None, dict(data or {}), extra_filters)
        names = {language: self.name_of(language) for language in LANGUAGES}
        if formdata is None or not any(name in formdata for name in names.values()):
            return
        typed = {language: self.clean(formdata.get(name, "")) for language, name in names.items()}
        self.data = {language: text for language, text in typed.items() if text}

    def clean(self, text: str) -> str:
        """What was typed, as it is kept."""
        return clean_prose(text) if self.prose else clean_line(text)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        fallback = {"ja", "en"} & set(self.data)
        if self.needed and ("ja" not in self.data if not self.in_any else not fallback):
            self.wrong["ja"] = self.needed
        elif self.data and not fallback:
            self.wrong["ja"] = _l("Give this text in Japanese or English too.")
        for language, text in self.data.items():
            if len(text) > self.limit:
                self.wrong[language] = TOO_LONG % {"length": len(text), "limit": self.limit}
        if self.wrong:
            raise ValidationError(next(iter(self.wrong.values())))


class LinesField(TextsField):
    """A list of lines in each language, one a line; `data` is the list of texts."""

    def __init__(self, label: Any = None, **given: Any) -> None:
        super().__init__(label, prose=True, **given)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        given = data if isinstance(data, dict) else _beneath(data or [])
        super().process(formdata, given, extra_filters)

    def clean(self, text: str) -> str:
        """Each line by itself: an empty one stands for a text that has no words in this language."""
        return "\n".join(clean_line(line) for line in text.replace("\r\n", "\n").split("\n")).rstrip()

    @property
    def lines(self) -> list[dict[str, str]]:
        """What the column holds."""
        columns = [[(language, line.strip()) for line in text.split("\n")] for language, text in self.data.items()]
        rows = ({pair[0]: pair[1] for pair in row if pair and pair[1]} for row in zip_longest(*columns))
        return [row for row in rows if row]

    def pre_validate(self, form: Any) -> None:
        if any("ja" not in row and "en" not in row for row in self.lines):
            raise ValidationError(_l("Each line needs Japanese or English. Check that the lines match."))
        if len(self.lines) > 50 or any(len(text) > LONG_LINE for row in self.lines for text in row.values()):
            raise ValidationError(_l("Use at most 50 lines of at most 500 characters."))
        super().pre_validate(form)


def _beneath(lines: list[dict[str, str]]) -> dict[str, str]:
    """The same list as one text in each language; a line missing in one is an empty line there."""
    texts = {language: "\n".join(line.get(language, "") for line in lines) for language in LANGUAGES}
    return {language: text for language, text in texts.items() if text.strip()}


class TriField(RadioField):
    """Yes, no, or not known."""

    def __init__(self, label: Any = None, **given: Any) -> None:
        choices = [
            SelectChoice("yes", _l("Yes")),
            SelectChoice("no", _l("No")),
            SelectChoice("unknown", _l("Not known")),
        ]
        super().__init__(label, choices=choices, validate_choice=False, coerce=str, **given)

    def process_data(self, value: Any) -> None:
        self.data = value

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = {"yes": True, "no": False}.get(valuelist[0])

    def iter_choices(self) -> Any:
        chosen = {True: "yes", False: "no"}.get(self.data, "unknown")
        return [Choice(one.value, one.label, one.value == chosen, {}) for one in self.choices]  # type: ignore[union-attr]
