"""The names of the environment: a former setting is refused, and what is no setting does not go unseen."""

import pytest

from service.cli import environment
from tests.cli.conftest import run, run_here
from tests.conftest import ROOT

QUIET = "receipts", "key"


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("verify",), ("path", "1", "34"), QUIET, ("--help",)])
@pytest.mark.parametrize("name", ["PATHWAYS_TOLD_DAYS", "pathways_told_days"])
def test_the_former_name_of_a_setting_is_refused_before_anything_is_done(tmp_path, words, name):
    """Exit 2 with the name that replaces it, in either case, also where both are set; no graph and no key is made."""
    settings = {name: "0", "PATHWAYS_DISCLOSURE_DAYS": "0", "PATHWAYS_RECEIPT_KEYS": str(tmp_path / "keys")}
    ran = run_here(*words, PATHWAYS_GRAPH=f"ladybug:{tmp_path}/graph.lbdb", **settings)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "PATHWAYS_TOLD_DAYS is the former name of a setting: "
        "set PATHWAYS_DISCLOSURE_DAYS instead, and remove PATHWAYS_TOLD_DAYS.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_server_of_a_former_setting_does_not_start(tmp_path):
    """In a process of its own, as an operator has it after an upgrade."""
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
def test_what_is_no_setting_is_ignored_with_a_warning(tmp_path, name):
    """One line on stderr, with the setting that was perhaps meant; the command does what it does without."""
    keys = {"PATHWAYS_RECEIPT_KEYS": str(tmp_path / "keys")}
    plain, warned = run_here(*QUIET, **keys), run_here(*QUIET, **keys, **{name: "x"})
    assert (warned.code, warned.out) == (plain.code, plain.out) == (0, plain.out)
    assert warned.err == f"warning: {name.upper()!r} is not a setting, and is ignored.{WARNED[name]}\n"
    assert plain.err == ""


def test_every_setting_and_the_variables_of_the_tests_are_silent():
    """In either case; what does not begin with the prefix is not looked at."""
    names = {*environment.KNOWN, *environment.OF_THE_TESTS, *(name.lower() for name in environment.KNOWN), "PATH"}
    assert {"PATHWAYS_GRAPH", "PATHWAYS_MAX_ROWS", "PATHWAYS_OIDC_JWKS", "PATHWAYS_DISCLOSURE_DAYS"} <= names
    assert list(environment.warnings(names)) == []
    environment.refuse_former(names)


def test_each_former_name_is_replaced_by_a_setting():
    """A successor that is no setting would send its reader in circles; a former name that is one would refuse it."""
    assert set(environment.FORMER.values()) <= environment.KNOWN
    assert not environment.FORMER.keys() & environment.KNOWN
    documented = (ROOT / "docs/operate.md").read_text()
    assert [name for name in environment.FORMER if name not in documented] == []
