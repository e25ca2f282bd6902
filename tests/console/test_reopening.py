"""A word on what doors listed is taken back where it changed no figure; elsewhere a correction is further lines."""

from flask import Flask

from app.audit import AuditEntry
from app.db import db
from checkin.models import Conflict, Entry
from tests.console.conftest import Cast
from tests.console.test_conflicts import LATER, PAGE, Stage, double
from tests.console.test_gates import post
from tests.make import Make


def reopened(stage: Stage, conflict: Conflict) -> bool:
    """Whether it is open after Olga asked for it."""
    assert post(stage.olga, f"{PAGE}/{conflict.uuid}/reopening").status_code == 303
    return conflict.uuid in [one.uuid for one in stage.open_ones()]


def test_who_may_open_again(app: Flask, make: Make, cast: Cast) -> None:
    stage = Stage(app, make, cast)
    double(stage)
    (conflict,) = stage.open_ones()
    path = f"{PAGE}/{conflict.uuid}/reopening"
    assert cast.stranger.post(path).status_code == 401
    assert [post(one, path).status_code for one in (cast.dora, cast.victor, cast.sam)] == [403, 403, 404]
    assert post(cast.sam, f"/console/events/other/conflicts/{conflict.uuid}/reopening").status_code == 404


def test_what_changed_no_figure_is_open_again_and_can_be_settled_otherwise(app: Flask, make: Make, cast: Cast) -> None:
    stage = Stage(app, make, cast)
    double(stage)
    (conflict,) = stage.open_ones()
    lines = stage.door.count(Entry)
    assert stage.settle("dismiss") == "left_out"
    assert "Open again" in stage.page("&state=settled")
    assert (reopened(stage, conflict), stage.door.count(Entry), stage.figures()[0]) == (True, lines, 1)
    assert "conflict.reopen" in db.session.scalars(db.select(AuditEntry.verb)).all()
    assert stage.settle("accept", at=LATER) == "counted"
    assert stage.figures()[0] == 2


def test_what_changed_figures_stays_settled_and_leads_to_corrections(app: Flask, make: Make, cast: Cast) -> None:
    stage = Stage(app, make, cast)
    double(stage)
    (conflict,) = stage.open_ones()
    assert stage.settle("accept") == "counted"
    shown = stage.page("&state=settled")
    assert ("Open again" in shown, "/console/events/fair/corrections" in shown) == (False, True)
    assert (reopened(stage, conflict), stage.figures()[0]) == (False, 2)
