"""Forms: WTForms without cookies of its own; what guards them is said by the route."""

from typing import Any

from wtforms import Form as WtForm

from app.web.languages import current_language, html_lang


class Form(WtForm):
    """A form in the reader's language; errors stand beside their fields and in a summary on top."""

    class Meta:
        """WTForms' own messages in the reader's language."""

        @property
        def locales(self) -> list[str]:
            return [html_lang(current_language())]

    @property
    def all_errors(self) -> list[tuple[str, str]]:
        """Field id and sentence, in the order of the fields, for the summary."""
        return [(field.id, str(error)) for field in self for error in _flat(field.errors)]


def _flat(errors: Any) -> list[Any]:
    if isinstance(errors, dict):
        return [one for many in errors.values() for one in _flat(many)]
    return [one for many in errors for one in (_flat(many) if isinstance(many, list | tuple | dict) else [many])]
