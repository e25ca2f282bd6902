"""Forms: WTForms without cookies of its own; what guards them is said by the route."""

import re
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form as WtForm

from app.web.languages import current_language, html_lang

_BEYOND = "".join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
_NO_SIGN = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff{_BEYOND}]")
"""What no page may hold and nobody sees: it comes along when one copies from somewhere."""


class Form(WtForm):
    """A form in the reader's language; errors stand beside their fields and in a summary on top."""

    class Meta:
        """WTForms' own messages in the reader's language."""

        @property
        def locales(self) -> list[str]:
            return [html_lang(current_language())]

        def wrap_formdata(self, _form: WtForm, formdata: Any) -> Any:
            """What was typed, with a blank for each sign that no page may hold."""
            if formdata is None or not any(_NO_SIGN.search(text) for _, text in formdata.items(multi=True)):
                return formdata
            return MultiDict((name, _NO_SIGN.sub(" ", text)) for name, text in formdata.items(multi=True))

    @property
    def all_errors(self) -> list[tuple[str, str]]:
        """Field id and sentence, in the order of the fields, for the summary."""
        return [(field.id, str(error)) for field in self for error in _flat(field.errors)]


def _flat(errors: Any) -> list[Any]:
    if isinstance(errors, dict):
        return [one for many in errors.values() for one in _flat(many)]
    return [one for many in errors for one in (_flat(many) if isinstance(many, list | tuple | dict) else [many])]
