"""Writes docs/answers.md from the answers of the service: python -m examples.answers

The page has each outcome, reason and warning, with a question about the examples and the answer to the question.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import get_args

from loaders.bases import read_bases
from loaders.lists import read_list
from service.application.files.load import LoadOptions, load_bases, load_list
from service.application.pathways import pathways
from service.application.pathways.graph_cache import GraphCache
from service.domain.clock import iso, parse_instant
from service.domain.limits import Limits
from service.errors import TooMuchWork
from service.graph.connect import connect
from service.graph.migrate import migrate
from service.graph.protocol import Graph
from service.rules.pathfinding.k_shortest_paths import MAX_WORK
from service.schemas.responses.pathways import Outcome, Pathway, PathwayStep, ReasonCode, WarningCode
from service.settings import Settings

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "answers.md"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LISTS = ("central-products-list-v1.001.xlsx", "central-products-list-v1.002.xlsx")

TABLE_HEAD = ("| | question | answer |", "|---|---|---|")

GraphFactory = Callable[[], Graph]


@dataclass(frozen=True)
class Scenario:
    """The files to load, in order, and the questions to ask: from, to, and an optional `at`."""

    description: str
    files: tuple[str, ...]
    questions: tuple[str, ...]


SCENARIOS = (
    Scenario(
        "the examples, loaded in the order of their README",
        (*LISTS, "bases.csv"),
        (
            "1 34",
            "17 28",
            "34 1",
            "8 50",
            "14 29",
            "6 61 2026-02-01",
            "10 46",
            "15 55",
            "4 15",
            "7 51",
            "3 14",
            "16 33",
            "18 43",
            "17 44",
            "22 60",
            "45 40",
        ),
    ),
    Scenario("then with `bases-accept.csv`", (*LISTS, "bases.csv", "bases-accept.csv"), ("10 46",)),
    Scenario("with the second list loaded after the bases", (LISTS[0], "bases.csv", LISTS[1]), ("33 42",)),
)

HEAD = """# Every outcome, reason and warning, with an example

`python -m examples.answers` writes this page from the answers of the service; a test compares the page with them. The
questions are about the fictional [examples](../examples/README.md), loaded in the morning of 2026-06-01.
"""


def page(new_graph: GraphFactory) -> str:
    """The whole page. Raises LookupError for an outcome, a reason or a warning that no question shows."""
    rows: dict[str, str] = {}
    for scenario in SCENARIOS:
        for code, row in _rows(scenario, new_graph()):
            rows.setdefault(code, row)
    parts = (("Outcomes", Outcome), ("Reasons", ReasonCode), ("Warnings on a step", WarningCode))
    tables = [line for title, codes in parts for line in _table(title, get_args(codes), rows)]
    return "\n".join([HEAD, *tables, "## Alternatives", "", *TABLE_HEAD, *_alternative_rows(new_graph()), ""])


def _table(title: str, codes: tuple[str, ...], rows: dict[str, str]) -> list[str]:
    missing = [code for code in codes if code not in rows]
    if missing:
        raise LookupError(f"no question shows {', '.join(missing)}")
    return [f"## {title}", "", *TABLE_HEAD, *(rows[code] for code in codes), ""]


def _rows(scenario: Scenario, graph: Graph) -> Iterator[tuple[str, str]]:
    """A code and its row of the table, for each code in the answers to the questions of a scenario."""
    clock = _load(scenario, graph)
    cache = GraphCache(graph, clock)
    for question in scenario.questions:
        base, target, *at = question.split()
        as_of = cache.as_of(parse_instant(at[0]) if at else None, None)
        call = _call(base, target, as_of.at)
        answer = pathways.find_pathway(cache, as_of, base.zfill(6), target.zfill(6), False)
        condition = "" if scenario is SCENARIOS[0] else f" ({scenario.description})"
        for code, text in _codes_and_texts(answer):
            yield code, f"| `{code}` | `{call}`{condition} | {text} |"
    graph.close()


def _call(base: str, target: str, at: datetime) -> str:
    return f"GET /v1/pathways?from={base.zfill(6)}&to={target.zfill(6)}&at={iso(at)}"


def _alternative_rows(graph: Graph) -> Iterator[str]:
    """A row for each end of a search for alternatives: all are in the answer, there are more, or too much work."""
    clock = _load(SCENARIOS[0], graph)
    for name, work, target, most in (("all", MAX_WORK, "61", 3), ("`more`", MAX_WORK, "45", 1), ("", 1, "45", 1)):
        cache = GraphCache(graph, clock, work=work)
        as_of = cache.as_of(None, None)
        call = f"`{_call('6', target, as_of.at)}&alternatives={most}`"
        try:
            answer = pathways.find_pathway(cache, as_of, "000006", target.zfill(6), False, most)
            routes = [_route(answer.from_, steps) for steps in (answer.steps, *answer.alternatives)]
            yield f"| {name} | {call} | {'; '.join(routes)}; `more` is {str(answer.more).lower()} |"
        except TooMuchWork as error:
            yield f"| `{error.slug}` | {call}, with `PATHWAYS_ALTERNATIVES_WORK={work}` | {error.detail} |"
    graph.close()


def _route(base: str, steps: list[PathwayStep]) -> str:
    return " → ".join([base, *(step.target for step in steps)])


def _codes_and_texts(answer: Pathway) -> Iterator[tuple[str, str]]:
    route = _route(answer.from_, answer.steps)
    reasons = ", ".join(f"`{reason.code}`" for reason in answer.reasons)
    yield answer.outcome, route if answer.steps else reasons or "nothing to do"
    for reason in answer.reasons:
        yield reason.code, reason.text
    for step in answer.steps:
        for warning in step.warnings:
            yield warning.code, f"{step.base} → {step.target}: {warning.text}"


def _load(scenario: Scenario, graph: Graph) -> Callable[[], datetime]:
    """Loads the files of a scenario, an hour apart, and returns a clock that always shows noon."""
    instants = [NOON - timedelta(hours=len(scenario.files) - nth) for nth in range(len(scenario.files))]
    options = LoadOptions(skip_refused=True, made_by="examples", reason="example")
    for name, when in zip(scenario.files, instants, strict=True):
        path = HERE / name
        if name.startswith("bases"):
            load_bases(graph, lambda when=when: when, read_bases(path, Limits(), None), options)
        else:
            load_list(graph, lambda when=when: when, read_list(path, Limits()), name, options)
    return lambda: NOON


def main() -> None:
    """Writes the page, from temporary embedded graphs."""
    with tempfile.TemporaryDirectory() as folder:
        number = count()

        def new_graph() -> Graph:
            graph = connect(Settings(graph=f"ladybug:{folder}/{next(number)}.lbdb"))
            migrate(graph)
            return graph

        PAGE.write_text(page(new_graph), "utf-8")


if __name__ == "__main__":
    main()
