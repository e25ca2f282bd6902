"""What an organisation's person sees and sends behind its link, without an account."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import frozen
from app.db import db, transaction
from app.outbox.models import Letter
from app.outbox.worker import Worker
from app.programme.models import Partner, PartnerLink, Speaker, Suggestion
from app.programme.operations.partners import end_link, make_link
from app.programme.queries import places_of
from app.programme.rules.partners import SuggestionState
from app.web.actors import ANONYMOUS
from checkin.models import Place, PlaceClose
from checkin.rules import CountingState
from registrations.letters import compose
from registrations.models import Registration
from registrations.queries import party_of, sheet_of
from registrations.rules import PartyKind
from tests.analytics.ledger import Ledger
from tests.console.editing import typed_in
from tests.make import NOON, Make
from tests.outbox.test_worker import Post
from tests.partners.conftest import AT, CLOSES, KEY, Fair, invited, organisation, takes_part
from tests.registrations.test_letters import text_of
from tests.statements import noted


def texts(fair: Fair, address: str) -> str:
    return fair.client.get(address).get_data(as_text=True)


def suggestions() -> list[Suggestion]:
    db.session.expire_all()
    return list(db.session.scalars(select(Suggestion).order_by(Suggestion.id)))


def test_only_a_hash_of_the_secret_is_kept(fair: Fair) -> None:
    kept = [str(value) for row in db.session.execute(select(PartnerLink.__table__)) for value in row]
    assert [one for one in kept if fair.secrets["greens"] in one] == []
    assert fair.client.get("/p/guessed").status_code == 404


@pytest.mark.parametrize("language", ["ja", "en", "ja-easy"])
@pytest.mark.parametrize("rest", ["", "/sessions/talk", "/exhibits/exhibitor", "/team", "/figures"])
def test_every_page_speaks_three_languages_and_no_search_engine_lists_it(fair: Fair, rest: str, language: str) -> None:
    page = fair.client.get(f"/p/{fair.secrets['greens']}{rest}?lang={language}")
    assert (page.status_code, page.headers["X-Robots-Tag"], page.headers["Cache-Control"]) == (
        200,
        "noindex",
        "no-store",
    )


def test_opening_the_link_is_noted_when_somebody_begins_and_never_by_a_get(fair: Fair, make: Make) -> None:
    reds = organisation(fair.event, "reds", "あかの会")
    secret = invited(fair.event, reds)
    with transaction():
        db.session.scalars(select(Partner).filter_by(organisation_id=reds.id)).one().opened_at = None
    assert "Begin" in fair.client.get(f"/p/{secret}?lang=en").get_data(as_text=True)
    assert fair.client.post(f"/p/{secret}/begin").status_code == 303
    assert "Begin" not in fair.client.get(f"/p/{secret}?lang=en").get_data(as_text=True)


def test_what_is_suggested_waits_and_the_programme_stays(fair: Fair) -> None:
    answer = fair.suggest("greens", "/sessions/talk", title__ja="新しい題", needs="プロジェクター", wish="午後がいい")
    assert answer.status_code == 303
    (one,) = suggestions()
    assert one.changes == {"title": {"was": {"ja": "講演", "en": "Talk"}, "wanted": {"ja": "新しい題", "en": "Talk"}}}
    assert (one.needs, one.wish, one.state) == ("プロジェクター", "午後がいい", SuggestionState.WAITING)
    assert fair.session("talk").title == {"ja": "講演", "en": "Talk"}
    assert "Waiting for the organiser" in texts(fair, fair.at("greens"))
    assert fair.opened("greens", "/sessions/talk")["title-ja"] == "新しい題"


def test_a_form_that_says_what_the_programme_says_suggests_nothing(fair: Fair) -> None:
    fair.suggest("greens", "/sessions/talk")
    assert suggestions() == []
    fair.suggest("greens", "/sessions/talk", title__ja="別の題")
    fair.suggest("greens", "/sessions/talk", title__ja="講演")
    assert [one.state for one in suggestions()] == [SuggestionState.WITHDRAWN]


def test_people_are_chosen_or_named_and_exhibits_are_lines(fair: Fair) -> None:
    people = {"people-0-name_ja": "架空 花子", "people-0-role": "moderator", "people-0-affiliation_ja": "みどりの会"}
    form = {**fair.opened("greens", "/sessions/talk"), **people}
    assert fair.send("greens", "/sessions/talk", form).status_code == 303
    assert suggestions()[0].changes["people"]["wanted"] == [
        {"speaker": "", "name_ja": "架空 花子", "name_en": "", "role": "moderator", "affiliation_ja": "みどりの会",
         "affiliation_en": ""}
    ]  # fmt: skip
    assert db.session.scalars(select(Speaker)).all() == []
    assert fair.suggest("greens", "/exhibits/exhibitor", exhibits__ja="写真展\n苗の配布").status_code == 303
    assert suggestions()[1].changes["exhibits"]["wanted"] == [{"ja": "写真展"}, {"ja": "苗の配布"}]


def test_wrong_input_keeps_everything_and_says_what_to_do(fair: Fair) -> None:
    answer = fair.suggest(
        "greens", "/sessions/talk", title__ja="", title__en="", reading="漢字", description__ja="本文です"
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert ("本文です" in page, "漢字" in page, "in kana" in page) == (True, True, True)
    assert suggestions() == []


def test_more_rows_keep_what_was_typed(fair: Fair) -> None:
    form = fair.opened("greens", "/sessions/talk")
    page = fair.client.post(fair.at("greens", "/sessions/talk"), data={**form, "title-ja": "題", "more": "1"})
    text = page.get_data(as_text=True)
    assert (page.status_code, 'value="題"' in text, "people-3-speaker" in text) == (200, True, True)


def test_two_tabs_of_one_link_nothing_is_overwritten(fair: Fair) -> None:
    first, second = (fair.opened("greens", "/sessions/talk") for _tab in range(2))
    fair.send("greens", "/sessions/talk", first, title__ja="一つ目の題")
    answer = fair.send("greens", "/sessions/talk", second, title__ja="二つ目の題", access__ja="水筒")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert ("一つ目の題" in page, 'value="二つ目の題"' in page, "水筒" in page) == (True, True, True)
    assert suggestions()[0].changes["title"]["wanted"]["ja"] == "一つ目の題"


def test_what_only_the_other_changed_is_taken_over(fair: Fair) -> None:
    """Two organisations in one session: the programme moved under the second one's form."""
    form = fair.opened("blues", "/sessions/shared")
    with transaction():
        fair.session("shared").title = {"ja": "主催者の題", "en": "Round table"}
    answer = fair.send("blues", "/sessions/shared", form, access__ja="水筒")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, 'value="主催者の題"' in page, "水筒" in page) == (409, True, True)
    assert fair.send("blues", "/sessions/shared", typed_in(page)).status_code == 303
    assert set(suggestions()[0].changes) == {"access"}


