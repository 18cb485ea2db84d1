"""Every setting has a description, is documented with its default, is frozen, and is read only by the command line."""

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
    """A default in the form of the documentation."""
    value = default.get_secret_value() if isinstance(default, SecretStr) else default
    return (
        f"`{value}`" if isinstance(value, str) and value else f"{value:,}" if isinstance(value, int | float) else "none"
    )


@pytest.mark.parametrize("name", FIELDS)
def test_a_setting_is_documented(name):
    """docs/operate.md has the setting with its default; its description in the code is a sentence."""
    assert FIELDS[name].description
    assert FIELDS[name].description.endswith(".")
    default, text = DOCUMENTED[name]
    assert default.replace(",", "") == shown(FIELDS[name].default).replace(",", "")
    assert text.strip()


def test_every_documented_setting_exists():
    """A deleted setting must be removed from the page too."""
    assert DOCUMENTED.keys() == FIELDS.keys()


@pytest.mark.parametrize("group", [Settings, Limits, OidcSettings])
def test_settings_are_frozen(group):
    """Settings are read once and passed on."""
    settings = group()
    with pytest.raises(ValidationError):
        setattr(settings, next(iter(group.model_fields)), 1)


def test_a_setting_is_read_from_the_environment(monkeypatch):
    """By the documented name."""
    monkeypatch.setenv("PATHWAYS_GRAPH", "ladybug:elsewhere.lbdb")
    monkeypatch.setenv("PATHWAYS_MAX_ROWS", "7")
    assert (Settings().graph, Limits().rows) == ("ladybug:elsewhere.lbdb", 7)


def test_a_password_is_not_shown():
    """Neither in the repr nor in JSON."""
    settings = Settings(neo4j_password="open-sesame")
    assert "open-sesame" not in f"{settings!r} {settings} {settings.model_dump_json()}"


def readers(path):
    """The calls in a file that read the environment: settings without arguments, or the environment itself."""
    groups = ("Settings", "Limits", "OidcSettings")
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in groups:
            yield node.func.id
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
            yield node.attr


def test_only_the_command_line_reads_the_environment():
    """All other code gets its settings as arguments."""
    files = [*(ROOT / "service").rglob("*.py"), *(ROOT / "loaders").rglob("*.py")]
    readers_of_environment = {str(path.relative_to(ROOT)) for path in files if list(readers(path))}
    assert "service/cli/session.py" in readers_of_environment
    assert [name for name in sorted(readers_of_environment) if not name.startswith("service/cli/")] == []
