"""Message catalogues, one per department and language: sorted, no line numbers, no dates, so that a diff shows words.

`update [PACKAGE…]` reads sources and templates and brings the .po files up to date; a translation that nothing uses any
more is kept below, commented out, and comes back when it is used again. `tidy` drops those. `compile` makes the .mo
files that the application reads. `missing` lists what has no translation.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {
    "_": None,
    "_a": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADERS = ("Language:", "MIME-Version:", "Content-Type:", "Content-Transfer-Encoding:", "Plural-Forms:")


class Department(NamedTuple):
    """Where its catalogues lie, what it is made of, and the languages it speaks besides English. says: files of another
    department whose words it says in its languages too."""

    package: str
    sources: tuple[str, ...]
    templates: tuple[str, ...]
    locales: tuple[str, ...] = ("ja", "ja@easy")
    says: tuple[str, ...] = ()


# The last one takes all that no other claims: the building itself and the pages' common parts.
DEPARTMENTS = (
    Department("registrations", ("registrations",), ("registrations", "letters")),
    Department("checkin", ("checkin",), ("checkin",)),
    Department("analytics", ("analytics",), ("analytics",), ("ja",)),
    Department(
        "analytics/report",
        (),
        (),
        ("ja@easy",),
        (
            "analytics/report",
            "analytics/exports/by_time.py",
            "analytics/exports/counts.py",
            "analytics/exports/demand.py",
            "analytics/exports/demand_picture.py",
            "analytics/exports/files.py",
            "analytics/exports/former.py",
            "analytics/exports/pictures.py",
            "analytics/exports/public.py",
            "analytics/exports/public_pictures.py",
            "analytics/exports/splits.py",
            "analytics/exports/words.py",
            "templates/analytics/report.html",
        ),
    ),
    Department("app/accounts", ("app/accounts", "app/console"), ("accounts", "console"), ("ja",)),
    Department("app/programme", ("app/programme", "app/front"), ("programme", "front")),
    Department(
        "app/partners",
        ("app/partners",),
        ("partners",),
        says=("app/console/forms/fields.py",),
    ),
    Department("app/web", ("app",), (".",)),
)


def main(arguments: list[str]) -> int:
    """The exit code."""
    match arguments:
        case ["update", *packages]:
            update([d for d in DEPARTMENTS if not packages or d.package in packages], keep_unused=True)
        case ["tidy"]:
            update(DEPARTMENTS, keep_unused=False)
        case ["compile"]:
            compile_all()
        case ["missing"]:
            lines = list(missing())
            for line in lines:
                print(line)
            return int(bool(lines))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


def update(departments: Iterable[Department], *, keep_unused: bool) -> None:
    """Writes the .po files that change."""
    for department in departments:
        template = extract(department)
        for locale in department.locales:
            path = po_file(department, locale)
            before = path.read_bytes() if path.exists() else b""
            if not before and not len(template):
                continue
            after = updated(path, locale, template, keep_unused=keep_unused)
            if after != before:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(after)
                print(f"Updated {path.relative_to(ROOT)}.")


def compile_all() -> None:
    """Writes the .mo files that are older than their .po."""
    for department in DEPARTMENTS:
        for locale in department.locales:
            po = po_file(department, locale)
            mo = po.with_suffix(".mo")
            if po.exists() and not (mo.exists() and mo.stat().st_mtime_ns > po.stat().st_mtime_ns):
                compile_one(po, mo, locale)


def missing() -> Iterator[str]:
    """One line for each string in use that has no translation, or is not in its catalogue yet."""
    for department in DEPARTMENTS:
        template = extract(department)
        for locale in department.locales:
            path = po_file(department, locale)
            catalog = read(path, locale)
            for message in template:
                if message.id and not translated(catalog.get(message.id, message.context)):
                    yield f"{path.relative_to(ROOT)}: {message.id!r}"


def translated(message: Any) -> bool:
    """Whether every form has text, and nobody marked it as doubtful."""
    if message is None or message.fuzzy:
        return False
    strings = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return all(strings)


def po_file(department: Department, locale: str) -> Path:
    """Where the catalogue lies; it need not exist yet."""
    return ROOT / department.package / "translations" / locale / "LC_MESSAGES" / "messages.po"


def extract(department: Department) -> Any:
    """The strings that a department uses now, as a catalogue without translations."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract as extract_from
    from jinja2.ext import babel_extract

    template = Catalog(fuzzy=False)
    as_the_application = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
    methods: dict[str, tuple[str | Callable[..., Any], dict[str, str]]] = {
        ".py": ("python", {}),
        ".html": (babel_extract, as_the_application),
        ".txt": (babel_extract, as_the_application),
    }
    for path in files_of(department):
        method, options = methods[path.suffix]
        with path.open("rb") as file:
            for _line, ids, comments, context in extract_from(method, file, KEYWORDS, ("NOTE:",), options):
                locations = [(path.relative_to(ROOT).as_posix(), 0)]
                template.add(ids, None, locations, auto_comments=comments, context=context)
    return template


def files_of(department: Department) -> list[Path]:
    """Its Python files and templates, in a fixed order; the last department takes what no other claims."""
    roots = [ROOT / source for source in department.sources]
    roots += [ROOT / "templates" / folder for folder in department.templates]
    others = [
        claimed
        for other in DEPARTMENTS
        if other is not department
        for claimed in [*(ROOT / s for s in other.sources), *(ROOT / "templates" / t for t in other.templates)]
        if not any(root.resolve().is_relative_to(claimed.resolve()) for root in roots)
    ]
    found = (path for root in roots for path in root.rglob("*") if path.suffix in {".py", ".html", ".txt"})
    mine = {p for p in found if "migrations" not in p.parts and not any(p.is_relative_to(o) for o in others)}
    for said in department.says:
        path = ROOT / said
        mine |= {path} if path.is_file() else set(path.rglob("*.py"))
    return sorted(mine)


def updated(path: Path, locale: str, template: Any, *, keep_unused: bool) -> bytes:
    """The catalogue's new content; no guessing from similar strings."""
    from babel.messages.pofile import write_po

    catalog = read(path, locale)
    for message in catalog.obsolete.values():
        catalog[message.id] = message
    catalog.obsolete.clear()
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
    for key, message in list(catalog.obsolete.items()):
        if not translated(message):
            del catalog.obsolete[key]
    buffer = BytesIO()
    write_po(buffer, catalog, sort_output=True, include_lineno=False, ignore_obsolete=not keep_unused, width=100)
    return without_dates(buffer.getvalue())


def read(path: Path, locale: str) -> Any:
    """The catalogue as it lies there, or an empty one."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    if not path.exists():
        return Catalog(locale=locale, fuzzy=False, header_comment="")
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def without_dates(content: bytes) -> bytes:
    """The header keeps only what the reader of the file needs."""
    head, blank, rest = content.lstrip().partition(b"\n\n")
    lines = head.decode().split("\n")
    kept = [line for line in lines if not line.startswith('"') or line[1:].startswith(HEADERS)]
    return "\n".join(kept).encode() + blank + rest.rstrip() + b"\n"


def compile_one(po: Path, mo: Path, locale: str) -> None:
    """In one step, so that a server that starts meanwhile reads a whole file."""
    from babel.messages.mofile import write_mo

    temporary = mo.with_suffix(".mo.new")
    with temporary.open("wb") as file:
        write_mo(file, read(po, locale))
    temporary.rename(mo)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
