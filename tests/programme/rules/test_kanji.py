"""Old and new forms of a kanji are one in every search; what was stored before is written anew."""

import json
from importlib import import_module
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from app.db import db, transaction
from app.migrations import migration_engine
from app.programme.rules import kanji
from app.programme.rules.search import holds_all
from tests.make import Make

TABLE = json.loads(Path(kanji.__file__).with_name("kanji.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("written", "sought"), [("横浜国際会議場", "横濱 國際會議"), ("髙橋澤邉", "高橋沢辺"), ("氷川", "氷川")]
)
def test_a_search_finds_old_forms_by_new_ones_and_the_other_way_round(written: str, sought: str) -> None:
    assert holds_all(written, sought)


def test_no_form_stands_twice_and_none_leads_on_to_another() -> None:
    old = [one for others in TABLE.values() for one in others]
    assert len(old) == len(set(old)) == len(kanji.NEW_FORMS)
    assert not set(old) & set(TABLE)
    assert {len(one) for one in TABLE} == {1}


def test_what_searches_looked_through_before_is_written_anew(make: Make, database_url: str) -> None:
    event = make.event()
    old, plain = make.registration(event), make.registration(event)
    with transaction():
        old.sought_as, plain.sought_as = "澁澤栄壹\nしぶさわ", "見本"
    db.session.close()
    engine = migration_engine(database_url)
    with engine.connect() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            import_module("app.migrations.versions.0014_old_and_new_kanji").upgrade()
        found = connection.execute(text("SELECT sought_as FROM registration ORDER BY id")).scalars().all()
    engine.dispose()
    assert found == ["渋沢栄壱\nしぶさわ", "見本"]
