"""`scripts/bench`: prints the ratios of one run, and the plain figures they come from."""

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.engines import ENGINES, NotEmpty, empty_graph
from bench.figures import ratios_table, sides_table, targets_table
from bench.impact_table import impact_rows
from bench.lists import base_list
from bench.run import SIZES, Measurement, measure, write_files

NAMES = {"ladybug": "Ladybug", "neo4j": "Neo4j"}


def main() -> None:
    """Measures, and prints as it goes."""
    given = _arguments().parse_args()
    base, which = base_list()
    print(f"The {which} list, {len(base)} entries, with generated declarations.", flush=True)
    if given.impact:
        sizes = () if given.size == "all" else (given.size,)
        for line in impact_rows(base, ENGINES if given.engine == "both" else (given.engine,), sizes, given.wipe):
            print(line, flush=True)
        return
    found = []
    for size in SIZES if given.size == "all" else (given.size,):
        for engine in ENGINES if given.engine == "both" else (given.engine,):
            with tempfile.TemporaryDirectory(prefix="pathways-bench-") as name:
                folder = Path(name)
                files = write_files(base, size, which == "genuine", folder)
                with empty_graph(engine, folder, given.wipe) as here:
                    found.append(measure(here, files, given.seconds, folder))
            print("\n".join(_told(found[-1])), flush=True)
    if given.json:
        told = {"list": which, "runs": [one.told() for one in found]}
        given.json.write_text(json.dumps(told, indent=2) + "\n", "utf-8")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both", help="which engine is measured")
    parser.add_argument(
        "--size", choices=("1", "10", "100", "dense", "all"), default="all", help="times the list's size, or dense"
    )
    parser.add_argument("--seconds", type=float, default=5, help="how long each figure is measured")
    parser.add_argument("--json", type=Path, help="a file for all figures")
    parser.add_argument("--impact", action="store_true", help="the impact of one edit instead, at ten times too")
    parser.add_argument("--wipe", action="store_true", help="empty the server that NEO4J_URL names, before and after")
    return parser


def _told(found: Measurement) -> Iterator[str]:
    where = f"{NAMES[found.engine]}, {found.entries:,}"
    yield f"\n## {where} entries, {found.edges:,} declared bases"
    yield f"Questions by outcome: {', '.join(f'{count} {name}' for name, count in sorted(found.outcomes.items()))}."
    loads = found.loads
    low, high = sorted(loads["ratio"])
    bare = " and ".join(f"{rate:,.0f}" for rate in loads["bare_rows_per_second"])
    yield f"Load of the list: {low:.3f}–{high:.3f} of a bare UNWIND's rows a second"
    yield f"({loads['list_rows_per_second']:,.0f} against {bare}), reading the file apart: {loads['reading_share']:.0%}"
    yield f"of the load; bases: {loads['bases_rows_per_second']:,.0f} rows a second. {_seconds(loads['seconds'])}."
    yield from _batch_told(found)
    peaks = (f"{name} {peak:,.0f}" for name, peak in found.peaks_mb.items() if peak)
    yield f"Peak memory in MB: {'; '.join(peaks)}."
    for table in (ratios_table(where, found.ratios), targets_table(where, found.targets), sides_table(found.sides)):
        yield from ("", *table)


def _batch_told(found: Measurement) -> Iterator[str]:
    batch = found.batch
    for name, seconds in (batch["seconds"] | {"rustworkx's graph": batch["build_seconds"]}).items():
        yield f"Batch, {name}: {', '.join(f'{one:.2f}' for one in seconds)} s."
    yield f"Against the same ways written as answers: {batch['written_ratio']:.3g} times as long."
    yield f"It answers {batch['ratio']} times as long, {batch['bytes'] / 1e6:.0f} MB; {batch['differing']} differ."


def _seconds(seconds: dict[str, float]) -> str:
    return "Seconds: " + ", ".join(f"{name} {spent:.1f}" for name, spent in seconds.items())


if __name__ == "__main__":
    try:
        main()
    except NotEmpty as why:
        raise SystemExit(str(why)) from why
