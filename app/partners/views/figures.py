"""How many came to a partner's own sessions."""

from flask import render_template
from werkzeug.wrappers import Response

from analytics.rules import Missing
from app.partners.queries import counted_sessions
from app.partners.views.visiting import blueprint, frame, visit_at
from app.partners.views.words import METHODS, MISSING
from app.web.guards import public
from registrations.views.tickets import private


@blueprint.get("/figures")
@public
def figures(secret: str) -> Response:
    """Visits to each of its sessions and how they were counted; what nobody counted is not zero."""
    visit = visit_at(secret)
    rows = [
        {
            "session": one.session,
            "number": one.figures.visits if isinstance(one.figures.visits, int) else None,
            "missing": MISSING[one.figures.visits] if isinstance(one.figures.visits, Missing) else None,
            "partly": one.figures.partly,
            "methods": [METHODS[method] for method in one.methods],
            "final": one.final,
        }
        for one in counted_sessions(visit)
    ]
    return private(render_template("partners/figures.html", **frame(visit), rows=rows))
