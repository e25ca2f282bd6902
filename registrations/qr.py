"""The drawn code of a ticket: upper-case address, error correction M or better where free, four modules of quiet zone.

The mask is fixed: the search for the prettiest of eight costs five times as much as everything else, and every mask is
read. A test reads five hundred codes back with a decoder that knows nothing of this module.
"""

from functools import lru_cache
from io import BytesIO
from typing import Any, Literal, NamedTuple

QUIET_ZONE = 4
MASK = 2
PIXELS = 600
Matrix = list[list[bool]]
Mode = Literal[2, 4]
ALPHANUMERIC: Mode = 2
BYTES: Mode = 4


class Fit(NamedTuple):
    """The smallest version that holds a text at level M, and the best level that it holds it at."""

    version: int
    level: int


def ticket_address(base_url: str, code: str) -> str:
    """What the code says: the ticket's address in capitals, which need fewer modules and open in any phone's camera."""
    return f"{base_url}/t/{code}".upper()


def matrix(text: str) -> Matrix:
    """The modules of the code without quiet zone; True is black."""
    from qrcode.main import QRCode
    from qrcode.util import MODE_8BIT_BYTE, QRData, optimal_mode

    content = text.encode("ascii")
    mode = BYTES if optimal_mode(content) == MODE_8BIT_BYTE else ALPHANUMERIC
    fit = _fit(len(content), mode)
    code = QRCode[Any](version=fit.version, error_correction=fit.level, mask_pattern=MASK, border=0)
    code.add_data(QRData(content, mode=mode), optimize=0)
    code.make(fit=False)
    return [[bool(module) for module in row] for row in code.modules]


def svg(text: str) -> str:
    """The code as one black path on white, in user units of one module."""
    rows = matrix(text)
    size = len(rows) + 2 * QUIET_ZONE
    path = "".join(
        f"M{start} {y}h{end - start}v1h-{end - start}z"
        for y, row in enumerate(rows, QUIET_ZONE)
        for start, end in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{PIXELS}" height="{PIXELS}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>\n'
    )


def png(text: str, pixels: int = PIXELS) -> bytes:
    """The code as a picture of two colours, about `pixels` wide, every module the same whole number of pixels."""
    from PIL import Image

    rows = matrix(text)
    side = len(rows) + 2 * QUIET_ZONE
    small = Image.new("1", (side, side), 1)
    for y, row in enumerate(rows, QUIET_ZONE):
        for start, end in _runs(row):
            small.paste(0, (start, y, end, y + 1))
    scale = max(1, pixels // side)
    picture = BytesIO()
    small.resize((side * scale, side * scale), Image.Resampling.NEAREST).save(picture, "PNG")
    return picture.getvalue()


@lru_cache(maxsize=64)
def _fit(length: int, mode: Mode) -> Fit:
    from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_M, ERROR_CORRECT_Q

    sample = ("A" if mode == ALPHANUMERIC else "a") * length
    version = _version(sample, mode, ERROR_CORRECT_M)
    better = [level for level in (ERROR_CORRECT_H, ERROR_CORRECT_Q) if _version(sample, mode, level) == version]
    return Fit(version, better[0] if better else ERROR_CORRECT_M)


def _version(sample: str, mode: Mode, level: int) -> int:
    from qrcode.exceptions import DataOverflowError
    from qrcode.main import QRCode
    from qrcode.util import QRData

    code = QRCode[Any](error_correction=level)
    code.add_data(QRData(sample.encode(), mode=mode), optimize=0)
    try:
        return code.best_fit(start=1)
    except DataOverflowError:
        return 41


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where black begins and ends, quiet zone counted."""
    runs, start = [], None
    for x, black in enumerate([*row, False], QUIET_ZONE):
        if black and start is None:
            start = x
        elif not black and start is not None:
            runs.append((start, x))
            start = None
    return runs
