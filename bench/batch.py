"""Thousands of pairs at once: in one request to the service, and by rustworkx in memory."""

import http.client
import json
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

import rustworkx

from bench.declarations import Declarations, Pair
from bench.lists import Row
from service.application.pathways.pathway_json import write_pathway
from service.domain.clock import BEGINNING
from service.schemas.responses.pathways import Pathway, PathwayStep
from service.security.receipt_keys import Keyring

TIMEOUT = 600
PlainGraph = dict[str, Any]
"""`of`: the vertex of each entry; `shown`: the fields of a vertex in an answer; `edges`: the steps between vertices."""


def to_plain_graph(rows: Sequence[Row], declarations: Declarations) -> PlainGraph:
    """The declarations as a plain graph. Twins are one vertex, and no step leads to a removed entry."""
    given = {row.number: row.given for row in rows}
    firmware = {row.number: (*row.device_model, row.given["firmware_version"], row.given["image_hash"]) for row in rows}
    places = {key: place for place, key in enumerate(dict.fromkeys(firmware.values()))}
    of = {number: places[key] for number, key in firmware.items()}
    first = {of[row.number]: (row, firmware[row.number]) for row in reversed(rows)}
    first = dict(sorted(first.items()))
    listed = {of[row.number] for row in rows if row.listed}
    steps = ((base, target) for target, bases in declarations.items() for base in bases if of[target] in listed)
    edges = {(of[b], of[t]) for b, t in steps if given[b]["device_type"] == given[t]["device_type"]}
    shown = [
        [row.number, row.device_model[0] + "".join(row.device_model[1:]), *key[-2:]] for row, key in first.values()
    ]
    return {"of": of, "shown": shown, "edges": sorted(edge for edge in edges if edge[0] != edge[1])}


def in_memory(graph: str, asked: str) -> dict[str, Any]:
    """Answers all pairs by rustworkx, with one search a source.

    Returns the seconds of the search, of building the graph, and of the search with the writing of answers as the
    service writes them, with receipts but without reasons and warnings.
    """
    document = json.loads(Path(graph).read_text())
    pairs = [(document["of"][base], document["of"][target]) for base, target in json.loads(Path(asked).read_text())]
    began = perf_counter()
    network = rustworkx.PyDiGraph()
    network.add_nodes_from(range(max(document["of"].values()) + 1))
    network.add_edges_from_no_data([tuple(edge) for edge in document["edges"]])
    built = perf_counter()
    routes = shortest_paths(network, pairs)
    seconds = perf_counter() - built
    with tempfile.TemporaryDirectory() as folder:
        keys = Keyring(Path(folder) / "keys")
        started = perf_counter()
        b",".join(
            _write_answer(document["shown"], route, pair, keys) for route, pair in zip(routes, pairs, strict=True)
        )
        written = perf_counter() - started
    steps = [route and len(route) - 1 for route in routes]
    return {"seconds": seconds, "written_seconds": seconds + written, "build_seconds": built - began, "steps": steps}


def _write_answer(shown: list[list[str]], route: list[int] | None, pair: tuple[int, int], keys: Keyring) -> bytes:
    """The answer for a route as the service would send it."""
    steps = [
        PathwayStep(
            base=shown[base][0],
            target=number,
            device_model=model[-8:],
            firmware_version=version,
            image_hash=image or None,
            warnings=[],
        )
        for base, target in pairwise(route or [])
        for number, model, version, image in [shown[target]]
    ]
    outcome = "none" if route is None else "route" if steps else "already-there"
    ends = {"from_": shown[pair[0]][0], "to": shown[pair[1]][0], "outcome": outcome, "steps": steps, "reasons": []}
    when = {"at": BEGINNING, "known_at": BEGINNING, "list_version": "2.051", "list_issued": "", "updated": BEGINNING}
    return write_pathway(Pathway(**ends, **when), False, 0, "0" * 64, keys.id).fill_at(BEGINNING, keys)


def shortest_paths(
    network: "rustworkx.PyDiGraph[int, None]", pairs: Sequence[tuple[int, int]]
) -> list[list[int] | None]:
    """A route with the fewest steps for each pair, both ends included; None without a route."""
    asked: dict[int, list[int]] = defaultdict(list)
    for nth, (source, _) in enumerate(pairs):
        asked[source].append(nth)
    routes: list[list[int] | None] = [None] * len(pairs)
    for source, places in asked.items():
        paths = rustworkx.digraph_dijkstra_shortest_paths(network, source, None)  # every step costs one
        for nth in places:
            target = pairs[nth][1]
            routes[nth] = [source] if target == source else list(paths[target]) if target in paths else None
    return routes


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
    """The number of steps; None without a route."""
    return len(item["steps"]) if item["outcome"] in ("route", "already-there") else None


def count_differences(service: Sequence[int | None], fewest: Sequence[int | None]) -> int:
    """How many answers contradict each other. The service may take more steps, to avoid an entry without an image."""
    return sum(
        (mine is None) != (least is None) or (mine is not None and least is not None and mine < least)
        for mine, least in zip(service, fewest, strict=True)
    )
