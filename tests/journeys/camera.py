"""A fake camera for Chromium: a film of QR codes that `getUserMedia` plays as if they were held before the lens.

Chromium plays the film at 30 pictures a second and starts again at its end; the fixture `with_camera` starts it so.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

import qrcode
from PIL import Image, ImageFilter

RATE = 30
SIZE = (1280, 720)
TABLE = (96, 92, 88)


def film(
    path: Path,
    shown: Sequence[str | Image.Image],
    *,
    hold: float = 1.0,
    gap: float = 0.5,
    width: int = 320,
    blur: float = 0.6,
) -> Path:
    """Write a film that shows each text as a QR code, or each picture as it is, with an empty table between them.

    hold, gap: seconds; width: of the printed paper with its quiet zone, in camera pixels; blur: radius in pixels.
    """
    return film_of(path, (held_up(one, width=width, blur=blur) for one in shown), hold=hold, gap=gap)


def film_of(path: Path, pictures: Iterable[Image.Image], *, hold: float, gap: float) -> Path:
    """Write a film that shows each of these pictures of the camera's size, with an empty table between them."""
    empty = _jpeg(_table())
    with path.open("wb") as out:
        out.write(empty * _pictures(gap))
        for picture in pictures:
            out.write(_jpeg(picture) * _pictures(hold))
            out.write(empty * _pictures(gap))
    return path


def held_up(shown: str | Image.Image, *, width: int = 320, blur: float = 0.6) -> Image.Image:
    """One picture: the code on paper, a little crooked, out of the middle, not quite sharp."""
    paper = (_code(shown) if isinstance(shown, str) else shown.convert("RGB")).resize(
        (width, width), Image.Resampling.LANCZOS
    )
    crooked = paper.rotate(4, Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE)
    picture = _table()
    picture.paste(crooked, ((SIZE[0] - crooked.width) // 2 + 40, (SIZE[1] - crooked.height) // 2 - 20))
    return picture.filter(ImageFilter.GaussianBlur(blur))


def _code(text: str) -> Image.Image:
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4, box_size=8, mask_pattern=3)
    code.add_data(text)
    return code.make_image(fill_color="black", back_color="white").get_image().convert("RGB")


def _table() -> Image.Image:
    return Image.new("RGB", SIZE, TABLE)


def _jpeg(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def _pictures(seconds: float) -> int:
    return max(1, round(seconds * RATE))
