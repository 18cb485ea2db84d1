"""`scripts/bench`: prints the ratios of one run, and the figures behind them."""

import argparse
import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.against import compare
from bench.engines import ENGINES, NotEmpty, empty_graph, own_graph
from bench.figures import ratios_table, sides_table, targets_table
from bench.impact_table import impact_rows
from bench.lists import Row, base_list
from bench.run import SIZES, Measurement, measure, write_files
from bench.soak import soak
from tests.neo4j_ladder import own_neo4j

NAMES = {"ladybug": "Ladybug", "neo4j": "Neo4j"}


def main() -> None:
    """Measures each engine at each size, and prints every result at once."""
    options = _arguments().parse_args()
    base, source = base_list()
    print(f"The {source} list, {len(base)} entries, with generated declarations.", flush=True)
    table = _soak if options.soak else _against if options.against else _impacts if options.impact else None
    if table:
        for line in table(options, base):
            print(line, flush=True)
    else:
        _measure_all(options, base, source)


def _against(options: argparse.Namespace, base: list[Row]) -> Iterator[str]:
    for size in SIZES if options.size == "all" else (options.size,):
        yield from compare(base, size, options.against, options.seconds)


def _soak(options: argparse.Namespace, base: list[Row]) -> Iterator[str]:
    for engine in _engines(options):
        with tempfile.TemporaryDirectory(prefix="pathways-bench-") as name, ExitStack() as held:
            folder = Path(name)
            files = write_files(base, "dense" if options.size == "all" else options.size, False, folder)
            graph, pid = empty_graph(engine, folder, False), None
            if engine == "neo4j":
                server = held.enter_context(own_neo4j(folder / "neo4j", require=True))
                graph, pid = own_graph(server, folder), server.pid
            yield f"\n## {NAMES[engine]}, {files.entries:,} entries, {files.edges:,} declared bases\n"
            yield from soak(held.enter_context(graph), files, pid, options.soak)


def _impacts(options: argparse.Namespace, base: list[Row]) -> Iterator[str]:
    sizes = () if options.size == "all" else (options.size,)
    return impact_rows(base, _engines(options), sizes, options.wipe)


def _engines(options: argparse.Namespace) -> tuple[str, ...]:
    return ENGINES if options.engine == "both" else (options.engine,)


def _measure_all(options: argparse.Namespace, base: list[Row], source: str) -> None:
    results: list[Measurement] = []
    for size in SIZES if options.size == "all" else (options.size,):
        for engine in _engines(options):
            with tempfile.TemporaryDirectory(prefix="pathways-bench-") as name:
                folder = Path(name)
                files = write_files(base, size, source == "genuine", folder)
                with empty_graph(engine, folder, options.wipe) as graph:
                    results.append(measure(graph, files, options.seconds, folder))
            print("\n".join(_result_lines(results[-1])), flush=True)
    if options.json:
        document = {"list": source, "runs": [result.figures() for result in results]}
        options.json.write_text(json.dumps(document, indent=2) + "\n", "utf-8")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both", help="the engine to measure")
    parser.add_argument(
        "--size",
        choices=("1", "10", "100", "dense", "all"),
        default="all",
        help="copies of the list, or dense",
    )
    parser.add_argument("--seconds", type=float, default=5, help="seconds of measuring for each figure")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--impact", action="store_true", help="measure the impact of one edit instead")
    parser.add_argument("--soak", type=int, metavar="MINUTES", help="mixed load with a fault a minute")
    parser.add_argument("--against", metavar="REF", help="compare with the service of an earlier commit, on Ladybug")
    parser.add_argument("--wipe", action="store_true", help="empty the server of NEO4J_URL, before and after")
    return parser


def _result_lines(found: Measurement) -> Iterator[str]:
    where = f"{NAMES[found.engine]}, {found.entries:,}"
    yield f"\n## {where} entries, {found.edges:,} declared bases"
    yield f"Questions by outcome: {', '.join(f'{count} {name}' for name, count in sorted(found.outcomes.items()))}."
    loads = found.loads
    low, high = sorted(loads["ratio"])
    bare = " and ".join(f"{rate:,.0f}" for rate in loads["bare_rows_per_second"])
    yield f"Load of the list: {low:.3f}–{high:.3f} of a bare UNWIND's rows a second"
    yield f"({loads['list_rows_per_second']:,.0f} against {bare}), reading the file: {loads['reading_share']:.0%}"
    yield f"of the load; bases: {loads['bases_rows_per_second']:,.0f} rows a second. {_seconds(loads['seconds'])}."
    yield from _batch_lines(found)
    peaks = (f"{name} {peak:,.0f}" for name, peak in found.peaks_mb.items() if peak)
    yield f"Peak memory in MB: {'; '.join(peaks)}."
    for table in (ratios_table(where, found.ratios), targets_table(where, found.targets), sides_table(found.sides)):
        yield from ("", *table)


def _batch_lines(found: Measurement) -> Iterator[str]:
    batch = found.batch
    for name, seconds in (batch["seconds"] | {"rustworkx's graph": batch["build_seconds"]}).items():
        yield f"Batch, {name}: {', '.join(f'{one:.2f}' for one in seconds)} s."
    yield f"Ratio to rustworkx with its routes written as answers: {batch['written_ratio']:.3g}."
    size_mb = batch["bytes"] / 1e6
    yield f"Ratio to rustworkx alone: {batch['ratio']}; {size_mb:.0f} MB; {batch['differing']} answers differ."


def _seconds(seconds: dict[str, float]) -> str:
    return "Seconds: " + ", ".join(f"{name} {spent:.1f}" for name, spent in seconds.items())


if __name__ == "__main__":
    try:
        main()
    except NotEmpty as error:
        raise SystemExit(str(error)) from error
