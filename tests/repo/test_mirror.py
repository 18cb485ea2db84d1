"""Every rule has a test file of its name, in the folder of tests/unit that mirrors its own."""

from tests.conftest import ROOT

RULES = ROOT / "service/rules"
TESTS = ROOT / "tests/unit"

EXCEPTIONS = {
    "findings": (
        "declarations list_content overview overview_from_facts paths reachability suggested_steps suspected_mistakes",
        "test_findings and test_findings_against_oracle compare the findings as a whole",
    ),
    "impact": (
        "affected_findings affected_models comparison counters edits impact_snapshot response step_changes "
        "summary_text",
        "test_differences and test_differences_against_oracle compare the impact as a whole",
    ),
    "records": (
        "amendment_details audit_chain receipt rules_version",
        "test_hashed_and_signed_forms pins the hashed and signed bytes of all records",
    ),
    "zigbee": (
        "blocking_reasons match migration_path",
        "test_exposure compares the answers as a whole with an oracle",
    ),
}
"""By folder: the modules without a test file of their name, and which tests cover these modules instead."""
ALLOWED = {f"{folder}/{name}" for folder, (names, _) in EXCEPTIONS.items() for name in names.split()}


def modules():
    """Every module of the rules, as its path below service/rules without the suffix."""
    paths = (path.relative_to(RULES) for path in RULES.rglob("*.py") if path.name != "__init__.py")
    return {path.with_suffix("").as_posix() for path in paths}


def has_test(module):
    """Whether a test file has the name of the module, alone or followed by further words."""
    folder, _, name = module.rpartition("/")
    return any((TESTS / folder).glob(f"test_{name}.py")) or any((TESTS / folder).glob(f"test_{name}_*.py"))


def test_every_rule_has_a_test_file_of_its_name():
    """The exceptions are listed above; a new rule comes with a test."""
    assert {module for module in modules() if not has_test(module)} - ALLOWED == set()


def test_every_exception_is_a_module():
    """The list names no module that does not exist any more."""
    assert ALLOWED - modules() == set()


def test_a_test_file_has_the_whole_name_of_its_module():
    """In the folder of the module; further words may follow, such as in test_edit_warnings_against_oracle."""
    assert has_test("facts/edit_warnings")
    assert has_test("permissions")
    assert not has_test("facts/interval")
    assert not has_test("answers/changeset")
