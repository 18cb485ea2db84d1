"""Properties of the repository: versions, locks, dependencies, scripts and file sizes."""

import re
import tomllib
from pathlib import Path

import pytest

from service import VERSION
from tests.conftest import ROOT

TRACKED = [
    path
    for folder in ("service", "loaders", "cypher", "tests", "scripts", "docs", "examples", "bench", ".ci")
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and path.suffix not in (".xlsx", ".pyc", ".png", ".xz") and "node_modules" not in path.parts
] + [path for path in ROOT.glob("*") if path.is_file() and path.suffix in (".md", ".toml", ".lock", ".yml", ".json")]


def test_all_version_numbers_are_the_same() -> None:
    """The package, the program and the newest chapter of the changelog have the same version."""
    packaged = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert packaged == VERSION == (newest and newest[1])


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "package-lock.json"])
def test_a_lock_has_hashes_and_names_no_registry(name: str) -> None:
    """The user chooses the registry; the hashes ensure that the locked versions are installed."""
    text = (ROOT / name).read_text()
    assert "://" not in re.sub(r'"(url|funding)": "https?://[^"]+"', "", text)
    pinned = re.findall(r"^[A-Za-z0-9_.-]+==", text, re.M)
    if name.endswith(".lock"):
        assert len(pinned) > 20
        assert text.count("--hash=sha256:") >= len(pinned)
    else:
        assert text.count('"integrity": "sha512-') > 3


def test_every_dependency_is_pinned_to_one_version() -> None:
    """With a range, a later installation could be another program."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    every = project["dependencies"] + project["optional-dependencies"]["dev"]
    assert all(re.fullmatch(r"[a-z0-9-]+(\[[a-z]+\])?==[0-9.]+", line) for line in every), every


def test_no_file_names_a_machine_path_or_a_registry() -> None:
    """No machine path and no registry host."""
    words = re.compile(
        r"/work/|/tmp/w/|registry\.npmjs|files\.pythonhosted|pypi\.org|repo1\.maven|\bsession's helper\b"
    )
    own = Path(__file__)
    found = [f"{p.relative_to(ROOT)}: {m[0]}" for p in TRACKED if p != own for m in words.finditer(p.read_text())]
    assert found == []


def test_the_scripts_and_documents_in_the_readme_exist() -> None:
    """Every script and document that the README names exists."""
    text = (ROOT / "README.md").read_text()
    named = set(re.findall(r"\b(scripts/[a-z-]+)\b", text)) | set(re.findall(r"\]\(([^)#]+)\)", text))
    assert {"scripts/run", "scripts/test"} <= named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", sorted((ROOT / "scripts").iterdir()), ids=lambda p: p.name)
def test_scripts_are_short_and_can_be_run(path: Path) -> None:
    """At most 20 lines; CI and developers call the same scripts."""
    if path.suffix == ".mjs":
        return
    assert path.stat().st_mode & 0o111
    assert len(path.read_text().splitlines()) <= 20
    assert path.read_text().startswith("#!/usr/bin/env bash\n")


def test_files_stay_small() -> None:
    """A file has at most 300 lines; a longer one must be split."""
    sources = [p for folder in ("service", "loaders") for p in (ROOT / folder).rglob("*.py")]
    assert {p.name: n for p in sources if (n := len(p.read_text().splitlines())) > 300} == {}
