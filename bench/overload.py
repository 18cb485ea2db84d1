"""`python -m bench.overload`: what expensive questions and many clients cost those who ask cheap ones.

Loads the dense list into a new embedded graph and starts `pathways serve` over it. Prints the latencies of cached
pathways and of the probes alone, beside impacts of `--edits` edits, and while 45 callers post such impacts and hang up
after 20 ms; the seconds of one impact alone, those until the work has ended and until SIGTERM has ended the server;
and the latencies of 16 to 1,000 clients. Ends with exit code 1 where a figure is not reached.
"""

import argparse
import asyncio
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from bench.clients import ROUTE, request
from bench.declarations import (
    MANY,
    Declarations,
    draw_declarations,
    draw_pairs,
    draw_removals,
    impact_body,
    write_bases,
)
from bench.engines import Environment
from bench.lists import generate_dense_list, write_list
from bench.serving import REAL, Server, run_server
from bench.watched import Client, Timings, Watched, keep_asking
from bench.worker import Worker

HANG_UPS, HANG_UP_SECONDS, HEAVY = 45, 0.02, 4
CLIENTS = (16, 64, 256, 1000)
WARM_SECONDS = 3


@dataclass(frozen=True)
class Bench:
    """The server to measure, and what to ask it."""

    server: Server
    pathways: list[str]
    declarations: Declarations
    edits: int
    failures: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        """The port of the server."""
        return self.server.port

    def require(self, name: str, value: float, most: float) -> None:
        """Prints a figure and its target, and notes a failure."""
        print(f"  {name}: {value:.3g}, at most {most:g}", flush=True)
        if not value <= most:
            self.failures.append(name)

    def bodies(self, first: int, count: int) -> list[bytes]:
        """The bodies of so many impacts, from the seed `first` on. Drawn beforehand: it would delay the clients."""
        seeds = range(first, first + count)
        return [impact_body(draw_removals(self.declarations, self.edits, seed)) for seed in seeds]

    def cpu_seconds(self) -> float:
        """The CPU time of the server and of its workers so far."""
        ticks = 0
        for pid in descendants(self.server.pid):
            with suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> set[int]:
    """A process and all its descendants."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


async def measure_alone(bench: Bench, seconds: float) -> None:
    """Cached pathways and probes, and nothing beside them."""
    async with Watched(bench.port, bench.pathways) as watched:
        await asyncio.sleep(seconds)
    print("\n".join(watched.lines("alone")), flush=True)


async def measure_impact(bench: Bench) -> None:
    """One impact, and nothing beside it."""
    (body,) = bench.bodies(400, 1)
    status, seconds = await Client(bench.port).ask("/v1/impact", body)
    bench.require(f"seconds of an impact of {bench.edits} edits alone", seconds if status == 200 else float("inf"), 8)


async def measure_heavy(bench: Bench) -> None:
    """Beside as many impacts as are admitted. Further ones are refused at once."""
    first, queue, beyond = bench.bodies(0, HEAVY), bench.bodies(50, HEAVY), bench.bodies(100, 10)
    async with Watched(bench.port, bench.pathways) as watched:
        heavy = ask_impacts(bench, first)
        await asyncio.sleep(0.5)
        waiting = ask_impacts(bench, queue)
        await asyncio.sleep(0.2)
        surplus = [await Client(bench.port).ask("/v1/impact", body) for body in beyond]
        answers = await asyncio.gather(*heavy, *waiting)
    print("\n".join(watched.lines(f"beside {HEAVY} impacts")), flush=True)
    print(f"  impacts: {', '.join(f'{status} after {took:.1f} s' for status, took in answers)}", flush=True)
    bench.require("cached pathways, p99 in ms", watched.cheap.quantile_ms(0.99), 25)
    bench.require("slowest refusal in ms", max(took for _, took in surplus) * 1000, 50)
    bench.require("surplus impacts that were not refused", sum(status != 503 for status, _ in surplus), 0)


def ask_impacts(bench: Bench, bodies: list[bytes]) -> list["asyncio.Task[tuple[int, float]]"]:
    """Asks all at the same time, each on a connection of its own."""
    return [asyncio.create_task(Client(bench.port).ask("/v1/impact", body)) for body in bodies]


async def measure_hang_ups(bench: Bench) -> None:
    """While 45 callers post an impact and hang up."""
    bodies = bench.bodies(0, 5 * HANG_UPS)
    async with Watched(bench.port, bench.pathways) as watched:
        for turn in range(5):
            turns = bodies[turn * HANG_UPS :][:HANG_UPS]
            await asyncio.gather(*(hang_up(bench, body) for body in turns))
            await asyncio.sleep(1)
    before = bench.cpu_seconds()
    await asyncio.sleep(1)
    bench.require("CPU seconds in the second after the last hang-up", bench.cpu_seconds() - before, 0.2)
    print("\n".join(watched.lines(f"beside {HANG_UPS} hang-ups")), flush=True)
    bench.require("cached pathways, p99 in ms", watched.cheap.quantile_ms(0.99), 100)
    for path, timings in watched.probes.items():
        bench.require(f"{path}, p99 in ms", timings.quantile_ms(0.99), 2000 if path == "/readyz" else 100)
    every = watched.cheap.statuses + sum((t.statuses for t in watched.probes.values()), Counter())
    bench.require("cheap requests without an answer", every.total() - every[200], 0)


async def hang_up(bench: Bench, body: bytes) -> None:
    """Posts an impact, and closes the connection."""
    _, writer = await asyncio.open_connection("127.0.0.1", bench.port)
    writer.write(request("/v1/impact", body))
    await asyncio.sleep(HANG_UP_SECONDS)
    writer.transport.abort()


async def measure_clients(bench: Bench, seconds: float) -> None:
    """Many clients of cached pathways. Beyond what the service admits they are refused, and come again as late as the
    refusal says; the others are answered.
    """
    for count in CLIENTS:
        timings, clients = Timings(), [Client(bench.port) for _ in range(count)]
        for client in clients:
            await client.connect()
        tasks = [asyncio.create_task(keep_asking(client, bench.pathways, timings)) for client in clients]
        await asyncio.sleep(seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        print(f"{count} clients: {timings}, {timings.statuses[200] / seconds:.0f} answers a second", flush=True)
        bench.require("answered pathways, p99 in ms", timings.quantile_ms(0.99), 1000)
        bench.require("requests without a response", timings.statuses[0], 0)


async def measure_end(bench: Bench) -> None:
    """SIGTERM beside impacts at work."""
    heavy = ask_impacts(bench, bench.bodies(300, HEAVY))
    await asyncio.sleep(0.5)
    began = time.monotonic()
    bench.server.process.send_signal(signal.SIGTERM)
    code = await asyncio.to_thread(bench.server.process.wait, 60)
    bench.require("seconds until SIGTERM has ended the server", time.monotonic() - began, 8)
    bench.require("its exit code", code, 0)
    await asyncio.gather(*heavy)


@contextmanager
def served(folder: Path, edits: int) -> Iterator[Bench]:
    """The service over the dense list."""
    rows = generate_dense_list()
    declarations = draw_declarations(rows, MANY)
    environment: Environment = {
        "PATHWAYS_GRAPH": f"ladybug:{folder / 'graph.lbdb'}",
        "PATHWAYS_RECEIPT_KEYS": str(folder / "keys"),
    }
    with Worker(environment) as loader:
        loader.call("load_list", path=str(write_list(rows, folder / "list.csv")))
        loader.call("load_bases", path=str(write_bases(declarations, folder / "bases.csv")))
    with run_server(REAL, environment) as server:
        paths = [ROUTE.format(base=base, target=target) for base, target in draw_pairs(rows, declarations, 50)]
        yield Bench(server, paths, declarations, edits)


async def measure(bench: Bench, seconds: float) -> None:
    """Measures everything; the end of the server comes last."""
    await asyncio.gather(*(Client(bench.port).ask(path) for path in bench.pathways))
    await asyncio.sleep(WARM_SECONDS)  # the worker processes start
    await measure_alone(bench, seconds)
    await measure_impact(bench)
    await measure_heavy(bench)
    await measure_hang_ups(bench)
    await measure_clients(bench, seconds)
    await measure_end(bench)


def main() -> None:
    """Measures, and tells which figures were not reached."""
    parser = argparse.ArgumentParser(prog="python -m bench.overload", description=__doc__)
    parser.add_argument("--edits", type=int, default=105, help="edits of each impact")
    parser.add_argument("--seconds", type=float, default=5, help="seconds of measuring for each figure without end")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pathways-bench-") as folder, served(Path(folder), options.edits) as bench:
        uvloop.run(measure(bench, options.seconds))
    if bench.failures:
        raise SystemExit(f"Not reached: {'; '.join(bench.failures)}")


if __name__ == "__main__":
    main()
