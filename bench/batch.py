"""Thousands of pairs at once: asked of the service in one request, and found by rustworkx in memory."""

import http.client
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import rustworkx

from bench.declarations import Declared, Pair
from bench.lists import Row

TIMEOUT = 600
Drawn = dict[str, Any]
"""`of`: the vertex of each entry; `edges`: the steps between vertices."""


def drawn(rows: Sequence[Row], said: Declared) -> Drawn:
    """What is declared as a plain graph. Twins are one vertex, and no step leads to what was removed."""
    given = {row.number: row.given for row in rows}
    firmware = {row.number: (*row.device_model, row.given["firmware_version"], row.given["image_hash"]) for row in rows}
    places = {key: place for place, key in enumerate(dict.fromkeys(firmware.values()))}
    of = {number: places[key] for number, key in firmware.items()}
    listed = {of[row.number] for row in rows if row.listed}
    steps = ((base, target) for target, bases in said.items() for base in bases if of[target] in listed)
    edges = {(of[b], of[t]) for b, t in steps if given[b]["device_type"] == given[t]["device_type"]}
    return {"of": of, "edges": sorted(edge for edge in edges if edge[0] != edge[1])}


def in_memory(graph: str, asked: str) -> dict[str, Any]:
    """All pairs by rustworkx, one search a source; the seconds of that, and those of building its graph before."""
    kept = json.loads(Path(graph).read_text())
    pairs = [(kept["of"][base], kept["of"][target]) for base, target in json.loads(Path(asked).read_text())]
    began = perf_counter()
    network = rustworkx.PyDiGraph()
    network.add_nodes_from(range(max(kept["of"].values()) + 1))
    network.add_edges_from_no_data([tuple(edge) for edge in kept["edges"]])
    built = perf_counter()
    ways = found(network, pairs)
    seconds = perf_counter() - built
    return {"seconds": seconds, "build_seconds": built - began, "steps": [way and len(way) - 1 for way in ways]}


def found(network: "rustworkx.PyDiGraph[int, None]", pairs: Sequence[tuple[int, int]]) -> list[list[int] | None]:
    """A way with the fewest steps for each pair, both ends included; None where there is none."""
    asked: dict[int, list[int]] = defaultdict(list)
    for nth, (source, _) in enumerate(pairs):
        asked[source].append(nth)
    ways: list[list[int] | None] = [None] * len(pairs)
    for source, places in asked.items():
        there = rustworkx.digraph_dijkstra_shortest_paths(network, source, None)  # every step costs one
        for nth in places:
            target = pairs[nth][1]
            ways[nth] = [source] if target == source else list(there[target]) if target in there else None
    return ways


def over_http(asked: str, port: int) -> dict[str, Any]:
    """All pairs in one request; the seconds until the last byte of the answer."""
    pairs: list[Pair] = json.loads(Path(asked).read_text())
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    began = perf_counter()
    connection.request("POST", "/v1/pathways", json.dumps({"pairs": pairs}), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    body = answer.read()
    seconds = perf_counter() - began
    if answer.status != 200:
        raise RuntimeError(f"the server answered {answer.status} {body[:500]!r}")
    return {"seconds": seconds, "bytes": len(body), "steps": [_steps(item) for item in json.loads(body)["items"]]}


def _steps(item: dict[str, Any]) -> int | None:
    """How many steps; None where there is no route."""
    return len(item["steps"]) if item["outcome"] in ("route", "already-there") else None


def differing(service: Sequence[int | None], fewest: Sequence[int | None]) -> int:
    """How many answers are not of the same question. The service may take more steps, to avoid a blank image."""
    return sum(
        (mine is None) != (least is None) or (mine is not None and least is not None and mine < least)
        for mine, least in zip(service, fewest, strict=True)
    )
