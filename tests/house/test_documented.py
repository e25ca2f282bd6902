"""Nothing is secret: every setting and every command stands in the guide, with the default that the program has."""

import re
from importlib import import_module
from pathlib import Path

import click
import pytest

from app.cli import COMMANDS
from app.config import DOCUMENTED, Setting
from app.web.actors import Role

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "guide" / "operations.md").read_text()


def written_settings() -> dict[str, str]:
    """Name to default, as the guide's table says."""
    return dict(re.findall(r"^\| `(UKETSUKE_\w+)` \| ([^|]+?) \|", GUIDE, re.MULTILINE))


def test_the_guide_lists_every_setting_and_no_other() -> None:
    assert set(written_settings()) == {setting.name for setting in DOCUMENTED}


@pytest.mark.parametrize("setting", DOCUMENTED, ids=lambda setting: setting.name)
def test_the_guide_gives_the_default_that_the_program_has(setting: Setting) -> None:
    written = written_settings()[setting.name].strip("`")
    assert setting.default == written or setting.default.startswith(f"{written}:")


def commands() -> set[str]:
    """Every command that can be typed, groups opened."""
    found = set()
    for command in COMMANDS:
        module, name = command.where.split(":")
        loaded = getattr(import_module(module), name)
        if isinstance(loaded, click.Group):
            found |= {f"{command.name} {inner}" for inner in loaded.commands}
        else:
            found.add(command.name)
    return found


def test_the_guide_lists_every_command_and_no_other() -> None:
    written = set(re.findall(r"^\| `uketsuke ([\w ]+)` \|", GUIDE, re.MULTILINE))
    assert written == commands()


def test_the_guide_explains_every_role() -> None:
    assert [role for role in Role if f"| {role.value} |" not in GUIDE] == []


def test_every_setting_that_a_document_names_exists() -> None:
    root = Path(__file__).resolve().parents[2]
    known = {setting.name for setting in DOCUMENTED} | {"UKETSUKE_TEST_POSTGRES", "UKETSUKE_TEST_CHROMIUM"}
    for path in [*root.glob("*.md"), *root.glob("docs/**/*.md")]:
        assert set(re.findall(r"UKETSUKE_[A-Z_]*[A-Z]", path.read_text())) <= known, path.name
