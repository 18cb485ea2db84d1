"""Clients that ask questions in a loop for some seconds, and measure how long each answer takes."""

import asyncio
import http.client
import json
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Any

import ladybug
import uvloop
from neo4j import READ_ACCESS, GraphDatabase

from bench.declarations import Pair
from bench.loads import open_graph
from service.application.pathways.graph_cache import GraphCache
from service.domain.clock import now
from service.graph.query import statement_text
from service.repositories.engine_shortest_path import SHORTEST
from service.settings import Settings

ROUTE = "/v1/pathways?from={base}&to={target}"

AskFunction = Callable[[str, str], int | None]
Timing = tuple[list[float], float]
"""The seconds of each question, and of all of them."""


@cache
def questions(path: str) -> list[Pair]:
    """The questions of a file. All sides answer the same questions in the same order."""
    return [(base, target) for base, target in json.loads(Path(path).read_text())]


def client_questions(pairs: list[Pair], client: int, clients: int) -> "islice[Pair]":
    """The questions in an endless loop. Each client starts at another place."""
    return islice(cycle(pairs), client * len(pairs) // clients, None)


def in_threads(ask: AskFunction, asked: str, clients: int, seconds: float) -> Timing:
    """One thread a client. A client asks its next question after the answer to the one before."""
    latencies: list[list[float]] = [[] for _ in range(clients)]
    began = perf_counter()
    deadline = began + seconds

    def client(nth: int) -> None:
        for base, target in client_questions(questions(asked), nth, clients):
            start = perf_counter()
            ask(base, target)
            latencies[nth].append(perf_counter() - start)
            if perf_counter() > deadline:
                return

    threads = [threading.Thread(target=client, args=(nth,)) for nth in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [latency for client_latencies in latencies for latency in client_latencies], perf_counter() - began


def ask_bare(asked: str, clients: int, seconds: float) -> Timing:
    """Runs the shortest-path statement of `cypher/` over the driver, without the service."""
    return in_threads(bare_shortest_path(), asked, clients, seconds)


@cache
def bare_shortest_path() -> AskFunction:
    """A function that runs the shortest-path statement as of now: the number of steps, None without a route."""
    settings = Settings()
    with open_graph() as graph:
        as_of, statement = GraphCache(graph, now).as_of(None, None), statement_text(SHORTEST.name, graph.dialect)
    clocks = {"at": as_of.at, "known_at": as_of.known_at, "through_removed": False}
    run = _ladybug(settings) if settings.graph.startswith("ladybug:") else _neo4j(settings)

    def ask(base: str, target: str) -> int | None:
        rows = run(statement, {"base": base, "target": target} | clocks)
        return int(rows[0][0]) if rows else None

    return ask


def _neo4j(settings: Settings) -> Callable[[str, dict[str, Any]], list[Any]]:
    password = settings.neo4j_password.get_secret_value()
    driver = GraphDatabase.driver(settings.graph, auth=(settings.neo4j_user, password) if password else None)

    def run(statement: str, parameters: dict[str, Any]) -> list[Any]:
        with driver.session(default_access_mode=READ_ACCESS) as session:
            return list(session.run(statement, parameters))

    return run


def _ladybug(settings: Settings) -> Callable[[str, dict[str, Any]], list[Any]]:
    database = ladybug.Database(settings.graph.removeprefix("ladybug:"))
    local = threading.local()

    def run(statement: str, parameters: dict[str, Any]) -> list[Any]:
        if not hasattr(local, "connection"):
            local.connection = ladybug.Connection(database)
            local.connection.execute("CALL var_length_extend_max_depth=255")
        rows: list[Any] = local.connection.execute(statement, parameters).get_all()
        return rows

    return run


def ask_once(asked: str, port: int, kept: str, seconds: float) -> dict[str, Any]:
    """Asks the service each question once, for at most `seconds`, and writes the answers to the file `kept`.

    Questions beyond that time are removed from the file of questions, so that all sides get the same ones.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port)
    answers, latencies = [], []
    began = perf_counter()
    for base, target in questions(asked):
        start = perf_counter()
        connection.request("GET", ROUTE.format(base=base, target=target))
        answers.append(connection.getresponse().read())
        latencies.append(perf_counter() - start)
        if perf_counter() - began > seconds:
            break
    Path(kept).write_bytes(b"[" + b",".join(answers) + b"]")
    Path(asked).write_text(json.dumps(questions(asked)[: len(answers)]))
    outcomes = Counter(json.loads(answer)["outcome"] for answer in answers)
    return {"latencies": latencies, "seconds": sum(latencies), "outcomes": outcomes}


def ask_http(asked: str, port: int, clients: int, seconds: float) -> Timing:
    """Asks over HTTP, with one persistent connection a client."""
    return uvloop.run(_http(questions(asked), port, clients, seconds))


async def _http(pairs: list[Pair], port: int, clients: int, seconds: float) -> Timing:
    began = perf_counter()
    parts = [_client(client_questions(pairs, nth, clients), port, began + seconds) for nth in range(clients)]
    latencies = [latency for part in await asyncio.gather(*parts) for latency in part]
    return latencies, perf_counter() - began


async def _client(pairs: "islice[Pair]", port: int, deadline: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    latencies = []
    for base, target in pairs:
        question = request(ROUTE.format(base=base, target=target))
        start = perf_counter()
        writer.write(question)
        await read_answer(reader)
        latencies.append(perf_counter() - start)
        if perf_counter() > deadline:
            break
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return latencies


def request(path: str, body: bytes | None = None) -> bytes:
    """The bytes of a request: POST with a body of JSON, or GET."""
    head = f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    if body is None:
        return f"{head}\r\n".encode()
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def read_answer(reader: asyncio.StreamReader) -> bytes:
    """The body of one answer. Raises RuntimeError for any status but 200."""
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"the server answered {head[:200]!r}")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return await reader.readexactly(int(length))
