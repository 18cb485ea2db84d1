"""`scripts/bench --impact`: the impact of one edit, at every size."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.child import Child
from bench.declarations import FEW, MANY, declared
from bench.engines import place
from bench.impact import HEAD, SIZES, Weighed, told
from bench.lists import Row, dense, times
from bench.run import prepared

EDITS, ROUNDS = 40, 5


def weighings(base: list[Row], engines: Sequence[str], sizes: Sequence[str], wipe: bool) -> Iterator[str]:
    """The rows of a table, as they are measured. A copy of the list is loaded for each engine and size."""
    yield from HEAD
    for engine in engines:
        first: Weighed | None = None
        for size in sizes or SIZES:
            entries, found = _weighed(base, engine, size, wipe)
            first = first or (found if size == "1" else None)
            yield told(engine, entries, found, None if size == "dense" else first)


def _weighed(base: list[Row], engine: str, size: str, wipe: bool) -> tuple[int, Weighed]:
    with tempfile.TemporaryDirectory(prefix="pathways-bench-") as name, place(engine, Path(name), wipe) as here:
        folder = Path(name)
        files = prepared(base, size, False, folder)
        rows = dense() if size == "dense" else base if size == "1" else times(base, int(size))
        (folder / "said.json").write_text(json.dumps(declared(rows, MANY if size == "dense" else FEW)))
        with Child(here.environment) as child:
            child.call("load_list", path=str(files.list))
            child.call("load_bases", path=str(files.bases))
            edits = ROUNDS if size == "dense" else EDITS
            found: Weighed = child.call(
                "weighed", graph=str(files.graph), dense=size == "dense", edits=edits * 2, rounds=ROUNDS
            )
        return files.entries, found
