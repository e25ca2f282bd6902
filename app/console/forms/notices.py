"""A text that people consent to."""

from flask_babel import lazy_gettext as _l

from app.console.forms.fields import TextsField
from app.web.forms import Form


class NoticeForm(Form):
    """The text in each language; Japanese or English is needed."""

    text = TextsField(_l("Text"), prose=True, needed=_l("Write the text."))
