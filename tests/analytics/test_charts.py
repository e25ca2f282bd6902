"""Pictures: they hold what they are given, in letters that are there, with words for who cannot see them."""

import io
import json
import threading
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import combinations, count
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from PIL import Image, ImageColor
from pypdfium2 import PdfDocument
from sqlalchemy import select

from analytics.charts import Bar, Bars, Gallery, Heat, Series, draw, sheet, size_of, style
from analytics.charts.drawings import colours_of
from analytics.charts.heat import CrossedFields
from analytics.charts.letters import Words, outlined, text_width
from analytics.charts.style import (
    ACCENT,
    DOTS_PER_INCH,
    INK,
    MOST_DOTS,
    PALE,
    PAPER,
    SERIES,
    UNASKED,
    Format,
    Shape,
    in_sentences,
    wrapped,
)
from analytics.exports.pictures import highest
from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Category, Event
from app.web import fonts
from app.web.fonts import font_files
from checkin.models import Place, PlaceClose
from checkin.rules import CountingState
from tests.analytics.ledger import Ledger
from tests.analytics.pictures import CHARTS, FRAME, difference
from tests.analytics.test_views import places_of
from tests.make import NOON, Make, both
from tests.programme.files import demo

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("shape", ["wide", "narrow", "sheet"])
@pytest.mark.parametrize("name", CHARTS)
def test_a_page_knows_the_size_of_a_picture_without_drawing_it(name: str, shape: Shape) -> None:
    drawn = ET.fromstring(draw(CHARTS[name], FRAME, shape=shape, form="svg"))
    width, height = size_of(CHARTS[name], FRAME, shape=shape)
    assert [float(drawn.attrib[side].removesuffix("pt")) / 72 for side in ("width", "height")] == pytest.approx(
        [width / 100, height / 100], abs=0.006
    )


@pytest.mark.parametrize("shape", ["wide", "narrow", "sheet"])
@pytest.mark.parametrize("name", CHARTS)
def test_a_png_is_sharp_and_not_blank(name: str, shape: Shape) -> None:
    picture = Image.open(io.BytesIO(draw(CHARTS[name], FRAME, shape=shape, form="png")))
    assert picture.format == "PNG"
    assert picture.info["dpi"][0] == pytest.approx(DOTS_PER_INCH, abs=1)
    assert picture.width == pytest.approx({"wide": 1920, "narrow": 860, "sheet": 1920}[shape], abs=1)
    shades = picture.convert("L").histogram()
    assert sum(shades[:128]) > 0.005 * picture.width * picture.height
    assert picture.info["Title"] == FRAME.title
    assert picture.info["Source"] == FRAME.source


@pytest.mark.parametrize("name", CHARTS)
def test_a_png_has_a_table_of_colours_and_each_that_is_drawn_is_exactly_itself(name: str) -> None:
    picture = Image.open(io.BytesIO(draw(CHARTS[name], FRAME, shape="wide", form="png")))
    assert picture.mode == "P"
    colours = picture.convert("RGB").getcolors()
    assert colours is not None
    number_of = {colour: number for number, colour in colours}
    drawn = {"bars": (ACCENT,), "days": (SERIES[0], SERIES[2], UNASKED), "pairs": (ACCENT, PALE)}.get(name, ())
    assert max(number_of, key=lambda colour: number_of[colour]) == ImageColor.getrgb(PAPER)
    assert not {(254, 254, 254), (253, 253, 253), (252, 252, 252)} & number_of.keys()
    for colour in (INK, *drawn):
        assert number_of[ImageColor.getrgb(colour)] > 100, colour


def test_a_picture_that_is_very_tall_has_fewer_dots() -> None:
    tall = Bars(tuple(Bar(f"区分{number}", number, f"{number}人", "10月2日") for number in range(60)))
    picture = Image.open(io.BytesIO(draw(tall, FRAME, shape="wide", form="png")))
    width, height = size_of(tall, FRAME, shape="wide")
    assert picture.width * picture.height == pytest.approx(MOST_DOTS, rel=0.002)
    assert picture.width / picture.height == pytest.approx(width / height, rel=0.002)


