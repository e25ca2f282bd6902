"""Placeholders in the words of letters: checked when they are written, filled in once when a letter is composed.

What is put in is never read again: a name that holds `{link}` or 《》 stays as it is.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

LINK_STYLE = "color:#0031d8;font-weight:700;word-break:break-all"
LINKED = frozenset({"link", "ticket", "feedback"})
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
_BRACES = re.compile(r"\{[^{}\n]{0,40}\}?|\}")
_ADDRESS = re.compile(r"https?://[^\s<>\"'（）「」、。，]+[^\s<>\"'（）「」、。，.,;:!?)]")
_DIRECTED = re.compile("[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff]")
_OPEN, _CLOSE = "\u2068", "\u2069"


@dataclass(frozen=True)
class Piece:
    """A part of a text: words as they were written, or the name of what is put there."""

    text: str = ""
    name: str | None = None


def faults(text: str, allowed: Collection[str]) -> list[str]:
    """What stands in braces and is no placeholder of this letter, as it was typed, each once."""
    found = [piece for piece in _BRACES.findall(text) if not _is_known(piece, allowed)]
    return list(dict.fromkeys(found))


def pieces(text: str) -> list[Piece]:
    """The text taken apart; what is no placeholder in form stays words."""
    found, last = [], 0
    for one in _PLACEHOLDER.finditer(text):
        found += [Piece(text[last : one.start()]), Piece(name=one[1])]
        last = one.end()
    return [one for one in (*found, Piece(text[last:])) if one.text or one.name]


def lines_of(text: str, values: Mapping[str, str]) -> list[list[Piece]]:
    """The text by lines; a line one of whose placeholders has nothing to say is left out."""
    lines = [pieces(line) for line in text.split("\n")]
    return [line for line in lines if all(values.get(one.name) for one in line if one.name)]


def filled(text: str, values: Mapping[str, str], *, say: Callable[[str], str]) -> str:
    """The text with its placeholders filled in, as plain text. `say`: how written words are read."""
    lines = ("".join(_plain(one, values, say) for one in line) for line in lines_of(text, values))
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def filled_line(text: str, values: Mapping[str, str], *, say: Callable[[str], str]) -> str:
    """The same in one line, for a subject: nothing in it begins another header."""
    return one_line("".join(_plain(one, values, say) for one in pieces(text)))


def paragraphs(text: str, values: Mapping[str, str], *, say: Callable[[str], str]) -> list[Markup]:
    """The same as HTML, a paragraph each: all escaped, addresses as links, names kept in their direction."""
    whole = Markup("\n").join(
        Markup("").join(_marked(one, values, say) for one in line) for line in lines_of(text, values)
    )
    parts = re.split("\n{2,}", str(whole).strip("\n"))
    return [Markup(part.replace("\n", "<br>")) for part in parts if part]  # noqa: S704 - every piece was escaped


def one_line(text: str) -> str:
    """Without line breaks and other control characters."""
    kept = (" " if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") else sign for sign in text)
    return " ".join("".join(kept).split())


def isolated(text: str) -> str:
    """A name that turns the direction of writing turns only itself."""
    return f"{_OPEN}{text}{_CLOSE}" if _DIRECTED.search(text) else text


def joined(lines: Iterable[str]) -> str:
    """Several values as one, a line each."""
    return "\n".join(lines)


def _is_known(piece: str, allowed: Collection[str]) -> bool:
    form = _PLACEHOLDER.fullmatch(piece)
    return form is not None and form[1] in allowed


def _plain(one: Piece, values: Mapping[str, str], say: Callable[[str], str]) -> str:
    if one.name is None:
        return say(one.text)
    value = values.get(one.name, "")
    return isolated(value) if one.name == "name" else value


def _marked(one: Piece, values: Mapping[str, str], say: Callable[[str], str]) -> Markup:
    if one.name is None:
        return _with_links(say(one.text))
    value = values.get(one.name, "")
    if one.name in LINKED:
        return _link(value)
    return Markup("<bdi>{}</bdi>").format(value) if one.name == "name" else escape(value)


def _with_links(text: str) -> Markup:
    marked, last = Markup(""), 0
    for found in _ADDRESS.finditer(text):
        marked += escape(text[last : found.start()]) + _link(found[0])
        last = found.end()
    return marked + escape(text[last:])


def _link(address: str) -> Markup:
    return Markup('<a href="{}" class="link" style="{}">{}</a>').format(address, LINK_STYLE, address)