def test_anothers_session_is_not_theirs_and_what_was_typed_comes_back(fair: Fair) -> None:
    own = fair.opened("greens", "/sessions/talk")
    for rest in ("/sessions/other", "/sessions/none", "/exhibits/organiser"):
        assert fair.client.get(fair.at("greens", rest)).status_code == 404
        answer = fair.send("greens", rest, own, description__ja="書いた文")
        page = answer.get_data(as_text=True)
        assert (answer.status_code, "書いた文" in page, "office@example.jp" in page) == (404, True, True)
    assert suggestions() == []


def test_after_the_deadline_nothing_is_taken_and_nothing_typed_is_lost(fair: Fair) -> None:
    form = fair.opened("greens", "/sessions/talk")
    with frozen(CLOSES):
        answer = fair.send("greens", "/sessions/talk", form, description__ja="遅れた文")
        page = answer.get_data(as_text=True)
        assert (answer.status_code, "遅れた文" in page, "office@example.jp" in page) == (409, True, True)
        assert fair.client.post(fair.at("greens", "/as-it-stands")).status_code == 409
        shown = texts(fair, fair.at("greens", "/sessions/talk"))
        assert ("The time for changes is over" in shown, "<form" in shown) == (True, False)
        assert fair.client.get(fair.at("greens", "/team")).status_code == 200
    assert suggestions() == []


@pytest.mark.parametrize("act", ["ended", "replaced"])
def test_an_ended_link_shows_nothing_and_gives_back_what_was_typed(fair: Fair, act: str) -> None:
    form = fair.opened("greens", "/sessions/talk")
    with transaction():
        if act == "ended":
            end_link(fair.event, fair.partner("greens").id, at=AT, actor=ANONYMOUS)
        else:
            make_link(fair.event, fair.partner("greens").id, key=KEY, at=AT, actor=ANONYMOUS)
    page = fair.client.get(fair.at("greens"))
    assert (page.status_code, "みどりの会" in page.get_data(as_text=True)) == (410, False)
    answer = fair.send("greens", "/sessions/talk", form, description__ja="書いた文")
    text = answer.get_data(as_text=True)
    assert (answer.status_code, "書いた文" in text, "office@example.jp" in text) == (410, True, True)


def test_everything_is_right_as_it_is(fair: Fair) -> None:
    answer = fair.client.post(fair.at("greens", "/as-it-stands"))
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (303, False)
    assert "Thank you. The organiser knows" in texts(fair, f"{answer.location}&lang=en")
    assert fair.partner("greens").as_it_stands_at == AT


def test_what_waits_can_be_taken_back(fair: Fair) -> None:
    fair.suggest("greens", "/sessions/talk", title__ja="別の題")
    assert fair.client.post(fair.at("greens", "/sessions/talk/withdrawal")).status_code == 303
    assert [one.state for one in suggestions()] == [SuggestionState.WITHDRAWN]
    assert fair.client.post(fair.at("greens", "/exhibits/exhibitor/withdrawal")).status_code == 303


