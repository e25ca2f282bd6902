"""Three languages, kept apart: Japanese, English, easy Japanese with readings; and dates in each."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_babel, get_translations, gettext, refresh
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from app.web.eras import era_year
from app.web.readings import day_with_readings, month_with_reading
from app.web.spoken import Spoken

LANGUAGES = ("ja", "en", "ja-easy")
NAMES = {"ja": "日本語", "en": "English", "ja-easy": "やさしい日本語"}
LOCALES = {"ja": "ja", "en": "en", "ja-easy": "ja@easy"}
SIZES, COLOURS = ("standard", "large", "largest"), ("standard", "dark", "contrast")
COOKIE = "uketsuke_display"
# Later ones win: those of the staff's pages come first, because they have no easy Japanese and fall back to Japanese.
CATALOGUES = (
    "app/accounts/translations",
    "analytics/translations",
    "analytics/report/translations",
    "app/partners/translations",
    "app/web/translations",
    "app/programme/translations",
    "registrations/translations",
    "checkin/translations",
)
_FALLBACK = {"ja": ("ja", "en"), "en": ("en", "ja"), "ja-easy": ("ja-easy", "ja", "en")}
_KANJI = "々〆ヶ㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
# A run of kanji is tried from its first one only: a very long one without a reading costs no more than its length.
READING = re.compile(rf"(?:｜([^｜《》]+)|(?<![{_KANJI}])([{_KANJI}]+))《([ぁ-ゖァ-ヺー・]+)》")
_WEEKDAYS = "月火水木金土日"
_here: Callable[[], Any] = g._get_current_object
"""What `g` stands for: a page asks with every word of it, and by way of `g` itself that takes five times as long."""


@dataclass(frozen=True)
class Display:
    """How one reader wants pages: language, text size, colours."""

    language: str = "ja"
    size: str = "standard"
    colours: str = "standard"

    def cookie(self) -> str:
        return f"{self.language}.{self.size}.{self.colours}"


@dataclass(frozen=True)
class LocalText:
    """A text as shown: in which language it really is, and whether that is not the one asked for."""

    text: str
    lang: str
    fallback: bool

    def __html__(self) -> Markup:
        shown = ruby(self.text) if self.lang == "ja-easy" else escape(self.text)
        return Markup('<span lang="{}">{}</span>').format(html_lang(self.lang), shown) if self.fallback else shown


def init_languages(app: Flask, root: str) -> None:
    """Tie Babel, filters and globals to the application. `root`: the folder that holds the departments."""
    directories = ";".join(f"{root}/{folder}" for folder in CATALOGUES)
    app.config.update(BABEL_TRANSLATION_DIRECTORIES=directories, BABEL_DEFAULT_LOCALE="ja")
    Babel(app, locale_selector=lambda: _locale(current_language()))
    get_babel(app).instance.domain_instance = Spoken(current_language)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _spoken(current_language(), text),
        lambda one, many, n: _readable(get_translations().ungettext(one, many, n)),  # Jinja fills in the values
        newstyle=True,
    )
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # as `make messages` extracts
    app.jinja_env.globals.update(
        _=_said, _a=plainly, colon=colon, current_language=current_language, language_names=NAMES
    )
    app.jinja_env.filters.update(
        local=local,
        plain=plain,
        ruby=ruby,
        day=_shown(day),
        day_long=_shown(day_long),
        month=_shown(month),
        clock=clock,
        stamp=_shown(stamp),
        html_lang=html_lang,
    )


@cache  # parsed once instead of for each request
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES[language])


def display() -> Display:
    """What this reader wants: the address wins, then the remembered choice, then the browser's languages."""
    shown: Display | None = getattr(_here(), "display", None)
    if shown is None:
        if not has_request_context():
            return Display()
        remembered = parse_display(request.cookies.get(COOKIE, ""))
        asked = request.args.get("lang")
        language = asked if asked in LANGUAGES else (remembered.language if remembered else _accepted())
        shown = g.display = Display(language, *((remembered.size, remembered.colours) if remembered else ()))
    return shown


def speak(language: str) -> None:
    """Use this language until the end of the current context: letters, commands, tests."""
    g.display = Display(language if language in LANGUAGES else "ja")
    refresh()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Use this language inside, and then the reader's own again with their size and colours."""
    before = display()
    speak(language)
    try:
        yield
    finally:
        g.display = before
        refresh()


def current_language() -> str:
    """`ja`, `en` or `ja-easy`."""
    return display().language


def parse_display(cookie: str) -> Display | None:
    """The remembered choice, or None if the cookie holds anything else."""
    parts = cookie.split(".")
    if len(parts) != 3 or parts[0] not in LANGUAGES or parts[1] not in SIZES or parts[2] not in COLOURS:
        return None
    return Display(*parts)


def html_lang(language: str) -> str:
    """The value of HTML's lang attribute; easy Japanese is Japanese."""
    return "en" if language == "en" else "ja"


def local(texts: Mapping[str, str] | None) -> LocalText:
    """The text in the reader's language, or the nearest there is, marked so."""
    wanted = current_language()
    for language in _FALLBACK[wanted]:
        if texts and texts.get(language):
            return LocalText(texts[language], language, fallback=language != wanted)
    return LocalText("", wanted, fallback=False)


