"""Pages of attendance for the staff, their pictures and files."""

import hashlib
from collections.abc import Hashable
from typing import cast

from flask import Blueprint, Response, current_app, g, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from analytics.charts import MEDIA, Format, Gallery, Shape, keep_settings_in
from analytics.charts.easel import easel
from analytics.charts.gallery import KEPT
from analytics.exports.crossed import DIMENSIONS, MEASURES, Asked, crossed
from analytics.exports.differences import correction_table
from analytics.exports.files import csv_file
from analytics.exports.former import former_table
from analytics.exports.pictures import PICTURES, Drawn, picture_of, pictures_of
from analytics.exports.plots import crossed_picture
from analytics.exports.sheets import xlsx_file
from analytics.exports.table import Table
from analytics.exports.tables import NAMES, tables_of
from analytics.exports.words import METHODS, MISSING, period, source_line
from analytics.forms import ReportForm
from analytics.queries import figures_of, original_figures_of
from analytics.queries.crossing import crossing_of
from analytics.queries.editions import standing_number
from analytics.queries.former import former_years
from analytics.report import FORMATS, Report, measure_of, public_report_on, report_on
from analytics.report import Format as Kind
from analytics.rules import Measure, Missing
from analytics.rules.arrivals import STEPS
from analytics.rules.crossing import Dimension
from analytics.rules.figures import Figures
from app.clock import now
from app.db import db
from app.errors import NotFound
from app.programme.models import Event
from app.programme.queries import is_released, staff_event
from app.web.actors import Right
from app.web.guards import requires
from app.web.languages import current_language, html_lang
from app.web.spreadsheets import XLSX

