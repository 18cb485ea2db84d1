"""Every question in the tables of examples/README.md, run on the command line with both engines."""

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
class ReadmeRow:
    """A row of the README: a question and the expected answer."""

    question: str
    outcome: str
    shown: str
    remark: str

    @property
    def words(self):
        """The words of the command."""
        return shlex.split(self.question)

    @property
    def alternatives(self):
        """The number of alternatives requested; the examples have as many."""
        return int(self.words[self.words.index("--alternatives") + 1]) if "--alternatives" in self.words else 0

    @property
    def route(self):
        """The entries of the route, in order."""
        return re.findall(r"\d{6}", self.shown) if self.outcome == "route" else []

    @property
    def codes(self):
        """The codes of reasons and warnings that the row names."""
        return set(re.findall(r"`([a-z-]+)`", self.shown + self.remark))

    @property
    def reasons(self):
        """The reason codes that the row names."""
        return self.codes & set(get_args(ReasonCode))


def parse_rows(text):
    """The rows of a part of the README."""
    return [ReadmeRow(*row) for row in ROW.findall(text)]


FIRST, THEN = map(parse_rows, (EXAMPLES / "README.md").read_text(encoding="utf-8").split("Then accept that base"))
CHANGED = {row.question for row in THEN}


@pytest.fixture(scope="module")
def named(engine, request, tmp_path_factory):
    """The settings of a graph with the examples, loaded by the commands of the README."""
    if engine == "ladybug":
        settings = {"PATHWAYS_GRAPH": f"ladybug:{tmp_path_factory.mktemp('readme')}/graph.lbdb"}
    else:
        open_empty(engine, request, tmp_path_factory.mktemp("unused")).close()
        neo4j = request.getfixturevalue("neo4j_settings")
        password = neo4j.neo4j_password.get_secret_value()
        settings = {
            "PATHWAYS_GRAPH": neo4j.graph,
            "PATHWAYS_NEO4J_USER": neo4j.neo4j_user,
            "PATHWAYS_NEO4J_PASSWORD": password,
        }
    for words in LOADS:
        ran = run_here(*words, **settings)
        assert ran.code == 0, ran.err
    return settings


@pytest.fixture(scope="module")
def accepted(named):
    """The settings of the same graph after the acceptance of the held base."""
    ran = run_here("load", "bases", str(ACCEPT), "--reason", "the board is the same to the firmware", **named)
    assert ran.code == 0, ran.err
    return named


def ask_and_compare(row, settings):
    """Runs the question of a row, and compares the answer."""
    ran = run_here(*row.words, "--json", **settings)
    assert ran.code == EXITS[row.outcome]
    compare(row, json.loads(ran.out))


def compare(row, answer):
    """Compares an answer with the row."""
    assert answer["outcome"] == row.outcome, row.question
    steps = answer["steps"]
    assert [*(step["base"] for step in steps[:1]), *(step["target"] for step in steps)] == row.route
    assert {reason["code"] for reason in answer["reasons"]} >= row.reasons
    assert len(answer["alternatives"]) == row.alternatives
    warned = {warning["code"] for step in steps for warning in step["warnings"]}
    assert warned >= row.codes & set(get_args(WarningCode))


def test_the_tables_are_parsed():
    """Guards the tests below: with another table format they would test nothing."""
    assert len(FIRST) >= 25
    assert len(THEN) == 2
    assert {row.outcome for row in FIRST} == set(EXITS)
    assert sum(len(row.reasons) for row in FIRST) >= 10
    assert sum(bool(row.codes & set(get_args(WarningCode))) for row in FIRST + THEN) >= 7


@pytest.mark.parametrize("row", FIRST, ids=lambda row: row.question)
def test_the_answers_of_the_readme_are_true(row, named):
    """Outcome, exit code, exact route, and the reasons and warnings that the row names."""
    ask_and_compare(row, named)


@pytest.mark.parametrize("row", THEN, ids=lambda row: row.question)
def test_the_answers_after_the_acceptance_are_true(row, accepted):
    """The acceptance gives a step between the two device models, with a warning."""
    ask_and_compare(row, accepted)


def test_an_acceptance_changes_no_other_answer(accepted):
    """An acceptance belongs to its pair of entries; the test asks the same graph in this process."""
    names = {name.removeprefix("PATHWAYS_").lower(): value for name, value in accepted.items()}
    with closing(connect(Settings(**names))) as graph:
        for row in FIRST:
            if row.question not in CHANGED:
                _, base, target, *options = row.words
                at = parse_instant(options[options.index("--at") + 1]) if "--at" in options else None
                cache = GraphCache(graph, now)
                answer = pathways.find_pathway(
                    cache, cache.as_of(at, None), base, target, "--through-removed" in options, row.alternatives
                )
                compare(row, answer.model_dump(mode="json", by_alias=True))


def test_verify_finds_no_faults_afterwards(accepted):
    """`verify` recomputes derived rows and pathways."""
    ran = run_here("verify", "--json", "--pairs", "40", **accepted)
    assert (ran.code, json.loads(ran.out)["faults"]) == (0, [])
