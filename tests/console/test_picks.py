"""Organisations that the host knows are found by name or reading and chosen, without a second row; others' never."""

import pytest
from flask import Flask

from app.db import db, transaction
from app.programme.models import Event, Organisation, Participation
from app.programme.rules import OrganisationKind, ParticipationRole
from tests.console.conftest import Cast
from tests.console.editing import BASE, one, post, text
from tests.console.test_pages import counted_queries
from tests.make import both

PICK = f"{BASE}/known-organisations"


def known(host_id: int, code: str, name: str, reading: str) -> None:
    with transaction():
        db.session.add(
            Organisation(host_id=host_id, code=code, name=both(name), reading=reading, kind=OrganisationKind.SCHOOL)
        )


@pytest.fixture
def organisations(cast: Cast) -> None:
    known(cast.event.host_id, "minato", "みなと小学校", "みなとしょうがっこう")
    known(cast.event.host_id, "hikari", "光の会", "ひかりのかい")
    known(one(Event, slug="other").host_id, "theirs", "よその会", "よそのかい")


def test_only_who_may_edit_the_event_chooses(cast: Cast, organisations: None) -> None:
    expected = {"owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302}
    assert cast.statuses(PICK) == expected
    assert post(cast.sam, PICK, organisation="minato", role="exhibitor").status_code == 404
    assert db.session.scalars(db.select(Participation)).all() == []


@pytest.mark.parametrize("words", ["ヒカリ", "ひかり", "光", "ﾋｶﾘ のかい"])
def test_it_is_found_by_name_or_reading_in_any_kana(cast: Cast, organisations: None, words: str) -> None:
    page = text(cast.olga.get(PICK, query_string={"q": words, "lang": "en"}))
    assert ('value="hikari"' in page, 'value="minato"' in page, "1 organisation" in page) == (True, False, True)


def test_another_hosts_are_neither_found_nor_taken(cast: Cast, organisations: None) -> None:
    assert 'value="theirs"' not in text(cast.olga.get(PICK))
    assert post(cast.olga, PICK, organisation="theirs", role="exhibitor").status_code == 422
    assert db.session.scalars(db.select(Participation)).all() == []


def test_the_chosen_one_has_its_role_and_is_offered_no_more(cast: Cast, organisations: None) -> None:
    response = post(cast.olga, f"{PICK}?q=ひかり", organisation="hikari", role="exhibitor")
    assert (response.status_code, response.location) == (303, f"{BASE}/organisations")
    part = one(Participation, event_id=cast.event.id)
    assert (part.organisation_id, part.role) == (one(Organisation, code="hikari").id, ParticipationRole.EXHIBITOR)
    assert len(db.session.scalars(db.select(Organisation.id)).all()) == 3
    assert 'value="hikari"' not in text(cast.olga.get(PICK))


def test_what_was_not_chosen_is_asked_for_and_the_rest_kept(cast: Cast, organisations: None) -> None:
    response = post(cast.olga, f"{PICK}?q=ひかり&lang=en", role="exhibitor")
    page = text(response)
    assert (response.status_code, "Choose an organisation." in page) == (422, True)
    assert ('<option selected value="exhibitor">' in page, 'value="ひかり"' in page) == (True, True)
    strange = post(cast.olga, f"{PICK}?lang=en", organisation="hikari", role="king")
    assert (strange.status_code, "Choose a role." in text(strange)) == (422, True)


def test_more_organisations_ask_no_more_queries_and_the_page_stays_short(app: Flask, cast: Cast) -> None:
    counts = []
    for first in (0, 1, 30):
        known(cast.event.host_id, f"o-{first}", "会", "かい")
        with counted_queries(app) as sent:
            cast.olga.get(PICK)
        counts.append(len(sent))
        for number in range(first and 25):
            known(cast.event.host_id, f"o-{first}-{number}", "会", "かい")
    assert counts == [counts[0]] * 3
    page = text(cast.olga.get(f"{PICK}?lang=en"))
    assert (page.count('type="radio"'), "The first 20 are shown" in page) == (20, True)
