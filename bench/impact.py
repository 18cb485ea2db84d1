"""The impact of one edit, compared with all pairs by rustworkx before and after it, on the same declarations."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

import rustworkx

from bench.declarations import draw_removals
from bench.loads import open_graph
from service.application.amendments import edit_impact
from service.application.findings import finding_thresholds
from service.domain.clock import now
from service.domain.edits import Edit
from service.repositories import compartments
from service.rules.impact.counters import PageWindow
from service.settings import Settings

SIZES = ("1", "10", "100", "dense")
TWICE = 2  # before and after
WINDOW = PageWindow()

ImpactTimings = dict[str, list[float]]


def measure_impacts(graph: str, dense: bool, edits: int, turn: int, turns: int) -> ImpactTimings:
    """One turn of measuring: seconds of impacts without and with findings, and of all pairs by rustworkx."""
    network, targets = _network(graph, dense), _targets(graph, edits)
    with open_graph() as store:
        recorded = compartments.read_state(store).recorded
        by = {"answers": None, "with findings": finding_thresholds(Settings())}

        def impact_seconds(name: str, edit: Edit) -> float:
            return _seconds(lambda: edit_impact.edits_impact(store, [edit], now(), recorded, WINDOW, by[name]))

        for name in by:  # Neo4j plans a statement when it is first asked
            impact_seconds(name, targets[turn])
        seconds = {"rustworkx": [_seconds(lambda: _all_pairs(network, dense))]}
        for name in by:
            seconds[name] = [impact_seconds(name, edit) for edit in targets[turn::turns]]
    return seconds


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _network(path: str, dense: bool) -> "rustworkx.PyDiGraph[int, None]":
    document = json.loads(Path(path).read_text())
    network: rustworkx.PyDiGraph[int, None] = rustworkx.PyDiGraph()
    network.add_nodes_from(range(max(document["of"].values()) + 1))
    network.add_edges_from_no_data([tuple(edge) for edge in document["edges"]])
    return network


def _all_pairs(network: "rustworkx.PyDiGraph[int, None]", dense: bool) -> None:
    """All distances, twice. With many small device models a matrix would be mostly empty, and take 40 GB."""
    for _ in range(TWICE):
        if dense:
            rustworkx.digraph_distance_matrix(network)
        else:
            rustworkx.digraph_all_pairs_dijkstra_path_lengths(network, lambda _: 1.0)


def _targets(path: str, count: int) -> list[Edit]:
    """Edits that each remove one base of a random entry."""
    document = json.loads(Path(path).with_name("declarations.json").read_text())
    return [Edit(entry, bases) for entry, bases in draw_removals(document, count, seed=5).items()]


def table_row(engine: str, entries: int, found: ImpactTimings, beside: ImpactTimings | None) -> str:
    """A row of the table: the ratios of one run, and the ratios to the impact on the list itself in `beside`."""
    names = ("answers", "with findings")
    cells = [_ratio(found["rustworkx"], found[name]) for name in names]
    cells += [_ratio(found[name], found["rustworkx"]) for name in names]
    cells += [_ratio(found[name], beside[name]) if beside else "–" for name in names]
    plain = ", ".join(f"{median(found[name]) * 1000:.3g}" for name in (*names, "rustworkx"))
    return f"| {engine}, {entries:,} | {' | '.join(cells)} | {plain} |"


def _ratio(one: Sequence[float], other: Sequence[float]) -> str:
    return f"{median(one) / median(other):.3g}"


HEAD = [
    "| engine, entries | rustworkx ÷ impact | ÷ impact with findings | impact ÷ rustworkx | with findings ÷ rustworkx "
    "| ÷ impact at one list | with findings | medians in ms: impact, with findings, rustworkx |",
    "|---|---|---|---|---|---|---|---|",
]
