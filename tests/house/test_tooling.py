"""The workshop keeps its promises: locked, nameless of hosts, listed where a newcomer looks."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"]


def read(name: str) -> str:
    return (ROOT / name).read_text()


def pins(lock: str) -> dict[str, str]:
    """Each pinned line of a lock file: requirement, marker included -> its hashes."""
    joined = read(lock).replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]
    return {line.split(" --hash")[0].strip(): line.partition("--hash")[2] for line in lines}


def make_targets() -> set[str]:
    """What a person can type: the names that .PHONY gives in the Makefile."""
    return set(re.findall(r"^\.PHONY: (\S+)$", read("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_every_python_package_is_pinned_with_hashes(lock: str) -> None:
    loose = [name for name, hashes in pins(lock).items() if "==" not in name or "sha256:" not in hashes]
    assert loose == []
    assert pins(lock) != {}


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_python_lock_files_name_no_host(lock: str) -> None:
    assert [line for line in read(lock).splitlines() if "://" in line or line.startswith("-")] == []


def test_the_development_lock_holds_the_runtime_lock_unchanged() -> None:
    runtime, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name for name in runtime if name not in development} == set()


def test_every_dependency_of_the_project_says_why_it_is_there() -> None:
    listed = re.findall(
        r'^    "[a-z][^"]*",(.*)$', read("pyproject.toml").partition("[project.scripts]")[0], re.MULTILINE
    )
    assert [comment for comment in listed if not comment.strip().startswith("#")] == []
    assert len(listed) > 10


def test_every_npm_package_is_pinned_with_a_hash_and_names_no_host() -> None:
    packages = {name: entry for name, entry in json.loads(read("package-lock.json"))["packages"].items() if name}
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "://" in entry.get("resolved", "")] == []


def test_the_wasm_of_the_reader_is_that_of_its_script() -> None:
    """Mixed versions of the two crash at every frame."""
    locked = json.loads(read("package-lock.json"))["packages"]
    assert [name for name in locked if name.endswith("zxing-wasm")] == ["node_modules/zxing-wasm"]
    installed = json.loads(read("node_modules/zxing-wasm/package.json"))["version"]
    assert installed == locked["node_modules/zxing-wasm"]["version"]
    served = json.loads(read("app/static/dist/manifest.json"))["zxing_reader.wasm"]
    of_the_package = ROOT / "node_modules/zxing-wasm/dist/reader/zxing_reader.wasm"
    assert (ROOT / "app/static/dist" / served).read_bytes() == of_the_package.read_bytes()


def test_every_built_file_lies_where_the_manifest_says() -> None:
    manifest = json.loads(read("app/static/dist/manifest.json"))
    assert [name for name in manifest.values() if not (ROOT / "app/static/dist" / name).is_file()] == []
    assert [logical for logical, name in manifest.items() if Path(logical).suffix != Path(name).suffix] == []


def test_make_help_lists_every_target() -> None:
    printed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = {line.split()[0] for line in printed.splitlines() if line.startswith("  ")}
    assert listed == make_targets()


def test_the_readme_mentions_every_target() -> None:
    mentioned = set(re.findall(r"`make ([a-z-]+)", read("README.md")))
    assert mentioned == make_targets()


def test_a_machine_without_python_is_told_so_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/environment", tmp_path / ".ci/environment")
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("cat", "dirname"):
        (tools / tool).symlink_to(shutil.which(tool) or "")
    told = subprocess.run(
        ["/bin/sh", ".ci/environment"],
        cwd=tmp_path,
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    sentence = (
        "Uketsuke needs Python 3.11 or newer with its venv module (Debian, Ubuntu: apt-get install python3-venv).\n"
    )
    assert (told.returncode, told.stdout, told.stderr) == (1, "", sentence)
    assert not (tmp_path / ".venv").exists()
