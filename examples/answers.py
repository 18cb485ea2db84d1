"""Writes docs/answers.md from running code: python -m examples.answers

Each outcome, reason and warning with a question to the examples that shows it, and what is answered.
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
from service.rules.pathfinding.k_shortest import MAX_WORK
from service.schemas.responses.pathways import Outcome, Pathway, PathwayStep, ReasonCode, WarningCode
from service.settings import Settings

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "answers.md"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LISTS = ("central-products-list-v1.001.xlsx", "central-products-list-v1.002.xlsx")

ASKED = ("| | asked | answered |", "|---|---|---|")

Fresh = Callable[[], Graph]


@dataclass(frozen=True)
class Scene:
    """What is loaded, in order, and the questions put to it: from, to, and `at` where it is not now."""

    told: str
    files: tuple[str, ...]
    questions: tuple[str, ...]


SCENES = (
    Scene(
        "the examples as their page says to load them",
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
    Scene("then with `bases-accept.csv`", (*LISTS, "bases.csv", "bases-accept.csv"), ("10 46",)),
    Scene("with the second list loaded after the bases", (LISTS[0], "bases.csv", LISTS[1]), ("33 42",)),
)

HEAD = """# Every outcome, reason and warning, with an example

Written by `python -m examples.answers` from what the service answers; a test compares. The questions are about the
fictional [examples](../examples/README.md), loaded in the morning of 2026-06-01.
"""


def page(fresh: Fresh) -> str:
    """The whole page. Raises LookupError for an outcome, a reason or a warning that no question shows."""
    shown: dict[str, str] = {}
    for scene in SCENES:
        for code, row in _rows(scene, fresh()):
            shown.setdefault(code, row)
    parts = (("Outcomes", Outcome), ("Reasons", ReasonCode), ("Warnings on a step", WarningCode))
    tables = [line for title, codes in parts for line in _table(title, get_args(codes), shown)]
    return "\n".join([HEAD, *tables, "## Alternatives", "", *ASKED, *_further(fresh()), ""])


def _table(title: str, codes: tuple[str, ...], shown: dict[str, str]) -> list[str]:
    missing = [code for code in codes if code not in shown]
    if missing:
        raise LookupError(f"no question shows {', '.join(missing)}")
    return [f"## {title}", "", *ASKED, *(shown[code] for code in codes), ""]


def _rows(scene: Scene, graph: Graph) -> Iterator[tuple[str, str]]:
    """For each code that the scene shows a row of the table, the first one first."""
    clock = _loaded(scene, graph)
    memory = GraphCache(graph, clock)
    for question in scene.questions:
        base, target, *at = question.split()
        moment = memory.as_of(parse_instant(at[0]) if at else None, None)
        asked = _asked(base, target, moment.at)
        answer = pathways.find_pathway(memory, moment, base.zfill(6), target.zfill(6), False)
        said = "" if scene is SCENES[0] else f" ({scene.told})"
        for code, text in _shown(answer):
            yield code, f"| `{code}` | `{asked}`{said} | {text} |"
    graph.close()


def _asked(base: str, target: str, at: datetime) -> str:
    return f"GET /v1/pathways?from={base.zfill(6)}&to={target.zfill(6)}&at={iso(at)}"


def _further(graph: Graph) -> Iterator[str]:
    """A row for each way in which alternatives may end: all of them told, more left, and too much work."""
    clock = _loaded(SCENES[0], graph)
    for name, work, target, most in (("all", MAX_WORK, "61", 3), ("`more`", MAX_WORK, "45", 1), ("", 1, "45", 1)):
        memory = GraphCache(graph, clock, work=work)
        moment = memory.as_of(None, None)
        asked = f"`{_asked('6', target, moment.at)}&alternatives={most}`"
        try:
            answer = pathways.find_pathway(memory, moment, "000006", target.zfill(6), False, most)
            ways = [_way(answer.from_, steps) for steps in (answer.steps, *answer.alternatives)]
            yield f"| {name} | {asked} | {'; '.join(ways)}; `more` is {str(answer.more).lower()} |"
        except TooMuchWork as wrong:
            yield f"| `{wrong.slug}` | {asked}, with `PATHWAYS_ALTERNATIVES_WORK={work}` | {wrong.detail} |"
    graph.close()


def _way(base: str, steps: list[PathwayStep]) -> str:
    return " → ".join([base, *(step.target for step in steps)])


def _shown(answer: Pathway) -> Iterator[tuple[str, str]]:
    way = _way(answer.from_, answer.steps)
    reasons = ", ".join(f"`{reason.code}`" for reason in answer.reasons)
    yield answer.outcome, way if answer.steps else reasons or "nothing to do"
    for reason in answer.reasons:
        yield reason.code, reason.text
    for step in answer.steps:
        for warning in step.warnings:
            yield warning.code, f"{step.base} → {step.target}: {warning.text}"


def _loaded(scene: Scene, graph: Graph) -> Callable[[], datetime]:
    """Loads what the scene needs, an hour apart, and gives a clock that stands at noon."""
    instants = [NOON - timedelta(hours=len(scene.files) - nth) for nth in range(len(scene.files))]
    options = LoadOptions(skip_refused=True, made_by="examples", reason="example")
    for name, when in zip(scene.files, instants, strict=True):
        path = HERE / name
        if name.startswith("bases"):
            load_bases(graph, lambda when=when: when, read_bases(path, Limits(), None), options)
        else:
            load_list(graph, lambda when=when: when, read_list(path, Limits()), name, options)
    return lambda: NOON


def main() -> None:
    """Writes the page, from embedded graphs that are thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        number = count()

        def fresh() -> Graph:
            graph = connect(Settings(graph=f"ladybug:{folder}/{next(number)}.lbdb"))
            migrate(graph)
            return graph

        PAGE.write_text(page(fresh), "utf-8")


if __name__ == "__main__":
    main()
