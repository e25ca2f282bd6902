"""The organiser invites partner organisations, sees how far each has come, and answers what they suggest."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account
from app.clock import frozen
from app.db import db, transaction
from app.outbox.models import Letter
from app.outbox.worker import Worker
from app.programme.models import Appearance, Participation, Partner, Speaker, Suggestion
from app.programme.operations.partners import remind
from app.programme.operations.telling import SUGGESTED
from app.programme.queries.partners import own_roles, partners_of, secret_for
from app.programme.rules import EventStatus
from app.programme.rules.partners import PartnerState, SuggestionState
from app.web.actors import ANONYMOUS, Role
from checkin.operations.deleting import delete_draft
from registrations.letters import compose
from registrations.models import Registration
from tests.console.conftest import Cast
from tests.console.editing import changed, opened, post, text
from tests.make import Make
from tests.outbox.test_worker import Post
from tests.partners.conftest import AT, CLOSES, KEY, Fair, a_month_before, fair, invited, organisation, takes_part
from tests.registrations.test_letters import text_of
from tests.statements import noted

__all__ = ["a_month_before", "fair"]
BASE = "/console/events/fair/partners"


def letters(kind: str) -> list[Letter]:
    db.session.expire_all()
    return list(db.session.scalars(select(Letter).filter_by(kind=kind).order_by(Letter.id)))


def waiting(fair: Fair, **typed: Any) -> str:
    """The address of a suggestion about the talk."""
    assert fair.suggest("greens", "/sessions/talk", **typed).status_code == 303
    found = db.session.scalars(select(Suggestion).filter_by(state="waiting").order_by(Suggestion.id.desc())).first()
    assert found is not None
    return f"{BASE}/suggestions/{found.uuid}"


def newest() -> Suggestion:
    db.session.expire_all()
    found = db.session.scalars(select(Suggestion).order_by(Suggestion.id.desc())).first()
    assert found is not None
    return found


def sent(app: Flask) -> list[str]:
    """The words of every letter that is due."""
    transport = Post()
    worker = Worker(app, compose=compose, transport=transport)
    while worker.once():
        pass
    return [text_of(message) for message, _sender, _to in transport.sent]


def test_strangers_see_nothing(cast: Cast) -> None:
    for path in (BASE, f"{BASE}/new"):
        assert cast.statuses(path) == {
            "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302,
        }  # fmt: skip


def test_an_organisation_is_invited_by_letter_and_its_link_can_be_copied(fair: Fair) -> None:
    organisation(fair.event, "reds", "あかの会")
    answer = changed(fair.olga, f"{BASE}/new", organisation="reds", contact_email="ＲＥＤＳ@example.jp",
                     language="en", closes_at="2026-09-19T17:00")  # fmt: skip
    assert answer.status_code == 303
    partner = db.session.scalars(select(Partner).order_by(Partner.id.desc())).first()
    assert partner is not None
    secret = secret_for(partner.id, key=KEY)
    assert partner.contact_email == "reds@example.jp"
    assert f"/p/{secret}" in text(fair.olga.get(answer.location))
    assert any(f"/p/{secret}" in words for words in sent(fair.app))
    again = changed(fair.olga, f"{BASE}/new", organisation="reds", language="en", closes_at="2026-09-19T17:00")
    assert again.status_code == 422


def test_the_list_says_how_far_each_has_come_and_asks_no_more_for_more_of_them(fair: Fair) -> None:
    fair.suggest("greens", "/sessions/talk", title__ja="題")
    states = {line.organisation.code: line.state for line in partners_of(fair.event)}
    assert states == {"greens": PartnerState.SUGGESTED, "blues": PartnerState.OPENED}
    with noted() as few:
        fair.olga.get(BASE)
    for number in range(3):
        invited(fair.event, organisation(fair.event, f"more-{number}", f"団体{number}"))
    with noted() as many:
        page = fair.olga.get(BASE)
    assert (page.status_code, len(many)) == (200, len(few))
    assert "1 suggestion waits for you" in text(fair.olga.get("/console/events/fair/programme/?lang=en"))


def test_only_those_from_whom_nothing_came_are_reminded_once_a_day(fair: Fair) -> None:
    reds = organisation(fair.event, "reds", "あかの会")
    invited(fair.event, reds, email="reds@example.jp")
    fair.suggest("greens", "/sessions/talk", title__ja="題")
    for _twice in range(2):
        assert post(fair.olga, f"{BASE}/reminders").status_code == 303
    assert [one.to_address for one in letters("partner_reminded")] == ["reds@example.jp"]
    for at, number in ((AT + timedelta(days=1), 2), (CLOSES, 2)):
        with transaction():
            remind(fair.event, at=at, actor=ANONYMOUS)
        assert len(letters("partner_reminded")) == number


def test_a_reminder_that_is_not_true_any_more_is_not_sent(fair: Fair) -> None:
    post(fair.olga, f"{BASE}/reminders")
    fair.suggest("greens", "/sessions/talk", title__ja="題")
    assert [one.kind for one in letters("partner_reminded")] == ["partner_reminded"]
    assert not [words for words in sent(fair.app) if "Nothing has come from you" in words]


def test_an_address_that_is_given_up_is_forgotten_with_that_of_the_team(fair: Fair) -> None:
    form = fair.opened("greens", "/team")
    fair.client.post(fair.at("greens", "/team"), data={**form, "with-spectator": "2"})
    sent(fair.app)
    assert changed(fair.olga, f"{BASE}/organisations/greens", contact_email="").status_code == 303
    found = [(one.to_address, one.body) for kind in ("partner_invited", "confirmed") for one in letters(kind)]
    assert found == [("", None), ("", None)]
    assert db.session.scalars(select(Registration.contact_email)).all() == [None]


def test_an_invitation_whose_time_is_over_is_refused(fair: Fair) -> None:
    organisation(fair.event, "reds", "あかの会")
    answer = changed(fair.olga, f"{BASE}/new", organisation="reds", language="en", closes_at="2026-08-01T17:00")
    assert (answer.status_code, "これからの日時を" in text(answer)) == (422, True)


@pytest.mark.parametrize(("act", "standing"), [("link", True), ("link/ending", False)])
def test_a_link_is_replaced_or_ended(fair: Fair, act: str, standing: bool) -> None:
    assert post(fair.olga, f"{BASE}/organisations/greens/{act}").status_code == 303
    assert fair.client.get(fair.at("greens")).status_code == 410
    assert (secret_for(fair.partner("greens").id, key=KEY) is not None) == standing


def test_the_organiser_is_told_once_an_hour_what_waits_and_nothing_about_people(fair: Fair) -> None:
    waiting(fair, title__ja="新しい題", **{"people-0-name_ja": "架空 花子"}, needs="マイク")
    fair.suggest("greens", "/sessions/shared", title__ja="新しい座談会")
    fair.suggest("greens", "/sessions/talk", title__ja="もっと新しい題")
    assert [one.to_address for one in letters(SUGGESTED)] == ["olga@example.jp"]
    assert [one.facts.keys() for one in letters(SUGGESTED)] == [{"partner"}]
    assert not any(BASE in words for words in sent(fair.app))
    with frozen(AT + timedelta(hours=1)):
        (told,) = sent(fair.app)
        assert ("みどりの会" in told, "・講演" in told, "・座談会" in told, BASE in told) == (True,) * 4
        assert not any(
            words in told for words in ("花子", "マイク", "新しい", "greens@example.jp", fair.secrets["greens"])
        )
        fair.suggest("greens", "/exhibits/exhibitor", exhibits__ja="書道展")
        assert (len(letters(SUGGESTED)), sent(fair.app)) == (2, [])
    with frozen(AT + timedelta(hours=2)):
        assert ["・みどりの会" in words for words in sent(fair.app)] == [True]


def test_a_letter_about_what_does_not_wait_any_more_or_to_who_left_is_not_sent(fair: Fair) -> None:
    page = waiting(fair, title__ja="新しい題")
    assert changed(fair.olga, page, words="ありがとう", do="yes").status_code == 303
    with frozen(AT + timedelta(hours=1)):
        assert [words for words in sent(fair.app) if BASE in words] == []
        waiting(fair, title__ja="もっと新しい題")
    with transaction():
        db.session.execute(db.update(Account).values(disabled_at=AT))
    with frozen(AT + timedelta(hours=2)):
        assert (len(letters(SUGGESTED)), sent(fair.app)) == (2, [])


def test_everything_is_taken_over_into_the_draft_and_the_partner_is_told(fair: Fair) -> None:
    page = waiting(fair, title__ja="新しい題", **{"people-0-name_ja": "架空 花子"}, needs="マイク")
    shown = text(fair.olga.get(page))
    assert ("新しい題" in shown, "講演" in shown, "架空 花子" in shown, "マイク" in shown) == (True,) * 4
    assert changed(fair.olga, page, words="ありがとう", do="yes").status_code == 303
    assert fair.session("talk").title == {"ja": "新しい題", "en": "Talk"}
    assert db.session.scalars(select(Speaker.name)).all() == [{"ja": "架空 花子"}]
    assert len(db.session.scalars(select(Appearance)).all()) == 1
    assert (newest().state, newest().taken) == (SuggestionState.ACCEPTED, ["title", "people"])
    assert any("accepted what you suggested" in words and "ありがとう" in words for words in sent(fair.app))
    assert "ありがとう" in text(fair.client.get(fair.at("greens")))
    public = text(fair.client.get("/events/fair/sessions/talk"))
    assert ("講演" in public, "新しい題" in public) == (True, False)
    assert changed(fair.olga, "/console/events/fair/releases").status_code in (303, 422)


def test_parts_are_taken_over_and_the_letter_says_which(fair: Fair) -> None:
    page = waiting(fair, title__ja="新しい題", access__ja="水筒")
    assert changed(fair.olga, page, fields=["access"], do="yes").status_code == 303
    assert (fair.session("talk").title["ja"], fair.session("talk").access) == ("講演", {"ja": "水筒"})
    assert newest().state is SuggestionState.PARTLY
    (words,) = [words for words in sent(fair.app) if "accepted what" in words]
    assert ("Accepted: Access" in words, "Not accepted: Title" in words) == (True, True)


def test_sent_back_with_words_and_never_without(fair: Fair) -> None:
    page = waiting(fair, title__ja="新しい題")
    assert changed(fair.olga, page, do="back", words="").status_code == 422
    assert changed(fair.olga, page, do="back", words="短くしてください").status_code == 303
    assert (fair.session("talk").title["ja"], newest().state) == ("講演", SuggestionState.RETURNED)
    assert any("could not accept" in words and "短くしてください" in words for words in sent(fair.app))
    assert "Sent back to you" in text(fair.client.get(fair.at("greens")))
    answer = changed(fair.olga, page, do="yes")
    assert (answer.status_code, fair.session("talk").title["ja"]) == (303, "講演")


def test_two_organisations_suggest_for_one_session_at_once_and_each_is_answered(fair: Fair) -> None:
    opened_by_both = {code: fair.opened(code, "/sessions/shared") for code in ("greens", "blues")}
    for code, form in opened_by_both.items():
        assert fair.send(code, "/sessions/shared", form, title__ja=f"{code}の題").status_code == 303
    greens, blues = (f"{BASE}/suggestions/{one.uuid}" for one in db.session.scalars(select(Suggestion)))
    assert changed(fair.olga, greens, do="yes").status_code == 303
    shown = text(fair.olga.get(blues))
    assert ("greensの題" in shown, "bluesの題" in shown, "座談会" in shown) == (True, True, True)
    assert changed(fair.olga, blues, do="back", words="みどりの会の題になりました").status_code == 303
    assert fair.session("shared").title["ja"] == "greensの題"
    assert "みどりの会の題になりました" in text(fair.client.get(fair.at("blues")))


def test_nothing_ticked_is_no_answer(fair: Fair) -> None:
    assert changed(fair.olga, waiting(fair, title__ja="題"), fields=[], do="yes").status_code == 422


def test_words_alone_can_be_answered(fair: Fair) -> None:
    page = waiting(fair, wish="午後がいい")
    assert changed(fair.olga, page, words="午後にします", do="yes").status_code == 303
    assert newest().state is SuggestionState.ACCEPTED


def test_exhibits_are_taken_over(fair: Fair) -> None:
    fair.suggest("greens", "/exhibits/exhibitor", exhibits__ja="写真展\n苗")
    assert changed(fair.olga, f"{BASE}/suggestions/{newest().uuid}", do="yes").status_code == 303
    assert "苗" in text(fair.olga.get(f"{BASE}/suggestions/{newest().uuid}"))
    assert own_roles(fair.event.id, fair.organisations["greens"].id)[0].exhibits == [{"ja": "写真展"}, {"ja": "苗"}]


def test_what_is_about_something_that_is_gone_can_only_go_back(fair: Fair) -> None:
    fair.suggest("greens", "/exhibits/exhibitor", exhibits__ja="写真展\n苗")
    with transaction():
        db.session.execute(db.delete(Participation))
    page = f"{BASE}/suggestions/{newest().uuid}"
    assert changed(fair.olga, page, do="back", words="出展の登録を外しました").status_code == 303
    assert newest().state is SuggestionState.RETURNED
    assert fair.olga.get(page).status_code == 200


def test_what_the_organiser_changed_elsewhere_meanwhile_stays(fair: Fair) -> None:
    page = waiting(fair, title__ja="新しい題")
    assert changed(fair.olga, "/console/events/fair/programme/sessions/talk", capacity="40").status_code == 303
    assert changed(fair.olga, page, do="yes").status_code == 303
    assert (fair.session("talk").title["ja"], fair.session("talk").capacity) == ("新しい題", 40)


@pytest.mark.parametrize("who", ["organiser", "partner"])
def test_what_moved_while_the_page_was_open_is_shown_before_anything_is_written(fair: Fair, who: str) -> None:
    page = waiting(fair, title__ja="新しい題", access__ja="水筒")
    form = opened(fair.olga, page)
    if who == "organiser":
        changed(fair.olga, "/console/events/fair/programme/sessions/talk", **{"title-ja": "主催者の題"})
    else:
        fair.suggest("greens", "/sessions/talk", title__ja="もっと新しい題")
    answer = post(fair.olga, page, form, words="はい", do="yes")
    shown = text(answer)
    assert (answer.status_code, "はい" in shown) == (409, True)
    assert re.findall(r'value="(\w+)" checked', shown) == ["access"]
    assert fair.session("talk").access == {}
    assert newest().state is SuggestionState.WAITING


def test_another_hosts_suggestion_is_not_there(fair: Fair, make: Make) -> None:
    page = waiting(fair, title__ja="題")
    other = make.event("other", host=make.host("elsewhere"))
    sam = make.signed_in(make.account("Sam", Role.OWNER, other))
    assert [sam.get(one).status_code for one in (page, f"{BASE}/organisations/greens")] == [404, 404]
    stray = make.event("second")
    owner = make.signed_in(make.account("Owner", Role.OWNER, host=None))
    address = page.replace("/fair/", f"/{stray.slug}/")
    assert owner.get(address).status_code == 404


def test_a_draft_with_partners_can_be_deleted(fair: Fair, make: Make) -> None:
    draft = make.event("draft", status=EventStatus.DRAFT)
    session = make.session(draft, "one")
    npo = organisation(draft, "npo", "団体")
    takes_part(session, npo)
    invited(draft, npo)
    with transaction():
        delete_draft(draft, at=AT, actor=ANONYMOUS)
    assert db.session.scalars(select(Partner).filter_by(event_id=draft.id)).all() == []
