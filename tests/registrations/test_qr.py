"""A drawn code is a proven code: each is read back by a decoder that knows nothing of how it was drawn."""

import random
import re
from io import BytesIO

import html5lib
import pytest
import zxingcpp
from PIL import Image

from registrations.qr import matrix, png, svg, ticket_address
from registrations.rules import CODE_BITS, read_code, ticket_code

HOSTS = [
    "http://localhost:8000",
    "https://e.jp",
    "https://uketsuke.city.yokohama.lg.jp",
    "https://192.168.100.200:8443",
    "https://a-rather-long-name-of-a-festival.event.city.example.lg.jp",
]


def codes(number: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    return [ticket_code(chance.getrandbits(CODE_BITS)) for _ in range(number)]


def read(picture: bytes | Image.Image) -> str:
    image = Image.open(BytesIO(picture)) if isinstance(picture, bytes) else picture
    found = zxingcpp.read_barcodes(image.convert("L"))
    assert len(found) == 1
    return str(found[0].text)


@pytest.mark.parametrize("base_url", HOSTS)
def test_a_hundred_random_codes_are_read_back_from_the_picture(base_url: str) -> None:
    for code in codes(100, seed=len(base_url)):
        text = read(png(ticket_address(base_url, code), pixels=150))
        assert text == f"{base_url.upper()}/T/{code}"
        assert read_code(text).code == code


@pytest.mark.parametrize("base_url", HOSTS)
def test_the_drawing_has_the_modules_of_the_picture(base_url: str) -> None:
    for code in codes(5, seed=1):
        address = ticket_address(base_url, code)
        assert read(painted(svg(address))) == address


def test_a_code_is_read_small_and_turned() -> None:
    for code in codes(20, seed=3):
        address = ticket_address(HOSTS[2], code)
        small = Image.open(BytesIO(png(address, pixels=110))).convert("L").rotate(17, expand=True, fillcolor=255)
        assert read(small) == address


@pytest.mark.parametrize(
    ("host", "modules", "level"),
    [
        ("https://e.jp", 29, "Q"),
        ("https://uketsuke.example.jp", 29, "M"),
        ("https://uketsuke.city.yokohama.lg.jp", 33, "Q"),
    ],
)
def test_the_code_is_as_small_as_level_m_allows_and_corrects_more_where_that_is_free(
    host: str, modules: int, level: str
) -> None:
    address = ticket_address(host, codes(1, seed=4)[0])
    assert len(matrix(address)) == modules
    found = zxingcpp.read_barcode(Image.open(BytesIO(png(address))).convert("L"))
    assert found is not None
    assert found.ec_level == level


def test_four_modules_around_the_code_stay_white() -> None:
    address = ticket_address(HOSTS[0], codes(1, seed=5)[0])
    side = len(matrix(address))
    picture = Image.open(BytesIO(png(address, pixels=(side + 8) * 4))).convert("L")
    assert picture.size == ((side + 8) * 4,) * 2
    inside = picture.point(lambda grey: 255 - grey).getbbox()
    assert inside == (16, 16, (side + 4) * 4, (side + 4) * 4)


def test_the_drawing_is_small_and_carries_no_style() -> None:
    drawing = svg(ticket_address(HOSTS[2], codes(1, seed=6)[0]))
    assert len(drawing) < 6000
    assert "style" not in drawing
    assert html5lib.parseFragment(drawing) is not None


def painted(drawing: str) -> Image.Image:
    """The drawing's path, painted by hand: runs of black modules."""
    size = int(re.findall(r'viewBox="0 0 (\d+) ', drawing)[0])
    image = Image.new("L", (size, size), 255)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", drawing):
        image.paste(0, (int(x), int(y), int(x) + int(width), int(y) + 1))
    return image.resize((size * 4, size * 4), Image.Resampling.NEAREST)
