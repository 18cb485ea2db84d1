"""Every rule has a test file of its name, in the folder of tests/unit that mirrors its own."""

from tests.conftest import ROOT

RULES = ROOT / "service/rules"
TESTS = ROOT / "tests/unit"


def modules():
    """Every module of the rules, as its path below service/rules without the suffix."""
    paths = (path.relative_to(RULES) for path in RULES.rglob("*.py") if path.name != "__init__.py")
    return {path.with_suffix("").as_posix() for path in paths}


def has_test(module):
    """Whether a test file has the name of the module, alone or followed by further words."""
    folder, _, name = module.rpartition("/")
    return any((TESTS / folder).glob(f"test_{name}.py")) or any((TESTS / folder).glob(f"test_{name}_*.py"))


def test_every_rule_has_a_test_file_of_its_name():
    """A new rule comes with a test."""
    assert {module for module in modules() if not has_test(module)} == set()


def test_a_test_file_has_the_whole_name_of_its_module():
    """In the folder of the module; further words may follow, such as in test_edit_warnings_against_oracle."""
    assert has_test("facts/edit_warnings")
    assert has_test("permissions")
    assert not has_test("facts/interval")
    assert not has_test("answers/changeset")
