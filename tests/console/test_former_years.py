"""Former years typed in from paper: kept with measure, way of counting and source, compared only where these agree."""

import io
import re
from typing import Any

import html5lib
import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from analytics.models import FormerNumber, FormerYear
from analytics.queries.former import former_years
from analytics.report import FORMATS, report_on
from app.clock import now
from app.db import db
from app.programme.models import Event
from app.web.actors import Role
from app.web.languages import speak
from tests.analytics.ledger import Ledger
from tests.analytics.test_views import places_of
from tests.console.test_gates import post
from tests.make import NOON, Make

PAGE = "/console/events/fair/attendance/former-years"
COMMENTS = "/console/events/fair/attendance/comments"
PAPER = {
    "year": "2025", "measure": "people", "method_tapped": "y", "number_spectator": "５", "number_student": "1",
    "total": "6", "source": "2025年度 実施報告書", "provenance": "published",
}  # fmt: skip


@pytest.fixture
def fair(make: Make) -> Event:
    """A fair of this year at which seven spectators and a pupil were tapped."""
    event = make.event("fair")
    make.session(event, "talk")
    ledger = Ledger(event)
    spectator, student, _unknown = ledger.categories()
    ledger.tap(places_of(event)["talk"], {spectator: 7, student: 1}, at=NOON)
    ledger.write()
    return event


@pytest.fixture
def olga(make: Make, fair: Event) -> FlaskClient:
    return make.signed_in(make.olga(fair))


def rows(page: str) -> list[list[str]]:
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    found: Any = tree.find(".//div[@id='table-former-years']")
    return [["".join(cell.itertext()).strip() for cell in row] for row in found.iter("tr")][1:]


def test_a_year_is_kept_with_its_numbers_and_stands_beside_this_one(olga: FlaskClient, fair: Event) -> None:
    answer = post(olga, PAGE, **PAPER)
    assert (answer.status_code, answer.location) == (303, PAGE)
    one = former_years(fair.id)[0].figures
    assert (one.year, one.total, sorted(one.numbers.values()), one.methods) == (
        2025, 6, [1, 5], frozenset({"tapped"}),
    )  # fmt: skip
    shown = rows(olga.get("/console/events/fair/attendance?lang=ja").get_data(as_text=True))
    year = fair.starts_on.year
    assert shown[0] == ["2025年（令和7年）実人数 / 区分のタップ / 2025年度 実施報告書 / 公表値", "5", "1", "6", ""]
    assert shown[-1] == [
        f"{year}年（令和{year - 2018}年）実人数 / 区分のタップ / 実測", "7", "1", "8", "2025年から+2 (+33.3%)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "other", [{"measure": "visits"}, {"method_tapped": "", "method_paper": "y"}, {"method_tapped": ""}]
)
def test_another_measure_or_way_of_counting_cannot_be_compared(
    olga: FlaskClient, fair: Event, other: dict[str, str]
) -> None:
    typed = {key: value for key, value in {**PAPER, **other}.items() if value}
    assert post(olga, PAGE, **typed).status_code == 303
    assert rows(olga.get(f"{PAGE}?lang=ja").get_data(as_text=True))[-1][4] == "比較できません"


def test_what_the_paper_does_not_say_is_unknown_and_years_between_are_shown(olga: FlaskClient, fair: Event) -> None:
    year = fair.starts_on.year - 2
    wish = {"year": str(year), "measure": "people", "total": "900", "source": "紙", "provenance": "published"}
    post(olga, PAGE, **wish)
    shown = rows(olga.get(f"{PAGE}?lang=ja").get_data(as_text=True))
    assert shown[0][1:4] == ["不明", "不明", "900"]
    assert shown[1][1:4] == ["不明", "不明", "不明"]
    assert shown[1][0].startswith(f"{year + 1}年")


def test_a_total_that_is_left_empty_is_the_sum_where_every_category_is_known(olga: FlaskClient, fair: Event) -> None:
    post(olga, PAGE, **{**PAPER, "total": ""})
    post(olga, PAGE, **{**PAPER, "year": "2024", "total": "", "number_student": ""})
    assert [one.figures.total for one in former_years(fair.id)] == [None, 6]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"year": ""}, "年を入力してください。"),
        ({"year": "2027"}, "催しの年より後の年です。"),
        ({"source": ""}, "数値の出典を入力してください。"),
        ({"total": "3"}, "区分の人数を足すと、この合計より多くなります。"),
        (
            {"total": "", "number_spectator": "", "number_student": ""},
            "合計か、少なくとも1つの区分の人数を入力してください。",
        ),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(
    olga: FlaskClient, fair: Event, wrong: dict[str, str], sentence: str
) -> None:
    answer = post(olga, f"{PAGE}?lang=ja", **{**PAPER, "note": "控えの紙から", **wrong})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert sentence in page
    assert "控えの紙から" in page
    assert former_years(fair.id) == []


