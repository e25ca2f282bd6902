"""Every POST of the console's rooms registrations and programme as a row: where it goes, whose form it is, what rubbish
is answered with."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask

from app.web.guards import guard_of

EVENT = "/console/events/fair"
LIST, PROGRAMME, PERSON = f"{EVENT}/registrations", f"{EVENT}/programme", f"{EVENT}/registrations/{{person}}"
ROOMS = ("registrations", "questions", "registration", "applications", "programme", "partners")
PARTNER = f"{EVENT}/partners/organisations/npo"
NOBODY = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Post:
    """`path`: with names of what stands there in braces. `form`: the page that has its form, if it is one; then rubbish
    typed into it gives a sentence and what was typed. `answers`: what rubbish without a form may be answered with."""

    path: str
    form: str | None = None
    answers: frozenset[int] = frozenset({303, 409, 422})

    def at(self, names: Mapping[str, str]) -> str:
        """Where it is sent to, in English."""
        address = self.path.format(**names)
        return f"{address}{'&' if '?' in address else '?'}lang=en"

    def page(self, names: Mapping[str, str]) -> str:
        """Where its form is."""
        assert self.form is not None
        return self.form.format(**names)


def _same(path: str) -> Post:
    """A form that is sent to its own address."""
    return Post(path, path)


GONE = frozenset({404})
POSTS = {
    "applications.decide": Post(f"{EVENT}/applications/lots/decisions"),
    "applications.hold_draw": Post(f"{EVENT}/applications/lots/draw"),
    "programme.add": Post(f"{PROGRAMME}/categories", f"{PROGRAMME}/new/categories"),
    "programme.add of a venue": Post(f"{PROGRAMME}/venues", f"{PROGRAMME}/new/venues"),
    "programme.add of a speaker": Post(f"{PROGRAMME}/speakers", f"{PROGRAMME}/new/speakers"),
    "programme.add of an organisation": Post(f"{PROGRAMME}/organisations", f"{PROGRAMME}/new/organisations"),
    "programme.add of a room": Post(f"{PROGRAMME}/venues/{{venue}}/rooms", f"{PROGRAMME}/new/venues/{{venue}}/rooms"),
    "programme.change": _same(f"{PROGRAMME}/categories/student"),
    "programme.change of a venue": _same(f"{PROGRAMME}/venues/{{venue}}"),
    "programme.remove": Post(f"{PROGRAMME}/categories/student/removal"),
    "programme.save_facts": _same(f"{PROGRAMME}/event"),
    "programme.share_venue": Post(f"{PROGRAMME}/shared-venues", answers=GONE),
    "programme.add_event": Post("/console/events/new", "/console/events/new"),
    "programme_files.read": Post(f"{PROGRAMME}/files", answers=frozenset({422})),
    "programme_files.carry_out": Post(f"{PROGRAMME}/files/{NOBODY}/yes", answers=GONE),
    "programme_files.stop": Post(f"{PROGRAMME}/files/{NOBODY}/stop", answers=GONE),
    "copies.make": _same(f"{PROGRAMME}/copy"),
    "endings.end": Post(f"{PROGRAMME}/end"),
    "picks.take": Post(f"{PROGRAMME}/known-organisations"),
    "sessions.add": Post(f"{PROGRAMME}/sessions", f"{PROGRAMME}/new-session"),
    "sessions.change": _same(f"{PROGRAMME}/sessions/talk"),
    "sessions.remove": Post(f"{PROGRAMME}/sessions/talk/removal"),
    "sessions.set_status": Post(f"{PROGRAMME}/sessions/talk/status"),
    "board.move": Post(f"{PROGRAMME}/sessions/talk/position"),
    "series.make_repeats": _same(f"{PROGRAMME}/sessions/talk/repeats"),
    "series.make_slots": _same(f"{PROGRAMME}/slots"),
    "questions.add": _same(f"{EVENT}/questions/new?kind=choice"),
    "questions.change": _same(f"{EVENT}/questions/{{question}}"),
    "questions.move": Post(f"{EVENT}/questions/{{question}}/place"),
    "questions.retire": Post(f"{EVENT}/questions/{{question}}/retirement"),
    "notices.add": Post(f"{EVENT}/registration/notices/photo"),
    "terms.change": _same(f"{EVENT}/registration/settings"),
    "one_registration.make_change": _same(f"{PERSON}/change"),
    "one_registration.make_block": Post(f"{PERSON}/block"),
    "one_registration.undo_block": Post(f"{PERSON}/unblock"),
    "one_registration.write_again": Post(f"{PERSON}/letter"),
    "one_registration.drop": Post(f"{PERSON}/people/{NOBODY}/drop", answers=GONE),
    "staff_answers.save": _same(f"{PERSON}/answers"),
    "staff_names.save": _same(f"{PERSON}/names"),
    "staff_names.tickets": Post(f"{PERSON}/names/tickets"),
    "staff_names.add": Post(f"{PERSON}/names/more"),
    "decisions.decide": Post(f"{PERSON}/decisions/talk"),
    "acts.ask": Post(f"{LIST}/acts"),
    "acts.ask_doubles": Post(f"{LIST}/acts/doubles"),
    "acts.carry_out": Post(f"{LIST}/acts/{NOBODY}/yes", answers=GONE),
    "acts.undo": Post(f"{LIST}/acts/{NOBODY}/undo", answers=GONE),
    "files.begin": Post(f"{LIST}/files", answers=frozenset({303, 404, 422})),
    "files.take": Post(f"{LIST}/files/{NOBODY}/content", answers=GONE),
    "imports.read": Post(f"{LIST}/imports", answers=frozenset({422})),
    "imports.carry_out": Post(f"{LIST}/imports/{NOBODY}/yes", answers=GONE),
    "imports.stop": Post(f"{LIST}/imports/{NOBODY}/stop", answers=GONE),
    "partner_list.add": _same(f"{EVENT}/partners/new"),
    "partner_list.remind_all": Post(f"{EVENT}/partners/reminders"),
    "partner_list.change": _same(PARTNER),
    "partner_list.renew": Post(f"{PARTNER}/link"),
    "partner_list.end": Post(f"{PARTNER}/link/ending"),
    "partner_list.write_again": Post(f"{PARTNER}/letter"),
    "suggestions.answer": _same(f"{EVENT}/partners/suggestions/{{suggestion}}"),
    "desk.take": _same(f"{LIST}/new"),
    "desk.take of a team": _same(f"{LIST}/new?kind=team"),
}
"""A further row of one route says of what after its name."""


def routes(app: Flask) -> set[str]:
    """The endpoints of these rooms that staff write to."""
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return {
        rule.endpoint
        for rule in rules
        if rule.rule.startswith("/console/events/")
        and (rule.rule.split("/")[4:5] or ["programme"])[0] in ROOMS
        and str(guard_of(app, rule.endpoint)).startswith("staff")
    }