blueprint = Blueprint("attendance", __name__, url_prefix="/console")
SHAPES: tuple[Shape, ...] = ("wide", "narrow", "sheet")
REPORTS_KEPT = 6
PUBLIC_REPORTS_KEPT = 60
PICTURE_SECURITY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A drawing styles itself; it runs nothing and loads nothing."""


@blueprint.get("/events/<slug>/attendance")
@requires(Right.VIEW_FIGURES)
def overview(slug: str) -> str:
    """All figures of an event: the published table first."""
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    figures, original = figures_of(event, at=now()), original_figures_of(event, at=now())
    return render_template(
        "analytics/attendance.html",
        tables=tables_of(figures, minutes=asked_minutes()),
        pictures=pictures_of(figures, minutes=asked_minutes()),
        corrections=correction_table(original, figures) if original else None,
        minutes=asked_minutes(),
        steps=STEPS,
        period=period(figures),
        former=former_table(figures, [one.figures for one in former_years(event.id)], measure_of(event)),
        edits=g.actor.may(Right.EDIT_EVENT, host_id=event.host_id, event_id=event.id),
        report_form=ReportForm(reader="staff", format="pdf", lang=current_language()),
        edition=standing_number(event.id),
        released=is_released(event.id),
        **words_around(event, figures),
    )


@blueprint.get("/events/<slug>/attendance/<name>.<form>")
@requires(Right.VIEW_FIGURES)
def table_file(slug: str, name: str, form: str) -> Response:
    """One table as a file for spreadsheets."""
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    if name not in NAMES:
        raise NotFound
    table = tables_of(figures_of(event, at=now()), minutes=asked_minutes())[name]
    return table_response(table, form, name=f"{event.slug}-{name}")


@blueprint.get("/events/<slug>/attendance/crossed")
@requires(Right.VIEW_FIGURES)
def crossed_page(slug: str) -> str:
    """Two dimensions crossed: ?rows=, ?columns=, ?of= people or visits. The address says all of it."""
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    figures = figures_of(event, at=now())
    asked, table = crossed_as_asked(event, figures)
    return render_template(
        "analytics/crossed.html",
        table=table,
        drawn=crossed_picture(figures, table),
        asked=asked,
        dimensions=DIMENSIONS,
        measures=MEASURES,
        **words_around(event, figures),
    )


@blueprint.get("/events/<slug>/attendance/crossed.<form>")
@requires(Right.VIEW_FIGURES)
def crossed_file(slug: str, form: str) -> Response:
    """The same table for spreadsheets."""
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    figures = figures_of(event, at=now())
    asked, table = crossed_as_asked(event, figures)
    name = f"{event.slug}-{asked.measure.value}-{asked.rows.value}-{asked.columns.value}"
    return table_response(table, form, name=name)


@blueprint.get("/events/<slug>/attendance/crossed/chart.<form>")
@requires(Right.VIEW_FIGURES)
def crossed_chart(slug: str, form: str) -> AnyResponse:
    """The same table as a picture, where there is one."""
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    figures = figures_of(event, at=now())
    asked, table = crossed_as_asked(event, figures)
    drawn = crossed_picture(figures, table)
    of = (asked.measure.value, asked.rows.value, asked.columns.value)
    return picture_file(drawn, (event.id, "crossed", *of), form, name="-".join((event.slug, *of)))


@blueprint.get("/events/<slug>/attendance/charts/<name>.<form>")
@requires(Right.VIEW_FIGURES)
def picture(slug: str, name: str, form: str) -> AnyResponse:
    """One chart; drawn again only when what it shows changed, be it by time alone. `shape=sheet` stands alone, with its
    title, to keep."""
    event = staff_event(slug, g.actor, Right.VIEW_FIGURES)
    if name not in PICTURES:
        raise NotFound
    drawn = picture_of(name, figures_of(event, at=now()), minutes=asked_minutes())
    return picture_file(drawn, (event.id, name, asked_minutes()), form, name=f"{event.slug}-{name}")


@blueprint.get("/events/<slug>/attendance/report")
@requires(Right.VIEW_FIGURES)
def report(slug: str) -> AnyResponse:
    """The whole report as a file, in the language of the answer; made again only when something of it changed. With
    reader=public the public edition; edition= one that is not the newest."""
    event, at = staff_event(slug, g.actor, Right.VIEW_FIGURES), now()
    form, edition = FORMATS.get(request.args.get("format", "pdf")), request.args.get("edition", type=int)
    if form is None:
        raise NotFound
    public = request.args.get("reader") == "public"
    written = (public_report_on if public else report_on)(event, at=at, edition=edition)
    response = Response(report_file(event.id, form, written, public=public), mimetype=form.media)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = PICTURE_SECURITY
    name = report_name(slug, form, public=public)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def picture_file(drawn: Drawn | None, of: tuple[Hashable, ...], form: str, *, name: str) -> AnyResponse:
    """The file of a picture; of: which picture of which event it is. Raises NotFound if there is nothing to draw."""
    if drawn is None or form not in MEDIA:
        raise NotFound
    shape, chart, frame = _shape(), drawn.chart, drawn.frame
    db.session.close()  # drawing takes long, and waits for others
    key, asked = (*of, form, shape, current_language()), cast("Format", form)
    found = _gallery().picture(key, drawn.content, lambda: easel.draw(chart, frame, shape=shape, form=asked))
    response = Response(found.content, mimetype=MEDIA[form])
    response.set_etag(found.tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = PICTURE_SECURITY
    if shape == "sheet":
        response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{form}")
    return response.make_conditional(request)


def table_response(table: Table, form: str, *, name: str) -> Response:
    """One table as a file for spreadsheets: csv or xlsx. Raises NotFound for any other."""
    made = {"csv": ("text/csv", csv_file), "xlsx": (XLSX, xlsx_file)}.get(form)
    if made is None:
        raise NotFound
    media, make = made
    response = Response(make(table), mimetype=media)
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{form}")
    return response


def report_file(event_id: int, kind: Kind, written: Report, *, public: bool) -> bytes:
    """The file of a report, made once as long as nothing of it changes, one at a time."""
    db.session.close()  # drawing takes long, and waits for others
    key = (event_id, kind.ending, written.content)
    return _shelf(public=public).picture(key, None, lambda: kind.make(written)).content


def report_name(slug: str, kind: Kind, *, public: bool) -> str:
    """What the file is called."""
    return f"{slug}-report-{'public-' if public else ''}{current_language()}.{kind.ending}"


@blueprint.get("/measures")
@requires(Right.VIEW_FIGURES)
def measures() -> str:
    """What each figure means, how it is reckoned, and when it is unknown."""
    return render_template("analytics/measures.html", methods=METHODS, unknown=MISSING[Missing.UNKNOWN])


def words_around(event: Event, figures: Figures) -> dict[str, object]:
    """What every page of figures needs besides its tables."""
    return {
        "event": event,
        "figures": figures,
        "as_of": source_line(figures, ""),
        "missing_words": MISSING,
        "picture_language": html_lang(current_language()),
    }


def definitions_address() -> str:
    """Where the measures are defined, as programs outside see it."""
    return f"{current_app.config['BASE_URL']}{url_for('attendance.measures')}"


def _gallery() -> Gallery:
    return _kept_under("pictures")


def _shelf(*, public: bool) -> Gallery:
    """The last few reports, which are larger than pictures. Those that anybody may ask for have a shelf of their own,
    with room for every form and language of some events, so that asking for one after the other makes none anew."""
    return _kept_under("public-reports", PUBLIC_REPORTS_KEPT) if public else _kept_under("reports", REPORTS_KEPT)


def _kept_under(name: str, kept: int = KEPT) -> Gallery:
    """Of this database alone: a process that works for two keeps them apart."""
    settings = current_app.extensions["uketsuke_settings"]
    keep_settings_in(settings.data_dir / "matplotlib")
    of = hashlib.blake2b(settings.database_url.encode(), digest_size=6).hexdigest()
    gallery: Gallery = current_app.extensions.setdefault(f"uketsuke_{name}", Gallery(f"{name}-{of}", kept=kept))
    return gallery


def crossed_as_asked(event: Event, figures: Figures) -> tuple[Asked, Table]:
    """What the address asks for, and the table of it."""
    asked = _asked(figures)
    found = crossing_of(event, figures.facts, rows=asked.rows, columns=asked.columns, measure=asked.measure)
    by_method = None
    if Dimension.METHOD not in (asked.rows, asked.columns):
        by_method = crossing_of(event, figures.facts, rows=asked.rows, columns=Dimension.METHOD, measure=asked.measure)
    return asked, crossed(figures, found, asked, by_method)


def _asked(figures: Figures) -> Asked:
    """What the address asks for; a dimension crossed with itself, or one that is not there, gives the usual table: of
    visits, or of people where only these are known."""
    rows, columns, of = (request.args.get(name, "") for name in ("rows", "columns", "of"))
    names = [one.value for one in Dimension]
    usual = Measure.PEOPLE if isinstance(figures.visits, Missing) else Measure.VISITS
    measure = next((one for one in MEASURES if one.value == of), usual)
    if rows not in names or columns not in names or rows == columns:
        return Asked(measure=measure)
    return Asked(Dimension(rows), Dimension(columns), measure)


def asked_minutes() -> int:
    """The step of time that the address asks for."""
    asked = request.args.get("every", 60, type=int)
    return asked if asked in STEPS else 60


def _shape() -> Shape:
    asked = request.args.get("shape", "wide")
    return next((shape for shape in SHAPES if shape == asked), "wide")
