"""What the repository promises of itself."""

import re
import tomllib
from pathlib import Path

import pytest

from service.app import VERSION
from tests.conftest import ROOT

TRACKED = [
    path
    for folder in ("service", "loaders", "cypher", "tests", "scripts", "docs", "examples", "bench", ".ci")
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and path.suffix not in (".xlsx", ".pyc", ".png", ".xz") and "node_modules" not in path.parts
] + [path for path in ROOT.glob("*") if path.is_file() and path.suffix in (".md", ".toml", ".lock", ".yml", ".json")]


def test_the_version_is_one() -> None:
    """The package, the program and the newest chapter of the changelog say the same."""
    packaged = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert packaged == VERSION == (newest and newest[1])


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "package-lock.json"])
def test_a_lock_has_hashes_and_names_no_registry(name: str) -> None:
    """Whoever installs chooses where from; what comes is what was locked."""
    text = (ROOT / name).read_text()
    assert "://" not in re.sub(r'"(url|funding)": "https?://[^"]+"', "", text)
    pinned = re.findall(r"^[A-Za-z0-9_.-]+==", text, re.M)
    if name.endswith(".lock"):
        assert len(pinned) > 20
        assert text.count("--hash=sha256:") >= len(pinned)
    else:
        assert text.count('"integrity": "sha512-') > 3


def test_every_dependency_is_pinned_to_one_version() -> None:
    """A range would be another program tomorrow."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    every = project["dependencies"] + project["optional-dependencies"]["dev"]
    assert all(re.fullmatch(r"[a-z0-9-]+(\[[a-z]+\])?==[0-9.]+", line) for line in every), every


def test_nothing_speaks_of_the_place_where_it_was_made() -> None:
    """No path of a machine, no host of a registry: the repository speaks of the project alone."""
    words = re.compile(
        r"/work/|/tmp/w/|registry\.npmjs|files\.pythonhosted|pypi\.org|repo1\.maven|\bsession's helper\b"
    )
    own = Path(__file__)
    found = [f"{p.relative_to(ROOT)}: {m[0]}" for p in TRACKED if p != own for m in words.finditer(p.read_text())]
    assert found == []


def test_the_commands_of_the_readme_are_there() -> None:
    """Every script and document that the README names exists."""
    text = (ROOT / "README.md").read_text()
    named = set(re.findall(r"\b(scripts/[a-z-]+)\b", text)) | set(re.findall(r"\]\(([^)#]+)\)", text))
    assert {"scripts/run", "scripts/test"} <= named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", sorted((ROOT / "scripts").iterdir()), ids=lambda p: p.name)
def test_scripts_are_short_and_can_be_run(path: Path) -> None:
    """Three to some fifteen lines; CI calls the same ones as a person."""
    if path.suffix == ".mjs":
        return
    assert path.stat().st_mode & 0o111
    assert len(path.read_text().splitlines()) <= 20
    assert path.read_text().startswith("#!/usr/bin/env bash\n")


def test_functions_and_files_stay_small() -> None:
    """A file has at most 300 lines: when a room gets crowded it is split."""
    sources = [p for folder in ("service", "loaders") for p in (ROOT / folder).rglob("*.py")]
    assert {p.name: n for p in sources if (n := len(p.read_text().splitlines())) > 300} == {}