def plain(texts: Mapping[str, str] | LocalText | str | None) -> str:
    """The same without markup or readings: for titles, attributes, letters and files. Also of what is drawn already."""
    if isinstance(texts, Markup):
        return Markup(re.sub("<rp>.*?</rp>|<rt>.*?</rt>", "", texts)).striptags()  # noqa: S704
    if isinstance(texts, Mapping) or texts is None:
        texts = local(texts)
    return without_readings(texts.text if isinstance(texts, LocalText) else texts)


def aloud(texts: Mapping[str, str] | LocalText | str | None) -> str:
    """The same with readings in brackets, 漢字（かんじ）: for letters, where no ruby is shown."""
    if isinstance(texts, Mapping) or texts is None:
        texts = local(texts)
    text = texts.text if isinstance(texts, LocalText) else texts
    return READING.sub(lambda found: f"{found[1] or found[2]}（{found[3]}）", text)


def ruby(text: Any) -> Markup:
    """Aozora notation 漢字《かんじ》 as HTML ruby; everything else escaped; what is markup already stays as it is."""
    if isinstance(text, Markup | LocalText):
        return Markup(text)  # noqa: S704
    parts, last, text = [], 0, str(text)
    for found in READING.finditer(text) if "《" in text else ():
        parts.append(escape(text[last : found.start()]))
        base, reading = found[1] or found[2], found[3]
        parts.append(Markup("<ruby>{}<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>").format(base, reading))
        last = found.end()
    return Markup("").join([*parts, escape(text[last:])])


def without_readings(text: str) -> str:
    """漢字《かんじ》 as 漢字."""
    text = str(text)
    return READING.sub(lambda found: found[1] or found[2], text) if "《" in text else text


def month(value: date) -> str:
    """10月 or Oct; in easy Japanese with its reading."""
    if current_language() == "en":
        return f"{value:%b}"
    return month_with_reading(value.month) if current_language() == "ja-easy" else f"{value.month}月"


def day(value: date | datetime, zone: str | None = None) -> str:
    """10月30日（月） or Mon 30 Oct. In easy Japanese with readings: for `ruby`, `aloud` or `plain`."""
    return _day(_local_date(value, zone), current_language())


@lru_cache(maxsize=1024)
def _day(value: date, language: str) -> str:
    if language == "en":
        return f"{value:%a} {value.day} {value:%b}"
    if language == "ja-easy":
        return day_with_readings(value)
    return f"{value.month}月{value.day}日（{_WEEKDAYS[value.weekday()]}）"


def day_long(value: date | datetime, zone: str | None = None) -> str:
    """With the year; in Japanese also the era: 2023年（令和5年）10月30日（月）. Never an era in easy Japanese."""
    value = _local_date(value, zone)
    if current_language() == "en":
        return f"{value:%A} {value.day} {value:%B} {value.year}"
    if current_language() == "ja-easy":
        return f"{value.year}年《ねん》 {day(value)}"
    era = f"（{era_year(value)}）" if era_year(value) else ""
    return f"{value.year}年{era}{day(value)}"


def colon() -> str:
    """Between a label and its value, as the language sets it."""
    return ": " if current_language() == "en" else "："


@lru_cache(maxsize=4096)
def clock(value: datetime, zone: str) -> str:
    """13:30 in the event's zone."""
    return f"{value.astimezone(ZoneInfo(zone)):%H:%M}"


def stamp(value: datetime, zone: str) -> str:
    """Day and time in the event's zone."""
    return f"{day(value, zone)} {clock(value, zone)}"


def _shown(words: Callable[..., str]) -> Callable[..., LocalText]:
    """As a filter of templates: readings become ruby on a page, and `plain` takes them away for attributes."""
    return lambda *values: LocalText(words(*values), current_language(), fallback=False)


def _local_date(value: date | datetime, zone: str | None) -> date:
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).date() if zone else value.date()
    return value


def _accepted() -> str:
    return request.accept_languages.best_match(["ja", "en"], default="ja") or "ja"


@pass_eval_context
def _said(evaluating: EvalContext, text: str, **variables: Any) -> str:
    """Jinja's own `_` with less than a third of its work: it is asked with every word of a page."""
    said: str = (_marked if evaluating.autoescape else _spoken)(current_language(), text)
    return said % (variables or ()) if "%" in text else said


@lru_cache(maxsize=16384)
def _marked(language: str, text: str) -> Markup:
    return Markup(_spoken(language, text))  # noqa: S704


@lru_cache(maxsize=16384)
def _spoken(_language: str, text: str) -> str:
    """A string of a template in the language spoken now; looked up once, as catalogues do not change meanwhile."""
    return _readable(gettext(text))


def _readable(text: str) -> str:
    return str(_ruby_trusted(text)) if current_language() == "ja-easy" else text


def _ruby_trusted(text: str) -> str:
    return READING.sub(
        lambda found: f"<ruby>{found[1] or found[2]}<rp>（</rp><rt>{found[3]}</rt><rp>）</rp></ruby>", text
    )


def plainly(text: str, **variables: Any) -> str:
    """A string of ours in the language spoken now, without readings: for files, pictures, attributes."""
    return without_readings(gettext(text, **variables)) if variables else _plainly_spoken(current_language(), text)


@lru_cache(maxsize=4096)
def _plainly_spoken(_language: str, text: str) -> str:
    return without_readings(gettext(text))
