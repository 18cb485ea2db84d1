"""The two halves of the suite: which tests run, in what order, and what the end of the output says of the others.

The quick half is the default. It leaves out every test that is marked `deep`. On Neo4j it runs the tests of
`tests/store`, which hold what the engines could do differently, and one function of each other module; of each
function the first set of parameters; no test that is marked `deep_on_neo4j`; and no property. The marker
`quick_on_neo4j` adds a function or a property with all its parameters. On Ladybug it runs all of them. `--deep` runs
everything. `--slice 2/6` runs the second of six parts of what the quick half leaves out, and of the properties, which
the quick half tries on few examples.

Under xdist each worker selects for itself, and the controller, which collects nothing, prints what one of them says.
"""

import argparse
import gc
import hashlib
import os
import re
from collections import Counter
from collections.abc import Generator, Iterable

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from tests.properties import load_profile

MOST_WORKERS = 4  # each may hold a Neo4j of 1 GB
LEFT_OUT, PASSED = pytest.StashKey[Counter[str]](), pytest.StashKey["Passed"]()
ON_NEO4J = re.compile(r"[\[-]neo4j[\]-]")
WHERE = {"ladybug": "on Ladybug", "neo4j": "on Neo4j", None: "without an engine"}
PARAMETERS = "one set of parameters a test function runs on Neo4j"
PROPERTIES = "properties on Neo4j"
FUNCTIONS = "one function of a module outside tests/store runs on Neo4j"
EVERY_FUNCTION = "tests/store/"
OTHER_SLICES = "the other slices"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options that choose the tests."""
    parser.addoption("--require-neo4j", action="store_true", help="fail, rather than skip, without a Neo4j")
    parser.addoption("--deep", action="store_true", help="run the whole suite, and not the quick half alone")
    parser.addoption(
        "--slice", metavar="K/N", type=numbers, help="run part K of N of what the quick half leaves out or shortens"
    )


def numbers(given: str) -> tuple[int, int]:
    """The two numbers of `2/6`."""
    found = re.fullmatch(r"(\d+)/(\d+)", given)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise argparse.ArgumentTypeError(f"{given!r} is not K/N with K from 1 to N")
    return int(found[1]), int(found[2])


def pytest_configure(config: pytest.Config) -> None:
    """Registers the markers, before the modules that use them and the number of examples are imported."""
    config.addinivalue_line("markers", "deep(reason): the quick half leaves this test out, for this reason")
    config.addinivalue_line("markers", "deep_on_neo4j(reason): the same for this test on Neo4j alone")
    config.addinivalue_line("markers", "quick_on_neo4j: the quick half runs all of this function on Neo4j too")
    config.addinivalue_line("markers", "seconds(n): what a long module takes; the longest are begun first")
    config.stash[LEFT_OUT], config.stash[PASSED] = Counter(), Passed()
    config.pluginmanager.register(config.stash[PASSED])
    load_profile(config.getoption("--deep") or config.getoption("--slice") is not None)
    if the_url_is_used() and (config.getoption("numprocesses", None) or 0) > 1:
        raise pytest.UsageError("The tests wipe the Neo4j of NEO4J_URL, so one worker alone can use it: -n 1")


def the_url_is_used() -> bool:
    """Whether the tests would run on the one server that NEO4J_URL names."""
    return bool(os.environ.get("NEO4J_URL")) and os.environ.get("PATHWAYS_TEST_RUNG", "url") == "url"


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The number of workers of `-n auto`: one a core."""
    return 1 if the_url_is_used() else min(MOST_WORKERS, len(os.sched_getaffinity(0)))


# ---- which tests run


def engine_of(item: pytest.Item) -> str | None:
    """The engine that a test is parametrised with."""
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("engine") if callspec else None


def deep_reason(item: pytest.Item, name: str) -> str | None:
    """The reason in the marker `name` of the test, or None without that marker. Wrong usage without one reason."""
    mark = item.get_closest_marker(name)
    if mark is None:
        return None
    if len(mark.args) != 1 or not isinstance(mark.args[0], str) or mark.kwargs:
        raise pytest.UsageError(f"{item.nodeid}: the marker {name} needs one reason")
    return mark.args[0]


def reasons(items: Iterable[pytest.Item]) -> dict[pytest.Item, str]:
    """The tests that the quick half leaves out, and why."""
    found: dict[pytest.Item, str] = {}
    chosen: set[str] = set()
    for item in items:
        reason = deep_reason(item, "deep")
        if not reason and engine_of(item) == "neo4j":
            reason = reason_on_neo4j(item, chosen)
        if reason:
            found[item] = reason
    return found


def reason_on_neo4j(item: pytest.Item, chosen: set[str]) -> str | None:
    """Why the quick half leaves out a test on Neo4j.

    `chosen` names the functions that run on Neo4j without a marker, and their modules; it grows.
    """
    function, module = item.nodeid.partition("[")[0], item.nodeid.partition("::")[0]
    if reason := deep_reason(item, "deep_on_neo4j"):
        return f"{reason}, on Neo4j"
    if item.get_closest_marker("quick_on_neo4j"):
        return None
    if is_property(item):
        return PROPERTIES
    if function in chosen:
        return PARAMETERS
    if module in chosen and not module.startswith(EVERY_FUNCTION):
        return FUNCTIONS
    chosen.update({function, module})
    return None


def is_property(item: pytest.Item) -> bool:
    """Whether the number of examples changes what the test does."""
    return bool(getattr(getattr(item, "obj", None), "is_hypothesis_test", False))