@pytest.mark.parametrize("shape", ["wide", "narrow", "sheet"])
@pytest.mark.parametrize("name", CHARTS)
def test_an_svg_says_what_it_shows_in_its_language(name: str, shape: Shape) -> None:
    root = ET.fromstring(draw(CHARTS[name], FRAME, shape=shape, form="svg"))
    titles = [title.text for title in root.iter(f"{SVG}title")]
    assert (root.get("role"), root.get("lang")) == ("img", "ja")
    assert (root.get("aria-labelledby"), root.get("aria-describedby")) == ("title", "desc")
    assert titles == [FRAME.title]
    assert [desc.text for desc in root.iter(f"{SVG}desc")] == [f"{FRAME.words} {FRAME.source}"]
    assert [element.tag for element in root.iter() if "script" in element.tag] == []


def test_the_same_chart_is_the_same_file() -> None:
    once = draw(CHARTS["days"], FRAME, shape="wide", form="svg")
    assert draw(CHARTS["days"], FRAME, shape="wide", form="svg") == once


def test_only_the_sheet_carries_its_title_as_letters_on_the_paper() -> None:
    def height(shape: Shape) -> int:
        return Image.open(io.BytesIO(draw(CHARTS["bars"], FRAME, shape=shape, form="png"))).height

    assert height("sheet") - height("wide") > 0.5 * DOTS_PER_INCH


def test_no_picture_is_wider_than_its_paper() -> None:
    """Nothing may stick out: the outermost columns of pixels are paper."""
    for name, chart in CHARTS.items():
        for shape in ("wide", "narrow", "sheet"):
            picture = Image.open(io.BytesIO(draw(chart, FRAME, shape=shape, form="png"))).convert("L")
            edge = [picture.crop((x, 0, x + 4, picture.height)).getextrema() for x in (0, picture.width - 4)]
            assert edge == [(255, 255), (255, 255)], (name, shape)


def every_text() -> Iterator[str]:
    """All words that can come into a picture: of the catalogues, and of the events that travel with the program."""
    with (ROOT / "analytics/translations/ja/LC_MESSAGES/messages.po").open("rb") as file:
        for message in read_po(file, locale="ja"):
            yield f"{message.id}{message.string}"
    for name in ("yocolab-2023", "practice"):
        yield from _strings(demo(name))
    yield "月火水木金土日年時分令和0123456789:%～–（）,…・。　 "


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, str):
        yield value


def test_the_fonts_have_every_letter_of_every_label() -> None:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    for weight in ("Regular", "Bold"):
        held = {letter for file in font_files() if weight in file.name for letter in TTFont(file).getBestCmap()}
        assert sorted({letter for text in every_text() for letter in text if ord(letter) not in held} - {"\n"}) == []


def test_a_letter_that_one_font_lacks_comes_from_the_other() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw(Bars((Bar("𠮷野家髙橋﨑邉", 1, "1人"),)), FRAME, shape="wide", form="png")


@pytest.mark.parametrize(("lang", "weight"), [("ja", "normal"), ("ja", "bold"), ("en", "normal"), ("en", "bold")])
def test_words_are_as_wide_as_the_libraries_set_them(lang: str, weight: Literal["normal", "bold"]) -> None:
    draw(CHARTS["bars"], FRAME, shape="wide", form="png")
    family = ["BIZ UDGothic", "Noto Sans JP"][:: 1 if lang == "ja" else -1]
    font = FontProperties(family=family, weight=weight)
    for text in ("10月2日（金）観覧者 1,204人", "Visits by day", "𠮷野家", "–"):
        width = text_width(text, size=72, weight=weight, lang=lang)
        drawn = text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] / font.get_size_in_points()
        assert width == pytest.approx(drawn, rel=0.02, abs=0.03)


