"""Every setting is described, documented with its default, frozen, and read where the environment may be read."""

import ast
import re

import pytest
from pydantic import SecretStr, ValidationError

from service.domain.limits import Limits
from service.settings import OidcSettings, Settings
from tests.conftest import ROOT

ROW = re.compile(r"^\| `(PATHWAYS_\w+)` \| (.*?) \| (.+) \|$", re.MULTILINE)
DOCUMENTED = {name: (default, text) for name, default, text in ROW.findall((ROOT / "docs/operate.md").read_text())}
FIELDS = {
    f"{group.model_config['env_prefix']}{name.upper()}": field
    for group in (Settings, Limits, OidcSettings)
    for name, field in group.model_fields.items()
}


def shown(default):
    """A default as the documentation writes it."""
    value = default.get_secret_value() if isinstance(default, SecretStr) else default
    return (
        f"`{value}`" if isinstance(value, str) and value else f"{value:,}" if isinstance(value, int | float) else "none"
    )


@pytest.mark.parametrize("name", FIELDS)
def test_a_setting_is_documented(name):
    """In docs/operate.md with its default; its description in the code is a sentence."""
    assert FIELDS[name].description
    assert FIELDS[name].description.endswith(".")
    default, text = DOCUMENTED[name]
    assert default.replace(",", "") == shown(FIELDS[name].default).replace(",", "")
    assert text.strip()


def test_nothing_is_documented_that_is_no_setting():
    """A setting that went away goes from the page too."""
    assert DOCUMENTED.keys() == FIELDS.keys()


@pytest.mark.parametrize("group", [Settings, Limits, OidcSettings])
def test_settings_are_frozen(group):
    """Read once, handed down."""
    found = group()
    with pytest.raises(ValidationError):
        setattr(found, next(iter(group.model_fields)), 1)


def test_a_setting_is_read_from_the_environment(monkeypatch):
    """By the name that is documented."""
    monkeypatch.setenv("PATHWAYS_GRAPH", "ladybug:elsewhere.lbdb")
    monkeypatch.setenv("PATHWAYS_MAX_ROWS", "7")
    assert (Settings().graph, Limits().rows) == ("ladybug:elsewhere.lbdb", 7)


def test_a_password_is_not_shown():
    """Neither by repr nor as JSON."""
    found = Settings(neo4j_password="open-sesame")
    assert "open-sesame" not in f"{found!r} {found} {found.model_dump_json()}"


def readers(path):
    """The calls in a file that read the environment: settings made from nothing, or the environment itself."""
    groups = ("Settings", "Limits", "OidcSettings")
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in groups:
            yield node.func.id
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
            yield node.attr


def test_the_command_line_alone_reads_the_environment():
    """Everything else is handed its settings."""
    files = [*(ROOT / "service").rglob("*.py"), *(ROOT / "loaders").rglob("*.py")]
    found = {str(path.relative_to(ROOT)) for path in files if list(readers(path))}
    assert "service/cli/session.py" in found
    assert [name for name in sorted(found) if not name.startswith("service/cli/")] == []
