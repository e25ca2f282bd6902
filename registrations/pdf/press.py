"""From data to a PDF: typst, our fonts alone, PDF/UA-1. A letter that no font has is printed as 〓, never left out.

typst refuses to write PDF/UA-1 where a letter cannot be shown. So nothing is looked up beforehand: only a document that
was refused has its letters tried, and is drawn again.
"""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from app.web.fonts import FOLDER, font_files
from registrations.pdf import typesetter

if TYPE_CHECKING:
    from typst import Fonts

Drawing = Literal["ticket", "badges", "roster"] | Path
"""One of ours by its name, or a drawing of another department by its file."""
HERE = ("ticket", "letters")
"""Set in hundredths of a second, so here; all else by a process of its own, which takes its memory with it."""
GETA = "〓"
"""What Japanese printers set for a letter that they do not have."""
_DRAWINGS = Path(__file__).parent
_ROOT = _DRAWINGS.parent.parent
"""Other departments' drawings take the house's look from /registrations/pdf/house.typ."""
_has: dict[str, bool] = {}
"""Letters that were tried: whether a font has them."""


def press(drawing: Drawing, content: dict[str, Any]) -> bytes:
    """The drawing with this content. Raises MissingFonts with a sentence if the fonts were never built."""
    from typst import TypstError

    content = _each(content, _in_order)
    try:
        return _compiled(drawing, content)
    except TypstError as refused:
        lacking = _lacking(frozenset(_letters(content)))
        if not lacking:
            raise
        return _again(drawing, _each(content, str.maketrans(dict.fromkeys(lacking, GETA))), refused)


def _again(drawing: Drawing, content: dict[str, Any], refused: Exception) -> bytes:
    """Letters that fail only beside each other are left to the font's own empty box: better that than no paper."""
    from typst import TypstError

    try:
        return _compiled(drawing, content)
    except TypstError:
        try:
            return _compiled(drawing, content, standards=())
        except TypstError:
            raise refused from None


def _compiled(drawing: str | Path, content: dict[str, Any], standards: tuple[Any, ...] = ("ua-1",)) -> bytes:
    from typst import compile as typeset

    wish: dict[str, Any] = {
        "input": str(drawing if isinstance(drawing, Path) else _DRAWINGS / f"{drawing}.typ"),
        "root": str(_ROOT if isinstance(drawing, Path) else _DRAWINGS),
        "sys_inputs": {"content": json.dumps(content, ensure_ascii=False)},
        "pdf_standards": list(standards),
    }
    if drawing not in HERE:
        return _apart(wish)
    pdf: bytes = typeset(**wish, font_paths=_fonts(), ignore_system_fonts=True)
    return pdf


def _apart(wish: dict[str, Any]) -> bytes:
    from typst import TypstError

    font_files()
    done = subprocess.run(  # noqa: S603 - our own file; words go in by the pipe
        [sys.executable, "-I", typesetter.__file__],
        input=json.dumps({**wish, "fonts": str(FOLDER)}).encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode == typesetter.REFUSED:
        said = done.stderr.decode()
        raise TypstError(said, said)
    if done.returncode:
        raise RuntimeError(f"The typesetter ended with {done.returncode}: {done.stderr.decode()}")
    return done.stdout


@cache
def _fonts() -> "Fonts":
    """Read once. Further fonts that an operator puts into the folder are used for letters that ours lack."""
    from typst import Fonts

    font_files()
    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER])


def _lacking(letters: frozenset[str]) -> frozenset[str]:
    """Which of these no font has. What was found out once is kept."""
    _find_out(sorted(letters - _has.keys()))
    return frozenset(letter for letter in letters if not _has[letter])


def _find_out(letters: list[str]) -> None:
    """Halves of halves until each letter is known, so that few tries are needed."""
    if not letters:
        return
    shown = _shows(letters)
    if shown or len(letters) == 1:
        _has.update(dict.fromkeys(letters, shown))
        return
    middle = len(letters) // 2
    _find_out(letters[:middle])
    _find_out(letters[middle:])


def _shows(letters: list[str]) -> bool:
    """Whether typst can print all of these."""
    from typst import TypstError

    try:
        _compiled("letters", {"letters": letters})
    except TypstError:
        return False
    return True


def _letters(value: Any) -> str:
    """Every letter in it."""
    if isinstance(value, str):
        return value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return "".join({letter for part in parts for letter in _letters(part)})


def _each(value: Any, change: Any) -> Any:
    """The same with every text changed; keys stay."""
    if isinstance(value, str):
        return change(value) if callable(change) else value.translate(change)
    if isinstance(value, dict):
        return {key: _each(one, change) for key, one in value.items()}
    return [_each(one, change) for one in value] if isinstance(value, list | tuple) else value


_BLANK = (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0x2028, 0x2029)
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
_PRINTED = {**dict.fromkeys(_BLANK, " "), **dict.fromkeys(map(ord, _TURNING))}


def _in_order(text: str) -> str:
    """Control characters are no letters, and marks that turn the direction may not reach beyond their own text: a
    blank stands for the first, the second go."""
    return text if text.isascii() and text.isprintable() else text.translate(_PRINTED)
