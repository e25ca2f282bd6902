"""How one hears of what is settled later: always on a page, and by mail if there is an address and mail goes out."""

from flask import current_app
from flask_babel import gettext as _

from app.web.languages import current_language


def mail_goes_out() -> bool:
    """Whether letters leave this computer: nobody is promised one that cannot come."""
    return bool(current_app.extensions["uketsuke_settings"].mail_url)


def with_how_told(sentence: str) -> str:
    """The sentence, and where the answer will be, for somebody of whom nothing is known yet."""
    if mail_goes_out():
        how = _("The answer stands on the page of your registration. It also comes by e-mail if you gave an address.")
    else:
        how = _("The answer stands on the page of your registration. No e-mail comes.")
    return f"{sentence}{' ' if current_language() == 'en' else ''}{how}"