def team(fair: Fair, form: dict[str, Any], **more: Any) -> Any:
    return fair.client.post(fair.at("greens", "/team"), data={**form, **more})


def test_a_team_is_registered_changed_and_cancelled_without_a_name_and_takes_no_seat(fair: Fair) -> None:
    form = fair.opened("greens", "/team")
    assert set(form["sessions"]) == {"talk", "shared"}
    assert team(fair, form, **{"with-spectator": "3", "sessions": ["talk", "other"]}).status_code == 303
    (row,) = db.session.scalars(select(Registration)).all()
    assert (row.party_kind, row.contact_name, row.organisation_id) == (
        PartyKind.TEAM, "みどりの会", fair.organisations["greens"].id,
    )  # fmt: skip
    sheet = sheet_of(row.id)
    assert sheet is not None
    assert [one.code for one in sheet.standing] == ["talk"]
    assert places_of(fair.event.id)["talk"].promised == 0
    form = fair.opened("greens", "/team")
    assert team(fair, form, **{"with-spectator": "2", "sessions": ["talk", "shared"]}).status_code == 303
    assert [one.number for one in party_of(row.id)] == [2]
    assert f"/r/{row.link}" in texts(fair, fair.at("greens"))
    assert fair.client.post(fair.at("greens", "/team/cancellation")).status_code == 303
    assert "Register your team" in texts(fair, fair.at("greens"))


def test_a_team_is_taken_until_the_event_ends_whatever_the_deadline(fair: Fair) -> None:
    form = fair.opened("greens", "/team")
    with frozen(CLOSES + timedelta(days=1)):
        assert team(fair, {**form, **fair.opened("greens", "/team")}, **{"with-spectator": "1"}).status_code == 303
    with frozen(NOON + timedelta(days=3)):
        assert "while the event is public" in texts(fair, fair.at("greens", "/team"))
        assert team(fair, form, **{"with-spectator": "3"}).status_code == 409


def test_a_team_of_nobody_or_in_two_windows_gets_a_sentence(fair: Fair) -> None:
    first, second = (fair.opened("greens", "/team") for _tab in range(2))
    assert team(fair, first).status_code in (409, 422)
    assert team(fair, first, **{"with-spectator": "3"}).status_code == 303
    assert team(fair, first, **{"with-spectator": "3"}).status_code in (303, 409)
    answer = team(fair, second, **{"with-spectator": "5"})
    assert (answer.status_code, 'value="5"' in answer.get_data(as_text=True)) == (409, True)
    assert len(db.session.scalars(select(Registration)).all()) == 1


def test_figures_of_its_own_sessions_alone_and_unknown_is_not_zero(fair: Fair, make: Make) -> None:
    place = db.session.scalars(select(Place).filter_by(session_id=fair.session("talk").id)).one()
    with frozen(NOON + timedelta(hours=3)):
        ledger = Ledger(fair.event)
        ledger.tap(place.id, {make.categories(fair.event)["spectator"].id: 3})
        ledger.write()
        page = texts(fair, fair.at("greens", "/figures"))
        assert (">Preliminary<" in page, "Not known" in page, "Other" in page) == (True, True, False)
        assert ">3<" in page.replace(" ", "").replace("\n", "")
        with transaction():
            db.session.add(PlaceClose(place_id=place.id, state=CountingState.COUNTED, closed_at=NOON))
        assert texts(fair, fair.at("greens", "/figures")).count(">Preliminary<") == 1


def test_a_letter_brings_the_link_and_the_outbox_does_not_keep_it(fair: Fair) -> None:
    post = Post()
    worker = Worker(fair.app, compose=compose, transport=post)
    while worker.once():
        pass
    ((message, _sender, _to),) = post.sent
    body = text_of(message)
    assert f"/p/{fair.secrets['greens']}" in body
    assert [name for name in message if name.lower().startswith("x-")] == []
    db.session.expire_all()
    (letter,) = db.session.scalars(select(Letter)).all()
    assert (letter.to_address, fair.secrets["greens"] in (letter.body or ""), "/p/…" in (letter.body or "")) == (
        "greens@example.jp", False, True,
    )  # fmt: skip


def test_sam_gets_nothing(fair: Fair, client: FlaskClient) -> None:
    for rest in ("", "/sessions/talk", "/exhibits/exhibitor", "/team", "/figures"):
        assert client.get(f"/p/none{rest}").status_code == 404
    for rest in ("/begin", "/as-it-stands", "/sessions/talk", "/exhibits/exhibitor", "/team", "/team/cancellation"):
        assert client.post(f"/p/none{rest}").status_code == 404


def test_the_first_page_asks_no_more_for_more_sessions(fair: Fair, make: Make) -> None:
    with noted() as few:
        fair.client.get(fair.at("greens"))
    for number in range(3):
        more = make.session(fair.event, f"more-{number}", starts_at=NOON + timedelta(hours=6 + number))
        takes_part(more, fair.organisations["greens"])
    with noted() as many:
        page = fair.client.get(fair.at("greens"))
    assert (page.status_code, len(many)) == (200, len(few))
