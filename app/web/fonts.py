"""The fonts of what is drawn here, charts and paper; the reader's own fonts show the pages."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "fonts"
FILES = ("BIZUDGothic-Regular.ttf", "BIZUDGothic-Bold.ttf", "NotoSansJP-Regular.ttf", "NotoSansJP-Bold.ttf")


class MissingFonts(RuntimeError):
    """The fonts are not there yet."""


def font_files() -> tuple[Path, ...]:
    """Where they are. Raises MissingFonts with a sentence if they were never built."""
    files = tuple(FOLDER / name for name in FILES)
    if not all(file.is_file() for file in files):
        raise MissingFonts("The fonts of charts and paper are not there: run `make build`.")
    return files