def test_an_svg_holds_each_letter_once_and_sets_it_where_it_occurs() -> None:
    root = ET.fromstring(f"<svg>{outlined([Words('人 1人', 1, 2, 10, 'normal', '#1a1a1a')], 'ja')}</svg>")
    known = [path.get("id") for path in root.iter("path")]
    used = [(use.get("href"), use.get("x")) for use in root.iter("use")]
    assert used == [(f"#{known[0]}", "0.0"), (f"#{known[1]}", "150.0"), (f"#{known[0]}", "200.0")]
    assert [line.get("transform") for line in root.iter("g") if line.get("fill")] == [
        "translate(72.00 144.00) scale(0.1 -0.1)"
    ]


@pytest.mark.parametrize("name", CHARTS)
def test_the_words_of_a_pdf_can_be_searched(name: str) -> None:
    page = PdfDocument(draw(CHARTS[name], FRAME, shape="sheet", form="pdf"))[0]
    words = page.get_textpage().get_text_bounded().replace("\r\n", "")
    assert FRAME.title in words
    assert FRAME.subtitle.split("\u3000")[0] in words
    assert FRAME.source in words


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name", CHARTS)
def test_a_pdf_shows_what_the_png_shows(name: str, lang: str) -> None:
    """Its words are written by ourselves: where they stand, how large they are, in which colour."""
    frame = replace(FRAME, lang=lang, subtitle="AV. To 市民まつり 𠮷 –")
    page = PdfDocument(draw(CHARTS[name], frame, shape="sheet", form="pdf"))[0]
    dots = Image.open(io.BytesIO(draw(CHARTS[name], frame, shape="sheet", form="png"))).convert("RGB")
    shown = page.render(scale=DOTS_PER_INCH / 72).to_pil().convert("RGB").resize(dots.size)
    assert difference(*(one.resize((one.width // 3, one.height // 3)) for one in (shown, dots))) < 40


def test_a_sign_that_only_changes_another_leaves_no_box() -> None:
    assert text_width("葛\U000e0100", size=72, lang="ja") == text_width("葛", size=72, lang="ja")


def test_without_fonts_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    sheet._prepare.cache_clear()
    with pytest.raises(fonts.MissingFonts, match="make build"):
        draw(CHARTS["bars"], FRAME, shape="wide", form="png")


def test_the_colours_of_categories_are_those_of_their_keys_on_the_pages() -> None:
    tokens = (ROOT / "app/static/css/_tokens.css").read_text()
    design = json.dumps([*SERIES, UNASKED])
    primitives = (ROOT / "node_modules/@digital-go-jp/design-tokens/dist/tokens.css").read_text()
    found = []
    for key in ("1", "2", "3", "4", "5", "6", "unknown"):
        name = tokens.split(f"--category-{key}: var(", 1)[1].split(")", 1)[0]
        found.append(primitives.split(f"{name}: ", 1)[1].split(";", 1)[0].strip().lower())
    assert json.dumps(found) == design


def test_a_grey_print_tells_every_category_by_its_hatch_or_by_far_lighter_or_darker_ink() -> None:
    looks = [
        (_lightness(fill), hatch) for fill, _ink, hatch in (colours_of(Series("", mark)) for mark in (*range(6), None))
    ]
    apart = {abs(one - other) for (one, hatch), (other, same) in combinations(looks, 2) if hatch == same}
    assert min(apart) > 20


def _lightness(colour: str) -> float:
    """Of a grey print, from 0 to 100."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 2.55


def test_no_line_begins_within_an_english_word_or_with_a_quotation_mark() -> None:
    lines = wrapped("The children’s “lab of things”", columns=11, lines=4)
    assert lines == ["The", "children’s", "“lab of", "things”"]


@pytest.mark.parametrize("shape", ["narrow", "wide"])
def test_the_heads_of_crossed_columns_do_not_lie_on_each_other(shape: Shape) -> None:
    heads = ("NPO, company, community", "Spectator", "Pupil or student", "Guardian", "Staff and partners")
    table = CrossedFields.of(Heat(("Talk",), heads, ((1, 2, 3, 4, 5),)), shape)
    widths = [text_width(line, size=table.head_size, weight="normal", lang="en") for one in table.heads for line in one]
    assert max(widths) < table.across
    assert table.head_size >= (6 if shape == "narrow" else table.size)


def test_a_word_longer_than_a_line_is_broken_so_that_the_bars_keep_their_place() -> None:
    word = "Selbsthilfegruppenkontaktstelle"
    assert wrapped(f"Die {word}", columns=12, lines=4) == ["Die", "Selbsthilfeg", "ruppenkontak", "tstelle"]
    assert wrapped(word * 3, columns=12, lines=2) == ["Selbsthilfeg", "ruppenkont…"]
    assert wrapped(word, columns=31, lines=2) == [word]


def test_no_letter_stands_alone_in_the_last_line_where_the_line_above_can_give_it_one() -> None:
    assert wrapped("あたらしいアイデア会議", columns=20, lines=2) == ["あたらしいアイデア", "会議"]


@given(st.text("観覧者、。（）「」ーっA b", max_size=60), st.integers(4, 40))
@settings(deadline=None)
def test_a_wrapped_text_loses_nothing_but_blanks_and_never_begins_a_line_with_a_closing_mark(
    text: str, columns: int
) -> None:
    lines = wrapped(text, columns=columns, lines=99)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert [line for line in lines[1:] if line and line[0] in "、。）」ーっ"] == []


def test_a_line_ends_with_a_sentence_where_one_fits_and_a_day_stays_whole() -> None:
    source = "延べ人数。練習用の架空の数値です。入場記録 11月28日（土） 13:52 現在。速報。"
    assert in_sentences(source, columns=46, lines=4) == [
        "延べ人数。練習用の架空の数値です。",
        "入場記録 11月28日（土） 13:52 現在。速報。",
    ]
    assert in_sentences("Made up. Not of people. As of noon.", columns=24, lines=4) == [
        "Made up. Not of people.",
        "As of noon.",
    ]
    assert in_sentences("一つの長い文です。", columns=10, lines=1) == ["一つの長…"]
    assert in_sentences("文のない語", columns=10, lines=1) == ["文のない語"]
    assert wrapped("終日展示（11月27日（金））", columns=22, lines=2) == ["終日展示", "（11月27日（金））"]


def test_what_does_not_fit_into_its_lines_ends_in_dots() -> None:
    assert wrapped("区分別の実人数と延べ人数", columns=10, lines=2) == ["区分別の実", "人数と延…"]
    assert wrapped("Visits by day and category", columns=14, lines=2) == ["Visits by day", "and category"]


def test_so_many_bars_are_shown_as_can_be_read_those_with_the_highest_numbers_in_their_order(app: Flask) -> None:
    with app.test_request_context():
        assert highest(range(20), lambda number: number, 20) == (list(range(20)), "")
        shown, said = highest([3, *range(100, 80, -1), 99], lambda number: number, 20)
    assert shown == [*range(100, 81, -1), 99]
    assert said == "数の多い20件。全件は表にあります。"


def a_gallery(**looks: Any) -> Gallery:
    """One with nothing in it."""
    return Gallery(f"pictures-{uuid4().hex}", **looks)


class Draughtsman:
    """Draws a number for a picture, and counts."""

    def __init__(self) -> None:
        self.drawn = count(1)
        self.seconds = 1000.0
        self.gallery = a_gallery(clock=lambda: self.seconds, kept=3)

    def show(self, key: str = "people", state: int = 1) -> bytes:
        return self.gallery.picture(key, state, lambda: b"%d" % next(self.drawn)).content


def test_a_picture_is_drawn_again_only_when_its_figures_changed() -> None:
    artist = Draughtsman()
    assert [artist.show(), artist.show()] == [b"1", b"1"]
    artist.seconds += 3600
    assert artist.show() == b"1"
    assert artist.show(state=2) == b"2"


def test_a_picture_is_drawn_at_most_every_fifteen_seconds() -> None:
    artist = Draughtsman()
    artist.show()
    artist.seconds += 14
    assert artist.show(state=2) == b"1"
    artist.seconds += 1
    assert artist.show(state=3) == b"2"


def test_every_chart_is_a_picture_of_its_own() -> None:
    artist = Draughtsman()
    assert [artist.show("people"), artist.show("days"), artist.show("people")] == [b"1", b"2", b"1"]


def test_the_gallery_forgets_what_was_longest_not_asked_for() -> None:
    artist = Draughtsman()
    for key in ("a", "b", "c", "a", "d"):
        artist.show(key)
    assert [artist.show("a"), artist.show("c"), artist.show("b")] == [b"1", b"3", b"5"]


def test_what_one_process_of_a_server_drew_hangs_there_for_the_others() -> None:
    name = f"pictures-{uuid4().hex}"
    first, second = (Gallery(name, clock=lambda: 1000.0) for _ in range(2))
    drawn = first.picture("people", 1, lambda: b"by the first")
    assert second.picture("people", 1, lambda: b"by the second") == drawn
    assert second.picture("people", 2, lambda: b"too soon") == drawn


def test_one_drawing_at_a_time_and_once_for_all_who_wait() -> None:
    gallery, together, most, made = a_gallery(), threading.Lock(), [0, 0], count(1)

    def slowly() -> bytes:
        with together:
            most[0] += 1
            most[1] = max(most)
        threading.Event().wait(0.05)
        with together:
            most[0] -= 1
        return b"%d" % next(made)

    threads = [threading.Thread(target=gallery.picture, args=(f"chart {number % 2}", 1, slowly)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most[1], next(made)) == (1, 3)


def test_a_drawing_that_fails_is_tried_again() -> None:
    gallery = a_gallery()

    def fail() -> bytes:
        raise ValueError("no paper")

    with pytest.raises(ValueError, match="no paper"):
        gallery.picture("people", 1, fail)
    assert gallery.picture("people", 1, lambda: b"drawn").content == b"drawn"


@pytest.fixture
def fair(make: Make) -> Event:
    event = make.event("fair")
    make.session(event, "talk")
    ledger = Ledger(event)
    ledger.tap(places_of(event)["talk"], {ledger.categories()[0]: 7})
    ledger.write()
    return event


@pytest.fixture
def olga(make: Make, fair: Event) -> FlaskClient:
    return make.signed_in(make.olga(fair))


@pytest.mark.parametrize("form", ["svg", "png"])
@pytest.mark.parametrize("name", ["people", "days", "sessions", "arrivals"])
def test_a_picture_has_an_address_of_its_own(olga: FlaskClient, name: str, form: Format) -> None:
    answer = olga.get(f"/console/events/fair/attendance/charts/{name}.{form}?lang=en")
    assert (answer.status_code, answer.mimetype) == (200, style.MEDIA[form])
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert "Content-Disposition" not in answer.headers


def test_a_browser_that_has_the_picture_is_not_sent_it_again(olga: FlaskClient) -> None:
    path = "/console/events/fair/attendance/charts/people.svg"
    first = olga.get(path)
    again = olga.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_sheet_is_a_file_to_keep(olga: FlaskClient) -> None:
    answer = olga.get("/console/events/fair/attendance/charts/people.png?shape=sheet")
    assert answer.headers["Content-Disposition"] == "attachment; filename=fair-people.png"


def test_a_new_line_changes_the_picture_once_it_may_be_drawn_again(
    app: Flask, make: Make, fair: Event, olga: FlaskClient
) -> None:
    path = "/console/events/fair/attendance/charts/people.svg?lang=en"
    clock = [0.0]
    app.extensions["uketsuke_pictures"] = a_gallery(clock=lambda: clock[0])
    before = olga.get(path).data
    ledger = Ledger(fair, first_id=2)
    ledger.tap(places_of(fair)["talk"], {ledger.categories()[0]: 5}, at=NOON)
    ledger.write()
    assert olga.get(path).data == before
    clock[0] = 15.0
    assert "spectator 12, student 0" in olga.get(path).get_data(as_text=True)


class TestAPictureStaysBesideItsTable:
    @pytest.fixture
    def seconds(self, app: Flask) -> list[float]:
        clock = [0.0]
        app.extensions["uketsuke_pictures"] = a_gallery(clock=lambda: clock[0])
        return clock

    def test_when_only_time_has_passed(self, make: Make, fair: Event, seconds: list[float]) -> None:
        account, seen = make.olga(fair), []
        for seconds[0], at in ((0.0, NOON), (15.0, NOON + timedelta(days=9))):
            with frozen(at):
                seen.append(make.signed_in(account).get("/console/events/fair/attendance/charts/days.svg?lang=en"))
        assert [one.status_code for one in seen] == [200, 200]
        assert seen[0].headers["ETag"] != seen[1].headers["ETag"]
        assert ["not over yet" in one.get_data(as_text=True) for one in seen] == [True, False]

    def test_when_a_label_changed_or_a_day_was_closed(self, make: Make, fair: Event, seconds: list[float]) -> None:
        later, account = make.session(fair, "later", starts_at=NOON + timedelta(days=1)).id, make.olga(fair)
        people, days = (f"/console/events/fair/attendance/charts/{name}.svg?lang=en" for name in ("people", "days"))
        with frozen(NOON + timedelta(days=9)):
            client = make.signed_in(account)
            before = [client.get(path).headers["ETag"] for path in (people, days)]
            with transaction():
                category = db.session.scalars(select(Category).where(Category.key == "spectator")).one()
                category.label = both("観客", "Audience")
            seconds[0] = 15.0
            after = [client.get(path).headers["ETag"] for path in (people, days)]
            assert "Audience 7" in client.get(people).get_data(as_text=True)
            assert [one == other for one, other in zip(before, after, strict=True)] == [False, False]
            with transaction():
                place = db.session.scalars(select(Place.id).where(Place.session_id == later)).one()
                db.session.add(PlaceClose(place_id=place, state=CountingState.COUNTED, closed_at=NOON))
            seconds[0] = 30.0
            closed = [client.get(path).headers["ETag"] for path in (people, days)]
            assert [one == other for one, other in zip(after, closed, strict=True)] == [True, False]

    def test_and_is_not_drawn_again_for_a_browser_that_has_it(
        self, olga: FlaskClient, seconds: list[float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = "/console/events/fair/attendance/charts/people.svg"
        first = olga.get(path)
        monkeypatch.setattr("analytics.views.easel", None)
        seconds[0] = 60.0
        again = olga.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_without_figures_there_is_no_picture(make: Make, client: FlaskClient) -> None:
    event = make.event("empty")
    olga = make.signed_in(make.olga(event))
    assert olga.get("/console/events/empty/attendance/charts/people.svg").status_code == 404
    assert "charts/" not in olga.get("/console/events/empty/attendance").get_data(as_text=True)


def test_no_two_of_twelve_series_look_alike_also_in_a_grey_print() -> None:
    looks = [colours_of(Series("", mark)) for mark in range(12)]
    for (one, _ink, hatch), (other, _other_ink, other_hatch) in combinations(looks, 2):
        apart = int(str(ImageColor.getcolor(one, "L"))) - int(str(ImageColor.getcolor(other, "L")))
        assert hatch != other_hatch or abs(apart) >= 30, (one, other, hatch)
