"""Texts in Markdown as organisers write them: paragraphs, lists, links, emphasis. HTML in a text is text."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from app.web.languages import READING, LocalText, local, without_readings

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

SIGNS = ("newline", "list", "emphasis", "link", "autolink", "escape")
TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "a"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
ADDRESSES = {"http", "https", "mailto", "tel"}
REL = "nofollow noopener noreferrer"
# Around a reading while Markdown is read: 》 is punctuation to it, after which **町《まち》**を would end no emphasis.
_BASE, _OVER, _END = "\ue000", "\ue001", "\ue002"
_NO_MARKS = dict.fromkeys(map(ord, (_BASE, _OVER, _END)))
_NOTED = str.maketrans({_BASE: "｜", _OVER: "《", _END: "》"})
_RUBY = str.maketrans({_BASE: "<ruby>", _OVER: "<rp>（</rp><rt>", _END: "</rt><rp>）</rp></ruby>"})
_NEW_LINE = {"softbreak", "hardbreak"}


def prose(text: LocalText) -> Markup:
    """The text as paragraphs and lists; in easy Japanese with readings as ruby. Empty if there is none."""
    return _html(text.text, readings=text.lang == "ja-easy")


def unmarked(texts: Mapping[str, str] | LocalText | str | None) -> str:
    """The same text without the signs of Markdown and without readings: for letters, calendars and files."""
    if isinstance(texts, Mapping) or texts is None:
        texts = local(texts)
    return _plain(without_readings(texts.text if isinstance(texts, LocalText) else texts))


def lines(text: LocalText) -> list[LocalText]:
    """Its paragraphs, items and lines, without the signs of Markdown but with their readings: for paper."""
    told = _plain(_marked(text.text)).translate(_NOTED)
    return [replace(text, text=line) for part in told.split("\n") if (line := part.strip())]


def _marked(text: str) -> str:
    """Readings between signs that Markdown takes for letters."""
    marked = f"{_BASE}{{}}{_OVER}{{}}{_END}"
    return READING.sub(lambda found: marked.format(found[1] or found[2], found[3]), text.translate(_NO_MARKS))


@lru_cache(maxsize=512)
def _html(text: str, *, readings: bool) -> Markup:
    import nh3

    shown = _markdown().render(_marked(text) if readings else text.translate(_NO_MARKS))
    clean = nh3.clean(
        shown,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=lambda _tag, name, value: None if name == "title" else value,
        url_schemes=ADDRESSES,
        link_rel=REL,
    )
    return Markup(clean.strip().translate(_RUBY))  # noqa: S704 - the one place that decides what a text may become


@lru_cache(maxsize=2048)
def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in _lines(_markdown().parse(text)))


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    """A reader of Markdown that knows `SIGNS` and nothing else, so that all other signs stay as they were typed."""
    return MarkdownIt("zero", {"html": False, "breaks": True}).enable(list(SIGNS))


def _lines(tokens: Iterable["Token"]) -> list[str]:
    """One line a paragraph or item: items with a sign or number that needs no Markdown to be understood."""
    lines: list[str] = []
    numbers: list[int | None] = []
    sign = ""
    for token in tokens:
        if token.type == "bullet_list_open":
            numbers.append(None)
        elif token.type == "ordered_list_open":
            numbers.append(int(token.attrGet("start") or 1))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
        elif token.type == "list_item_open":
            number = numbers[-1]
            sign = "・" if number is None else f"{number}. "
            numbers[-1] = None if number is None else number + 1
        elif token.type == "inline":
            lines.append(sign + _words(token.children or []))
            sign = ""
    return lines


def _words(tokens: Iterable["Token"]) -> str:
    """The words of a paragraph; a link is followed by its address unless that was typed alone."""
    words, address = "", ""
    for token in tokens:
        if token.type == "link_open":
            address = "" if token.info == "auto" else f" ({token.attrGet('href')})"
        elif token.type == "link_close":
            words += address
        else:
            words += "\n" if token.type in _NEW_LINE else token.content
    return words
