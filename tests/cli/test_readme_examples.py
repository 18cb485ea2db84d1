"""examples/README.md is true: every question of its tables, asked of the command line on both engines."""

import json
import re
import shlex
from contextlib import closing
from dataclasses import dataclass
from typing import get_args

import pytest

from service.application.pathways import pathways
from service.application.pathways.graph_cache import GraphCache
from service.domain.clock import now, parse_instant
from service.graph.connect import connect
from service.schemas.responses.pathways import ReasonCode, WarningCode
from service.settings import Settings
from tests.cli.conftest import ACCEPT, LOADS, run_here
from tests.conftest import EXAMPLES, open_empty

pytestmark = pytest.mark.seconds(7)

ROW = re.compile(r"^\| `pathways (path [^`]+)` \| ([a-z-]+) \|([^|]*)\|([^|]*)\|$", re.MULTILINE)
EXITS = {"route": 0, "already-there": 0, "none": 1, "unknown": 4}


@dataclass(frozen=True)
class Told:
    """A row of the README: a question and what it says of the answer."""

    question: str
    outcome: str
    shown: str
    remark: str

    @property
    def words(self):
        """The command's words."""
        return shlex.split(self.question)

    @property
    def alternatives(self):
        """How many further ways are asked for; the examples have as many."""
        return int(self.words[self.words.index("--alternatives") + 1]) if "--alternatives" in self.words else 0

    @property
    def way(self):
        """The entries of the way, in order."""
        return re.findall(r"\d{6}", self.shown) if self.outcome == "route" else []

    @property
    def codes(self):
        """The codes of reasons and warnings that it names."""
        return set(re.findall(r"`([a-z-]+)`", self.shown + self.remark))

    @property
    def reasons(self):
        """The reasons to look for."""
        return self.codes & set(get_args(ReasonCode))


def told(text):
    """The rows of a piece of the README."""
    return [Told(*row) for row in ROW.findall(text)]


FIRST, THEN = map(told, (EXAMPLES / "README.md").read_text(encoding="utf-8").split("Then accept that base"))
CHANGED = {row.question for row in THEN}


@pytest.fixture(scope="module")
def named(engine, request, tmp_path_factory):
    """The setting that names a graph with the examples, loaded by the commands of the README."""
    if engine == "ladybug":
        settings = {"PATHWAYS_GRAPH": f"ladybug:{tmp_path_factory.mktemp('readme')}/graph.lbdb"}
    else:
        open_empty(engine, request, tmp_path_factory.mktemp("unused")).close()
        found = request.getfixturevalue("neo4j_settings")
        password = found.neo4j_password.get_secret_value()
        settings = {
            "PATHWAYS_GRAPH": found.graph,
            "PATHWAYS_NEO4J_USER": found.neo4j_user,
            "PATHWAYS_NEO4J_PASSWORD": password,
        }
    for words in LOADS:
        ran = run_here(*words, **settings)
        assert ran.code == 0, ran.err
    return settings


@pytest.fixture(scope="module")
def accepted(named):
    """The same graph once the held base is accepted by name."""
    ran = run_here("load", "bases", str(ACCEPT), "--reason", "the board is the same to the firmware", **named)
    assert ran.code == 0, ran.err
    return named


def check(row, settings):
    """Asks a row's question, and compares."""
    ran = run_here(*row.words, "--json", **settings)
    assert ran.code == EXITS[row.outcome]
    compare(row, json.loads(ran.out))


def compare(row, answer):
    """An answer with what the row says of it."""
    assert answer["outcome"] == row.outcome, row.question
    steps = answer["steps"]
    assert [*(step["base"] for step in steps[:1]), *(step["target"] for step in steps)] == row.way
    assert {reason["code"] for reason in answer["reasons"]} >= row.reasons
    assert len(answer["alternatives"]) == row.alternatives
    warned = {warning["code"] for step in steps for warning in step["warnings"]}
    assert warned >= row.codes & set(get_args(WarningCode))


def test_the_tables_are_read():
    """A README that is written otherwise would be no test at all."""
    assert len(FIRST) >= 25
    assert len(THEN) == 2
    assert {row.outcome for row in FIRST} == set(EXITS)
    assert sum(len(row.reasons) for row in FIRST) >= 10
    assert sum(bool(row.codes & set(get_args(WarningCode))) for row in FIRST + THEN) >= 7


@pytest.mark.parametrize("row", FIRST, ids=lambda row: row.question)
def test_what_the_readme_tells_is_so(row, named):
    """Outcome, exit code, the exact way, and the reasons and warnings that it names."""
    check(row, named)


@pytest.mark.parametrize("row", THEN, ids=lambda row: row.question)
def test_what_it_tells_of_the_accepted_base_is_so(row, accepted):
    """The two device models are joined, and the step is warned of."""
    check(row, accepted)


def test_accepting_a_base_leaves_the_other_answers(accepted):
    """An acceptance belongs to its pair: all the rest is as it was, asked of the same graph in this process."""
    names = {name.removeprefix("PATHWAYS_").lower(): value for name, value in accepted.items()}
    with closing(connect(Settings(**names))) as graph:
        for row in FIRST:
            if row.question not in CHANGED:
                _, base, target, *options = row.words
                at = parse_instant(options[options.index("--at") + 1]) if "--at" in options else None
                memory = GraphCache(graph, now)
                answer = pathways.find_pathway(
                    memory, memory.as_of(at, None), base, target, "--through-removed" in options, row.alternatives
                )
                compare(row, answer.model_dump(mode="json", by_alias=True))


def test_the_graph_is_sound_after_all_this(accepted):
    """`verify` finds derived rows and ways as they should be."""
    ran = run_here("verify", "--json", "--pairs", "40", **accepted)
    assert (ran.code, json.loads(ran.out)["faults"]) == (0, [])
