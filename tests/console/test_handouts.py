"""Paper to hand out, and the lines for other sites: in every language, with codes that are read, for staff alone."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from app.clock import frozen
from app.db import db, transaction
from app.programme.models import Event, Organisation, Participation
from app.programme.rules import AdmissionRule, OrganisationKind, ParticipationRole
from tests.make import NOON, Make, both
from tests.registrations.paper import codes_on, pages_of, words_of

BASE = "/console/events/fair/handouts"
PAPERS = ("programme.pdf", "poster.pdf", "sessions/talk/poster.pdf", "door-cards.pdf")
SITE = "http://localhost:8000/events/fair"


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with frozen(NOON):
        yield


@pytest.fixture
def fair(make: Make) -> Event:
    """Two sessions at one time in one room, one on the next day, one without a room all day."""
    fair = make.event("fair", title=both("見本まつり", "Sample fair"))
    make.session(fair, "talk", title=both("講演「まち」#let x", "Talk of the town"))
    make.session(fair, "beside", title=both("となり", "Beside"))
    make.session(fair, "late", title=both("夜の部", "Late"), starts_at=NOON + timedelta(days=1))
    long = {"starts_at": NOON, "ends_at": NOON + timedelta(hours=12)}
    make.session(fair, "always", title=both("展示", "Show"), room_id=None, online_url="https://a.example", **long)
    return make.release(fair)


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
def test_every_paper_says_what_is_on_in_its_language(make: Make, fair: Event, language: str) -> None:
    olga = make.signed_in(make.olga(fair))
    for paper in PAPERS:
        response = olga.get(f"{BASE}/{paper}?in={language}")
        assert (response.status_code, response.mimetype) == (200, "application/pdf"), paper
        word = "Talkofthetown" if language == "en" else "講演「まち」#letx"
        assert (word in words_of(response.data)) == (paper != "poster.pdf")
        assert str(PdfReader(BytesIO(response.data)).root_object["/Lang"]) == ("en" if language == "en" else "ja")
        assert response.headers["Cache-Control"] == "private, no-store"


def test_a_sheet_a_day_a_card_a_door_and_the_sizes_that_were_asked_for(make: Make, fair: Event) -> None:
    olga = make.signed_in(make.olga(fair))
    found = {paper: olga.get(f"{BASE}/{paper}").data for paper in PAPERS}
    assert {paper: pages_of(one) for paper, one in found.items()} == dict(zip(PAPERS, (2, 1, 1, 2), strict=True))
    assert "展示" in words_of(found["programme.pdf"])
    sizes = [
        round(float(PdfReader(BytesIO(olga.get(f"{BASE}/{name}").data)).pages[0].mediabox.width) / 72 * 25.4)
        for name in ("programme.pdf", "poster.pdf", "poster.pdf?size=a4", "poster.pdf?size=a4000")
    ]
    assert sizes == [420, 297, 210, 297]


def test_their_codes_lead_to_the_public_pages(make: Make, fair: Event) -> None:
    olga = make.signed_in(make.olga(fair))
    read = [codes_on(olga.get(f"{BASE}/{paper}").data) for paper in PAPERS]
    day = NOON.date().isoformat()
    assert read == [
        [f"{SITE}/timetable"],
        [f"{SITE}/"],
        [f"{SITE}/sessions/talk"],
        [f"{SITE}/timetable#day-{day}"],
    ]


def test_the_page_offers_them_and_the_lines_for_other_sites(make: Make, fair: Event) -> None:
    page = make.signed_in(make.olga(fair)).get(f"{BASE}?lang=en").get_data(as_text=True)
    assert f"&lt;iframe src=&#34;{SITE}/embed?lang=en&#34; title=&#34;Sample fair&#34;" in page


def test_a_plan_is_printed_before_the_first_release_and_an_empty_one_too(make: Make) -> None:
    empty = make.event("fair")
    olga = make.signed_in(make.olga(empty))
    for paper in ("programme.pdf", "poster.pdf", "door-cards.pdf"):
        assert olga.get(f"{BASE}/{paper}").status_code == 200
    make.session(empty, "talk", title=both("計画", "Plan"))
    assert "計画" in words_of(olga.get(f"{BASE}/programme.pdf").data)
    assert olga.get(f"{BASE}/sessions/none/poster.pdf").status_code == 404


def test_strangers_and_the_door_print_nothing(make: Make, fair: Event) -> None:
    dora, sam = make.signed_in(make.dora(fair)), make.signed_in(make.olga(make.event("other")))
    for path in ("", *(f"/{paper}" for paper in PAPERS)):
        assert dora.get(BASE + path).status_code == 403
        assert sam.get(BASE + path).status_code == 404


def test_a_poster_says_what_it_is_what_it_costs_and_whose_it_is(make: Make) -> None:
    fair = make.event(
        "fair",
        title=both("みほん市の対話", "Sample"),
        summary=both("まちを考える三日間", "Three days"),
        fee=both("無料", "Free"),
    )
    make.session(fair, "talk", title=both("夜の対話", "Evening"), admission=AdmissionRule.BOOKING_ONLY)
    with transaction():
        group = Organisation(
            host_id=fair.host_id,
            code="group",
            name=both("架空の実行委員会", "A made-up group"),
            kind=OrganisationKind.NPO,
        )
        db.session.add(group)
        db.session.flush()
        db.session.add(Participation(event_id=fair.id, organisation_id=group.id, role=ParticipationRole.ORGANISER))
    olga = make.signed_in(make.olga(make.release(fair)))
    for paper, said in (
        ("poster.pdf", ("みほん市の対話", "まちを考える三日間", "無料", "主催架空の実行委員会")),
        ("sessions/talk/poster.pdf", ("夜の対話", "無料", "事前申込")),
    ):
        words = words_of(olga.get(f"{BASE}/{paper}").data)
        assert [one for one in said if one not in words] == []
