"""Parts of pages that are made once."""

from flask import Flask

from app.web.languages import speak

PAGE = """
{%- macro line(row, words) %}{% do made.append(row) %}{{ row }} {{ words["many"] }} {{ _("Total") }}{% endmacro -%}
{%- for row in rows %}{{ made_once(line, row, beside=words) }};{% endfor %}"""


def test_a_part_is_made_once_for_what_it_shows(app: Flask) -> None:
    made: list[object] = []
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals["made"] = made
    template = app.jinja_env.from_string(PAGE)
    with app.test_request_context():
        speak("en")
        shown = template.render(rows=["<1>", "2", "<1>"], words={"many": "visits"})
    assert shown == "&lt;1&gt; visits Total;2 visits Total;&lt;1&gt; visits Total;"
    assert made == ["<1>", "2"]


def test_it_is_made_for_each_language(app: Flask) -> None:
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals["made"] = []
    template = app.jinja_env.from_string(PAGE)
    with app.test_request_context():
        speak("en")
        english = template.render(rows=["2"], words={"many": "-"})
        speak("ja")
        japanese = template.render(rows=["2"], words={"many": "-"})
    assert (english, japanese) == ("2 - Total;", "2 - 合計;")
