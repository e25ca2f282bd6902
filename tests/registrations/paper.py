"""Paper read back: its words, its structure, and what a scanner sees on it."""

from io import BytesIO

import pypdfium2
import zxingcpp
from pypdf import PdfReader

DOTS = 200 / 72


def words_of(content: bytes) -> str:
    """All text, without the blanks and line breaks that its place on the paper gives it."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


def pages_of(content: bytes) -> int:
    return len(PdfReader(BytesIO(content)).pages)


def codes_on(content: bytes, page: int = 0) -> list[str]:
    """What a scanner reads from a print of 200 dots an inch."""
    picture = pypdfium2.PdfDocument(content)[page].render(scale=DOTS).to_pil().convert("L")
    return sorted(str(found.text) for found in zxingcpp.read_barcodes(picture))
