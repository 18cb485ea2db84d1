"""The quick half, the deep half and its slices: what each leaves out, and that the end of the output says it."""

import argparse
import os
import subprocess
import sys
from collections import Counter
from types import SimpleNamespace

import pytest

from service.security import api_keys
from tests import halves
from tests.conftest import ROOT

SLICES = 6
SUITE = """
import pytest
from hypothesis import given, strategies as st

@pytest.fixture(params=["ladybug", "neo4j"])
def engine(request):
    return request.param

@pytest.mark.parametrize("number", [1, 2, 3])
def test_engines(engine, number):
    pass

@pytest.mark.deep("processes killed")
def test_deep():
    pass

@given(st.integers())
def test_property(number):
    pass
"""


class Item:
    """As much of a test as the choice looks at."""

    def __init__(self, nodeid, engine=None, deep=(), is_property=False, **marks):
        self.nodeid, self.marks = nodeid, marks | ({"deep": deep} if deep else {})
        self.callspec = SimpleNamespace(params={"engine": engine} if engine else {})
        self.obj = SimpleNamespace(is_hypothesis_test=is_property)

    def get_closest_marker(self, name):
        return SimpleNamespace(args=self.marks[name], kwargs={}) if name in self.marks else None


def items():
    """A suite of 180 tests: on engines with parameters, deep ones, properties, and others."""
    engines = [
        Item(f"tests/store/test_a.py::test_{n}[{engine}-{p}]", engine)
        for engine in ("ladybug", "neo4j")
        for n in range(10)
        for p in range(6)
    ]
    deep = [Item(f"test_b.py::test_{n}", deep=("kills",)) for n in range(20)]
    properties = [Item(f"test_c.py::test_{n}", is_property=True) for n in range(20)]
    return [*engines, *deep, *properties, *(Item(f"test_d.py::test_{n}") for n in range(20))]


def chosen(every, **options):
    """The names of the tests that run with these options."""
    config = SimpleNamespace(getoption=lambda name: options.get(name.strip("-")))
    left_out = halves.without(every, config)
    return [item.nodeid for item in every if item not in left_out]


def test_the_quick_half_runs_one_set_of_parameters_of_each_function_on_neo4j_and_all_on_ladybug():
    """And nothing that is marked deep; the deep half is everything."""
    every = items()
    quick = chosen(every)
    counts = Counter(name.partition("::")[0] for name in quick)
    assert counts == {"tests/store/test_a.py": 60 + 10, "test_c.py": 20, "test_d.py": 20}
    on_neo4j = [name for name in quick if "neo4j" in name]
    assert on_neo4j == [f"tests/store/test_a.py::test_{n}[neo4j-0]" for n in range(10)]
    assert chosen(every, deep=True) == [item.nodeid for item in every]


def test_on_neo4j_the_quick_half_runs_no_property_but_the_marked_ones_and_nothing_marked_deep_on_neo4j():
    """Ladybug runs all of them; the deep half runs them on both engines."""
    every = [
        Item(f"tests/store/test_{name}[{engine}]", engine, **marks)
        for engine in ("ladybug", "neo4j")
        for name, marks in {
            "property": {"is_property": True},
            "compared": {"is_property": True, "quick_on_neo4j": ()},
            "slow": {"deep_on_neo4j": ("a large graph",)},
        }.items()
    ]
    on_ladybug = [f"tests/store/test_{name}[ladybug]" for name in ("property", "compared", "slow")]
    assert chosen(every) == [*on_ladybug, "tests/store/test_compared[neo4j]"]
    assert list(halves.reasons(every).values()) == [halves.PROPERTIES, "a large graph, on Neo4j"]
    assert chosen(every, deep=True) == [item.nodeid for item in every]


def test_outside_the_store_the_quick_half_runs_one_function_of_each_module_on_neo4j_and_the_marked_ones():
    """The first that is not marked, with its first parameters; a marked one runs whole, and takes no place."""
    marks = {"first": {"quick_on_neo4j": ()}, "second": {}, "third": {}, "fourth": {"quick_on_neo4j": ()}}
    every = [
        Item(f"tests/api/test_{module}.py::test_{name}[neo4j-{number}]", "neo4j", **mark)
        for module in ("a", "b")
        for name, mark in marks.items()
        for number in (0, 1)
    ]
    marked = [f"{name}[neo4j-{number}]" for name in ("first", "fourth") for number in (0, 1)]
    names = [*marked[:2], "second[neo4j-0]", *marked[2:]]
    assert chosen(every) == [f"tests/api/test_{module}.py::test_{name}" for module in ("a", "b") for name in names]
    assert Counter(halves.reasons(every).values()) == {halves.PARAMETERS: 2, halves.FUNCTIONS: 4}


