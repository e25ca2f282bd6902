"""What people consent to: a changed text is a new version, the same is none, and only who edits the event writes."""

from app.db import db
from app.programme.models import PrivacyNotice
from tests.console.conftest import Cast
from tests.console.editing import post
from tests.registrations.views.forms import errors_on

PAGE = "/console/events/fair/registration/notices"


def kept() -> list[tuple[str, int, str]]:
    db.session.rollback()
    rows = db.session.scalars(db.select(PrivacyNotice).where(PrivacyNotice.event_id == 1).order_by(PrivacyNotice.id))
    return [(one.kind, one.number, one.text.get("ja", "")) for one in rows]


def test_a_changed_text_is_a_new_version_and_the_same_is_none(cast: Cast) -> None:
    first = kept()
    for text in ("新しい文", "新しい文"):
        assert post(cast.olga, f"{PAGE}/privacy", {"privacy-text-ja": text}).status_code == 303
    assert post(cast.olga, f"{PAGE}/photo", {"photo-text-ja": "写真"}).status_code == 303
    assert kept() == [*first, ("privacy", 2, "新しい文"), ("photo", 1, "写真")]
    assert "新しい文" in cast.olga.get(PAGE).get_data(as_text=True)


def test_an_empty_text_is_refused(cast: Cast) -> None:
    page = post(cast.olga, f"{PAGE}/photo?lang=en", {"photo-text-en": "Only English"})
    assert (page.status_code, errors_on(page)) == (422, ["Write the text."])
    assert "Only English" in page.get_data(as_text=True)


def test_only_who_edits_the_event_writes(cast: Cast) -> None:
    assert cast.statuses(PAGE) == {
        "owner": 200, "olga": 200, "dora": 403, "victor": 403, "sam": 404, "stranger": 302,
    }  # fmt: skip
    before = kept()
    for who, status in ((cast.dora, 403), (cast.sam, 404)):
        assert post(who, f"{PAGE}/privacy", {"privacy-text-ja": "x"}).status_code == status
    assert kept() == before
