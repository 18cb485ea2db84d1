"""Writes docs/answers.md from running code: python -m examples.answers

Each outcome, reason and warning with a question to the examples that shows it, and what is answered.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

from loaders.bases import read_bases
from loaders.lists import read_list
from loaders.load import Options, load_bases, load_list
from service.graph.connect import connect
from service.graph.migrate import migrate
from service.graph.protocol import Graph
from service.model.clock import parse_instant
from service.model.pathway import Outcome, Pathway, ReasonCode, WarningCode
from service.settings import Limits, Settings
from service.store import pathways
from service.store.memory import Memory

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "answers.md"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LISTS = ("central-products-list-v1.001.xlsx", "central-products-list-v1.002.xlsx")

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
fictional [examples](../examples/README.md), asked at noon of 2026-06-01 unless an `at` is given.
"""


def page(fresh: Fresh) -> str:
    """The whole page. Raises LookupError for an outcome, a reason or a warning that no question shows."""
    shown: dict[str, str] = {}
    for scene in SCENES:
        for code, row in _rows(scene, fresh()):
            shown.setdefault(code, row)
    parts = (("Outcomes", Outcome), ("Reasons", ReasonCode), ("Warnings on a step", WarningCode))
    return "\n".join([HEAD, *(line for title, codes in parts for line in _table(title, get_args(codes), shown))])


def _table(title: str, codes: tuple[str, ...], shown: dict[str, str]) -> list[str]:
    missing = [code for code in codes if code not in shown]
    if missing:
        raise LookupError(f"no question shows {', '.join(missing)}")
    return [f"## {title}", "", "| | asked | answered |", "|---|---|---|", *(shown[code] for code in codes), ""]


def _rows(scene: Scene, graph: Graph) -> Iterator[tuple[str, str]]:
    """For each code that the scene shows a row of the table, the first one first."""
    clock = _loaded(scene, graph)
    memory = Memory(graph, clock)
    for question in scene.questions:
        base, target, *at = question.split()
        moment = memory.moment(parse_instant(at[0]) if at else None, None)
        answer = pathways.pathway(memory, moment, base.zfill(6), target.zfill(6), False)
        asked = f"from={answer.from_}&to={answer.to}" + (f"&at={at[0]}" if at else "")
        said = "" if scene is SCENES[0] else f" ({scene.told})"
        for code, text in _shown(answer):
            yield code, f"| `{code}` | `GET /v1/pathways?{asked}`{said} | {text} |"
    graph.close()


def _shown(answer: Pathway) -> Iterator[tuple[str, str]]:
    way = " → ".join([answer.from_, *(step.target for step in answer.steps)])
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
    options = Options(skip_refused=True, made_by="examples", reason="example")
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
        number = iter(range(len(SCENES)))

        def fresh() -> Graph:
            graph = connect(Settings(graph=f"ladybug:{folder}/{next(number)}.lbdb"))
            migrate(graph)
            return graph

        PAGE.write_text(page(fresh), "utf-8")


if __name__ == "__main__":
    main()