def test_the_slices_partition_what_the_quick_half_leaves_out_and_the_properties():
    """No test is in two slices, and none of them is in no slice: six runs of CI have run all of them."""
    every = items()
    quick = set(chosen(every))
    wanted = {item.nodeid for item in every if item.nodeid not in quick or halves.is_property(item)}
    slices = [chosen(every, slice=(number, SLICES)) for number in range(1, SLICES + 1)]
    assert Counter(name for one in slices for name in one) == Counter(wanted)
    assert all(slices), "a slice is empty"


def test_the_slice_of_a_test_is_the_same_in_every_process():
    """Python's own hash of a text differs from process to process: tests would be missed."""
    assert [halves.slice_of(f"test_{n}", SLICES) for n in range(8)] == [1, 2, 4, 3, 5, 2, 6, 6]


@pytest.mark.parametrize("given", ["0/6", "7/6", "1", "a/6", "1/0", ""])
def test_a_slice_that_does_not_exist_is_wrong_usage(given):
    """It must not be a run of no tests that passes."""
    with pytest.raises(argparse.ArgumentTypeError):
        halves.numbers(given)


@pytest.mark.parametrize("marker", ["deep", "deep_on_neo4j"])
@pytest.mark.parametrize("marked", [(1,), ("a", "b")])
def test_what_is_deep_says_why(marker, marked):
    """The reason is what the end of the output shows."""
    with pytest.raises(pytest.UsageError, match="needs one reason"):
        chosen([Item("test_x", "neo4j", **{marker: marked})])


def named(nodeid, name):
    """A test with a node id and a name, as pytest makes it."""
    return SimpleNamespace(nodeid=nodeid, name=name)


def test_tests_that_schemathesis_makes_have_node_ids_of_their_own(request):
    """Otherwise xdist would run the requests of one operation of the document, and say nothing of the others."""
    operations, module = ["GET /v1/entries", "POST /v1/impact"], request.node.parent
    made = [
        pytest.Function.from_parent(module, name=f"test_x[{one}]", originalname="test_x", callobj=lambda: None)
        for one in operations
    ]
    halves.tell_apart(made)
    assert [item.nodeid.partition("::")[2] for item in made] == [f"test_x[{one}]" for one in operations]


def test_tests_that_share_a_node_id_are_wrong_usage():
    """They must not be a run of one of them that passes."""
    halves.tell_apart([named("a.py::test_x[1]", "test_x[1]"), named("a.py::test_x[2]", "test_x[2]")])
    with pytest.raises(pytest.UsageError, match=r"the node id a.py::test_x\[1\]"):
        halves.tell_apart([named("a.py::test_x[1]", "test_x[1]")] * 2)


def run(folder, *words, **settings):
    """The plugin on a small suite, in a process of its own."""
    (folder / "test_suite.py").write_text(SUITE)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PATHWAYS_", "NEO4J_", "PYTEST_"))
    }
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder)]
    alone = {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # other plugins take most of the start
    return subprocess.run(
        [*command, "-p", "xdist", "-p", "tests.halves", str(folder), *words],
        cwd=folder,
        env=kept | alone | settings,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("workers", [(), ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")])
def test_the_last_lines_say_what_was_left_out_under_xdist_too(tmp_path, workers):
    """The controller of xdist collects nothing: a worker tells it."""
    ran = run(tmp_path, "--require-neo4j", "-v", *workers)
    lines = ran.stdout.splitlines()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert lines[lines.index("PASSED: 3 on Ladybug, 1 on Neo4j, 1 without an engine.") + 1 : -1] == [
        "Each property was tried on 25 examples; the slow ones on a share of that.",
        "LEFT OUT, 3 tests (scripts/test --deep runs all tests):",
        f"      2  {halves.PARAMETERS}",
        "      1  processes killed",
    ]
    assert ("scheduling tests via ByModuleAndEngine" in lines) == bool(workers)


def test_a_run_that_requires_neo4j_and_runs_nothing_on_it_fails(tmp_path):
    """Also where all tests that were chosen passed."""
    ran = run(tmp_path, "--require-neo4j", "-k", "ladybug")
    assert ran.returncode == 1
    assert "FAILED: --require-neo4j was given, and no test passed on Neo4j." in ran.stdout


def test_workers_do_not_share_the_server_that_is_given(tmp_path):
    """Each would wipe it under the other's feet; `-n auto` is one worker there."""
    ran = run(tmp_path, "-n", "2", NEO4J_URL="bolt://given")
    assert (ran.returncode, "one worker alone can use it" in ran.stderr) == (pytest.ExitCode.USAGE_ERROR, True)
    ran = run(tmp_path, "-n", "auto", NEO4J_URL="bolt://given")
    assert (ran.returncode, "1 worker" in ran.stdout) == (0, True)


def test_the_service_hashes_keys_with_strong_parameters():
    """The tests make cheap ones; a process that is no test makes those of OWASP's advice."""
    made = "from service.security import api_keys; print(api_keys.hasher.hash('secret'))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", made], env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert api_keys.hasher.hash("secret").startswith("$argon2id$v=19$m=8,t=1,p=1$")