def test_a_year_is_typed_once_in_each_measure(olga: FlaskClient, fair: Event) -> None:
    post(olga, PAGE, **PAPER)
    again = post(olga, f"{PAGE}?lang=ja", **PAPER)
    assert again.status_code == 422
    assert "同じ数え方ですでに入力されています" in again.get_data(as_text=True)
    assert post(olga, PAGE, **{**PAPER, "measure": "visits"}).status_code == 303
    shown = olga.get(f"{PAGE}?lang=en").get_data(as_text=True)
    links = re.findall(r"former-years/[0-9a-f-]{36}\">\d{4} <span>([^<]+)</span>", shown)
    assert sorted(links) == ["Distinct people", "Visits"], "two of one year are told apart"


def opened(olga: FlaskClient, fair: Event) -> tuple[str, dict[str, str]]:
    post(olga, PAGE, **PAPER)
    address = f"{PAGE}/{former_years(fair.id)[0].uuid}"
    tree = html5lib.parse(olga.get(address).get_data(as_text=True), namespaceHTMLElements=False)
    hidden = {str(one.get("name")): str(one.get("value")) for one in tree.iter("input") if one.get("type") == "hidden"}
    return address, {**PAPER, "version": hidden["version"], "stood": hidden["stood"]}


def test_a_year_is_changed_and_removed(olga: FlaskClient, fair: Event) -> None:
    address, typed = opened(olga, fair)
    assert post(olga, address, **{**typed, "number_spectator": "4"}).status_code == 303
    db.session.expire_all()
    assert sorted(former_years(fair.id)[0].figures.numbers.values()) == [1, 4]
    page = html5lib.parse(olga.get(address).get_data(as_text=True), namespaceHTMLElements=False)
    assert [form.get("action") for form in page.findall(".//details//form")] == [f"{address}/removal"]
    assert post(olga, f"{address}/removal").status_code == 303
    assert (db.session.query(FormerYear).count(), db.session.query(FormerNumber).count()) == (0, 0)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(olga: FlaskClient, fair: Event) -> None:
    address, typed = opened(olga, fair)
    post(olga, address, **{**typed, "total": "7"})
    answer = post(olga, address, **{**typed, "number_spectator": "4"})
    assert answer.status_code == 409
    db.session.expire_all()
    assert former_years(fair.id)[0].figures.total == 7


def test_comments_stand_in_the_report(app: Flask, olga: FlaskClient, fair: Event) -> None:
    words = "雨でしたが、多くの方が来ました。\n\n来年も続けます。"
    assert post(olga, COMMENTS, **{"words-ja": words}).status_code == 303
    assert post(olga, COMMENTS, **{"words-ja": "古いページから"}).status_code == 409
    post(olga, PAGE, **PAPER)
    with app.test_request_context("/"):
        speak("ja")
        content = FORMATS["pdf"].make(report_on(fair, at=now()))
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert "主催者の所見" in text
    assert "来年も続けます。" in text
    assert "2025年から+2 (+33.3%)" in text.replace("\n", "")


@pytest.mark.parametrize("address", [PAGE, COMMENTS])
def test_victor_may_not_type_and_for_sam_there_is_nothing(make: Make, fair: Event, address: str) -> None:
    other = make.event("other", host=make.host("elsewhere"))
    victor = make.signed_in(make.account("Victor", Role.VIEWER, fair))
    sam = make.signed_in(make.account("Sam", Role.OWNER, other))
    for browser, status in ((victor, 403), (sam, 404)):
        assert browser.get(address).status_code == status
        assert post(browser, address, **PAPER).status_code == status
    assert former_years(fair.id) == []


def test_another_events_year_is_not_found(make: Make, olga: FlaskClient, fair: Event) -> None:
    address, typed = opened(olga, fair)
    other = make.event("other", host=make.host("elsewhere"))
    sam = make.signed_in(make.account("Sam", Role.OWNER, other))
    foreign = address.replace("/fair/", "/other/")
    assert sam.get(foreign).status_code == 404
    assert post(sam, foreign, **typed).status_code == 404
    assert post(sam, f"{foreign}/removal").status_code == 404
