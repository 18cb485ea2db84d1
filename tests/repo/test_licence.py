"""The licence is present, declared, and part of the build."""

import tomllib

from tests.conftest import ROOT


def test_the_licence_is_declared_and_complete() -> None:
    """pyproject.toml names the licence, and LICENSE has its full text."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert (project["license"], project["license-files"]) == ("Apache-2.0", ["LICENSE"])
    assert text.split()[:4] == ["Apache", "License", "Version", "2.0,"]
    assert text.count("\n   9. Accepting Warranty") == text.count("END OF TERMS AND CONDITIONS") == 1


def test_the_image_is_built_with_the_licence() -> None:
    """The build back end reads LICENSE, so the Docker build needs the file."""
    assert " LICENSE " in (ROOT / "Dockerfile").read_text()
    assert "!LICENSE" in (ROOT / ".dockerignore").read_text().splitlines()
