"""Environment variables: a former name of a setting is refused, and an unknown name gives a warning."""

import pytest

from service.cli import environment
from tests.cli.conftest import run, run_here
from tests.conftest import ROOT

QUIET_COMMAND = "receipts", "key"


@pytest.mark.parametrize(
    "words", [("serve", "--port", "0"), ("verify",), ("path", "1", "34"), QUIET_COMMAND, ("--help",)]
)
@pytest.mark.parametrize("name", ["PATHWAYS_TOLD_DAYS", "pathways_told_days"])
def test_a_former_name_of_a_setting_is_refused(tmp_path, words, name):
    """Exit code 2 and the new name, in either case and even if both are set; the command creates no graph and no
    key."""
    settings = {name: "0", "PATHWAYS_DISCLOSURE_DAYS": "0", "PATHWAYS_RECEIPT_KEYS": str(tmp_path / "keys")}
    ran = run_here(*words, PATHWAYS_GRAPH=f"ladybug:{tmp_path}/graph.lbdb", **settings)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "PATHWAYS_TOLD_DAYS is the former name of a setting: "
        "set PATHWAYS_DISCLOSURE_DAYS instead, and remove PATHWAYS_TOLD_DAYS.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_server_does_not_start_with_a_former_setting(tmp_path):
    """In a process of its own, as for an operator after an upgrade."""
    ran = run(tmp_path, "serve", "--port", "0", PATHWAYS_TOLD_DAYS="0")
    assert (ran.code, ran.out) == (2, "")
    assert "PATHWAYS_DISCLOSURE_DAYS" in ran.err
    assert "Traceback" not in ran.err
    assert list(tmp_path.iterdir()) == []


WARNED = {
    "PATHWAYS_GRAPHS": " Did you mean PATHWAYS_GRAPH?",
    "pathways_metrics_prot": " Did you mean PATHWAYS_METRICS_PORT?",
    "PATHWAYS_MAX_ROW": " Did you mean PATHWAYS_MAX_ROWS?",
    "PATHWAYS_OIDC_ISSUERS": " Did you mean PATHWAYS_OIDC_ISSUER?",
    "PATHWAYS_SOMETHING_ELSE_ALTOGETHER": "",
}


@pytest.mark.parametrize("name", WARNED)
def test_an_unknown_setting_is_ignored_with_a_warning(tmp_path, name):
    """One line on stderr suggests the nearest setting; otherwise the command works as without the variable."""
    keys = {"PATHWAYS_RECEIPT_KEYS": str(tmp_path / "keys")}
    plain, warned = run_here(*QUIET_COMMAND, **keys), run_here(*QUIET_COMMAND, **keys, **{name: "x"})
    assert (warned.code, warned.out) == (plain.code, plain.out) == (0, plain.out)
    assert warned.err == f"warning: {name.upper()!r} is not a setting, and is ignored.{WARNED[name]}\n"
    assert plain.err == ""


def test_known_variables_give_no_warning():
    """In either case; variables without the prefix are ignored."""
    names = {
        *environment.KNOWN_SETTINGS,
        *environment.TEST_VARIABLES,
        *(name.lower() for name in environment.KNOWN_SETTINGS),
        "PATH",
    }
    assert {"PATHWAYS_GRAPH", "PATHWAYS_MAX_ROWS", "PATHWAYS_OIDC_JWKS", "PATHWAYS_DISCLOSURE_DAYS"} <= names
    assert list(environment.unknown_setting_warnings(names)) == []
    environment.refuse_former_settings(names)


def test_each_former_name_has_an_existing_successor():
    """A successor must be a known setting, and a former name must not be one, or the service would refuse the
    setting."""
    assert set(environment.FORMER_SETTINGS.values()) <= environment.KNOWN_SETTINGS
    assert not environment.FORMER_SETTINGS.keys() & environment.KNOWN_SETTINGS
    documented = (ROOT / "docs/operate.md").read_text()
    assert [name for name in environment.FORMER_SETTINGS if name not in documented] == []
