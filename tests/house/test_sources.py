"""Manners of the source that no linter knows: who commits, how long a file is, what templates may hold, who logs."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "registrations", "checkin", "analytics")
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
SCRIPTS = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.js"))
           if not path.is_relative_to(ROOT / "app" / "static" / "dist")]  # fmt: skip
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
BANNED = re.compile(r"(?:^|_)(?:utils?|helpers?|manager|services?|handlers?|common|core)(?:_|$)")
LONGEST = 300


def told(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_commit_stands_in_one_place() -> None:
    committing = [told(path) for path in SOURCES if re.search(r"\.commit\(", path.read_text())]
    assert committing == ["app/db.py", "app/migrations/__init__.py"]


def test_files_are_short() -> None:
    """Migrations are history and may be long; what is built for browsers is nobody's hand."""
    lengths = {told(path): len(path.read_text().splitlines()) for path in [*SOURCES, *SCRIPTS]}
    long = {name: n for name, n in lengths.items() if n > LONGEST and not name.startswith("app/migrations/versions/")}
    assert long == {}


def test_modules_are_named_by_what_they_are() -> None:
    assert [told(path) for path in [*SOURCES, *TESTS] if BANNED.search(path.stem)] == []


def test_every_module_opens_with_its_promise() -> None:
    assert [
        told(path) for path in [*SOURCES, *TESTS] if path.read_text() and not path.read_text().startswith('"""')
    ] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=told)
def test_templates_hold_no_inline_code_or_style(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    letter = path.parent.name == "letters"
    assert letter or re.findall("<style", text) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=\s*[\"']|javascript:", text) == []
    assert letter or re.findall(r"\sstyle\s*=", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=told)
def test_templates_take_markup_away_together_with_readings(path: Path) -> None:
    """Jinja's own filter makes 申込（もうしこみ） of a ruby; `plain` makes 申込."""
    assert "striptags" not in path.read_text()


@pytest.mark.parametrize("path", TEMPLATES, ids=told)
def test_templates_switch_off_no_escaping(path: Path) -> None:
    assert re.findall(r"\|\s*safe\b|autoescape\s+false", path.read_text()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=told)
def test_forms_that_staff_send_carry_a_secret(path: Path) -> None:
    """Every form that posts with a cookie has the CSRF input; public forms carry a key of their own."""
    text = path.read_text()
    if path.parent.name not in ("console", "accounts"):
        return
    for form in re.findall(r'<form[^>]*method="post".*?</form>', text, flags=re.DOTALL):
        assert "csrf()" in form


def test_time_is_asked_in_one_place() -> None:
    """Everything else is given the moment, or asks app.clock."""
    asking = [told(path) for path in SOURCES if re.search(r"datetime\.now\(|date\.today\(|utcnow\(", path.read_text())]
    assert asking == ["app/clock.py", "app/tls.py"]


def test_relationships_never_load_by_themselves() -> None:
    lazy = [told(path) for path in SOURCES for found in re.findall(r"relationship\([^)]*\)", path.read_text())
            if 'lazy="raise"' not in found]  # fmt: skip
    assert lazy == []


def test_no_test_is_skipped() -> None:
    marks = re.compile(r"pytest\.(?:skip|xfail|importorskip)|mark\.(?:skip|skipif|xfail)")
    assert [told(path) for path in TESTS if path != Path(__file__) and marks.search(path.read_text())] == []


def test_links_are_built_from_the_base_url_and_never_from_what_a_request_says() -> None:
    asked = re.compile(r"_external\s*=\s*True|request\.(?:url_root|host_url|base_url|url)\b")
    found = [told(path) for path in [*SOURCES, *TEMPLATES] if asked.search(path.read_text())]
    assert found == []