def slice_of(nodeid: str, slices: int) -> int:
    """The slice of a test, from 1: it depends on nothing but the test's name."""
    return int.from_bytes(hashlib.sha256(nodeid.encode()).digest()[:8]) % slices + 1


def without(items: list[pytest.Item], config: pytest.Config) -> dict[pytest.Item, str]:
    """The tests that this run leaves out, and why."""
    if config.getoption("--deep"):
        return {}
    quick_without = reasons(items)
    if not (asked := config.getoption("--slice")):
        return quick_without
    number, slices = asked
    belongs = {item: item in quick_without or is_property(item) for item in items}
    return {
        item: OTHER_SLICES if belongs[item] else "the quick half"
        for item in items
        if not belongs[item] or slice_of(item.nodeid, slices) != number
    }


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collects without the garbage collector, which finds nothing here and would look at all tests again and again."""
    gc.disable()
    collected = yield
    gc.enable()
    gc.freeze()
    return collected


def tell_apart(items: Iterable[pytest.Item]) -> None:
    """Puts the operation into the node ids of tests that schemathesis makes, which with pytest 9.2 name the function.

    Of tests that share a node id xdist runs but one, and says nothing. Wrong usage where any still share one.
    """
    for item in items:
        function, bracket, operation = item.name.partition("[")
        if bracket and item.nodeid.endswith(f"::{function}"):
            item._id = item.id.with_params(operation.removesuffix("]"))
    if shared := [name for name, number in Counter(item.nodeid for item in items).items() if number > 1]:
        raise pytest.UsageError(f"Several tests have the node id {shared[0]}: xdist would run but one of them")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves tests out, and puts the longest modules first where workers share them."""
    tell_apart(items)
    found = without(items, config)
    config.stash[LEFT_OUT].update(found.values())
    if found:
        config.hook.pytest_deselected(items=list(found))
        items[:] = [item for item in items if item not in found]
    if is_worker(config):
        config.workeroutput["left_out"] = dict(config.stash[LEFT_OUT])
        items.sort(key=lambda item: -seconds(item))


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is a worker of xdist."""
    return hasattr(config, "workerinput")


def seconds(item: pytest.Item) -> float:
    """What the module of a test says to take."""
    return max((mark.args[0] for mark in item.iter_markers("seconds")), default=0)


class ByModuleAndEngine(LoadScopeScheduling):
    """Gives a worker the tests of one module together, since they share their fixtures, and all tests on Neo4j.

    A Neo4j that has just been started compiles its own code and plans each statement for the first time: with one
    server this is done once.
    """

    def _split_scope(self, nodeid: str) -> str:
        module, _, rest = nodeid.partition("::")
        return "neo4j" if ON_NEO4J.search(rest) else module


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling | None:
    """Takes the place of xdist's own `--dist loadfile`."""
    return ByModuleAndEngine(config, log) if config.getvalue("dist") == "loadfile" else None


# ---- what the end of the output says


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_testnodedown(node: WorkerController) -> None:
    """Takes what a worker left out: all of them collect the same tests, so one worker's word is enough."""
    if left_out := getattr(node, "workeroutput", {}).get("left_out"):
        node.config.stash[LEFT_OUT] = Counter(left_out)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Has each report name its engine, which a report from a worker would otherwise not know."""
    report = yield
    if engine := engine_of(item):
        report.user_properties = [*report.user_properties, ("engine", engine)]
    return report


class Passed:
    """Counts the tests that passed on each engine, in the controller, which sees the reports of all workers."""

    def __init__(self) -> None:
        self.on: Counter[object] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Counts a test that passed."""
        if report.when == "call" and report.passed:
            self.on[dict(report.user_properties).get("engine")] += 1


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails a run that requires Neo4j and ran nothing on it."""
    if session.exitstatus == pytest.ExitCode.OK and nothing_on_neo4j(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def nothing_on_neo4j(config: pytest.Config) -> bool:
    """Whether no test passed on Neo4j though it is required. A worker knows but its own tests, so it never says so."""
    judged = config.getoption("--require-neo4j") and not config.option.collectonly and not is_worker(config)
    return bool(judged) and not config.stash[PASSED].on["neo4j"]


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints what did not run, and how many tests that is."""
    for line in ending(config, terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(line)


def ending(config: pytest.Config, skipped: Iterable[pytest.TestReport]) -> Iterable[str]:
    """The last lines of the output."""
    left_out, passed = config.stash[LEFT_OUT], config.stash[PASSED].on
    counts = ", ".join(f"{passed[engine]:,} {where}" for engine, where in WHERE.items())
    yield f"PASSED: {counts}."
    yield f"Each property was tried on {os.environ['PATHWAYS_EXAMPLES']} examples; the slow ones on a share of that."
    if skips := Counter(skip_reason(report) for report in skipped):
        yield from counted(f"SKIPPED, {skips.total():,} tests:", skips)
    if left_out:
        yield from counted(f"LEFT OUT, {left_out.total():,} tests (scripts/test --deep runs all tests):", left_out)
    if nothing_on_neo4j(config):
        yield "FAILED: --require-neo4j was given, and no test passed on Neo4j."


def counted(head: str, numbers: Counter[str]) -> Iterable[str]:
    """A headline, and below it each reason with its number of tests."""
    return [head, *(f"{number:7,}  {reason}" for reason, number in numbers.most_common())]


def skip_reason(report: pytest.TestReport) -> str:
    """Why a test was skipped."""
    told = report.longrepr[2] if isinstance(report.longrepr, tuple | list) else str(report.longrepr)
    return told.removeprefix("Skipped: ")
