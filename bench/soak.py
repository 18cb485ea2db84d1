"""`scripts/bench --soak MINUTES`: mixed load with one fault a minute, every answer checked against answers kept before.

Readers ask pathways, searches and batches, and a writer declares one entry again and again, each time as it was. So no
answer may change: an answer that differs from the one kept before the load is a wrong answer. Apart from 200 and 201
the service may answer 503 with `Retry-After`, and 409, 422 or 429 with a problem; anything else counts as unexpected.
"""

import http.client
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from uuid import uuid4

from bench import faults
from bench.clients import ROUTE
from bench.declarations import draw_removals, impact_body
from bench.engines import EmptyGraph
from bench.faults import HANG_UPS, HOLD_SECONDS, TIMEOUT
from bench.run import BenchFiles
from bench.serving import REAL, Server, run_server
from bench.worker import Worker

READERS, PAIRS, EDITS = 4, 200, 100
RECOVERY_SECONDS, RETRY_SECONDS = 10.0, 0.2
"""The time after a fault in which a caller may find no server, and the time until it tries again."""
MINUTE = 60.0
LAST_KILL = 9
JSON = {"Content-Type": "application/json"}
PROMISED = frozenset({200, 201, 409, 422, 429})
NOT_RECORDED = 404
NOTHING_LEFT = ("unknown-amendment", "changes-nothing")
"""The problems that say of a revert that nothing is left of the amendment. A revert that is too much work is asked for
again: otherwise no later edit would change anything.
"""


@dataclass
class Tally:
    """What the callers saw: responses by kind and status, wrong answers, and unexpected responses."""

    responses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    unreachable: int = 0

    @property
    def failed(self) -> bool:
        """Whether an answer was wrong, a response unexpected, or no amendment and no revert was made."""
        return bool(self.wrong or self.unexpected or not self.responses["revert 201"])


class Soak:
    """One server under load. Faults act on its process, on its engine or on its connections."""

    def __init__(self, graph: EmptyGraph, files: BenchFiles, engine_pid: int | None) -> None:
        """`engine_pid` is the process of a Neo4j that the benchmark started; None for an embedded engine."""
        self.graph, self.engine_pid = graph, engine_pid
        self.tally, self.over = Tally(), threading.Event()
        self.last_fault = 0.0
        self.pairs = [(base, target) for base, target in json.loads(files.questions.read_text())[:PAIRS]]
        self.declared: dict[str, list[str]] = json.loads(files.graph.with_name("declarations.json").read_text())
        self.kept: dict[tuple[str, str], object] = {}
        self.server: Server
        self.held: ExitStack

    def run(self, minutes: int) -> Iterator[str]:
        """The lines of the report: one a minute, and the result."""
        with ExitStack() as held:
            self.held = held
            self.start()
            self.kept = {pair: self.pathway(pair) for pair in self.pairs}
            with self.callers():
                yield f"| minute | fault | resident MB | requests so far | 503 | wrong | unexpected |\n{'|---' * 7}|"
                for minute in range(minutes):
                    choice = self.faults(minute)
                    name, fault = choice[minute % len(choice)]
                    began = time.monotonic()
                    self.last_fault = began + HOLD_SECONDS
                    fault()
                    time.sleep(max(0.0, began + MINUTE - time.monotonic()))
                    yield self.line(minute + 1, name)
        yield f"Responses: {dict(sorted(self.tally.responses.items()))}; without a connection: {self.tally.unreachable}"
        yield from (f"wrong: {text}" for text in self.tally.wrong[:20])
        yield from (f"unexpected: {text}" for text in self.tally.unexpected[:20])

    @contextmanager
    def callers(self) -> Iterator[None]:
        """Readers and a writer that ask until the end of the block, which comes before the last server stops."""
        callers = [threading.Thread(target=self.read, args=(n,)) for n in range(READERS)]
        callers.append(threading.Thread(target=self.write))
        for caller in callers:
            caller.start()
        try:
            yield
        finally:
            self.over.set()
            for caller in callers:
                caller.join()

    def start(self) -> None:
        """Starts the server, which stops with the soak."""
        self.server = self.held.enter_context(run_server(REAL, self.graph.environment))

    def line(self, minute: int, fault: str) -> str:
        """One line of the table."""
        counts = self.tally.responses
        refused = sum(count for name, count in counts.items() if name.endswith(" 503"))
        found = (minute, fault, f"{resident_mb(self.server.pid):.0f}", counts.total(), refused)
        return "| " + " | ".join(map(str, (*found, len(self.tally.wrong), len(self.tally.unexpected)))) + " |"

    # ---- the callers

    def request(self, kind: str, method: str, path: str, body: object = None) -> bytes | None:
        """The body of an answer of status 200 or 201; None without one, which is counted by its cause."""
        status, text = self.exchange(kind, method, path, body)
        return text if status in (200, 201) else None

    def exchange(
        self, kind: str, method: str, path: str, body: object = None, promised: frozenset[int] = PROMISED
    ) -> tuple[int, bytes]:
        """The status and the body of an answer, which are counted; status 0 where no answer came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=TIMEOUT)
        with closing(connection):
            try:
                connection.request(method, path, None if body is None else json.dumps(body), JSON if body else {})
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.count_unreachable(kind, error)
                return 0, b""
        self.tally.responses[f"{kind} {answer.status}"] += 1
        if answer.status not in promised and not (answer.status == 503 and answer.getheader("Retry-After")):
            self.tally.unexpected.append(f"{kind}: {answer.status} {text[:200]!r}")
        return answer.status, text

    def count_unreachable(self, kind: str, error: Exception) -> None:
        """Counts a connection that failed. After a kill this is expected for some seconds, at other times it is not."""
        self.tally.unreachable += 1
        time.sleep(RETRY_SECONDS)
        if time.monotonic() > self.last_fault + RECOVERY_SECONDS:
            self.tally.unexpected.append(f"{kind}: {error!r}")

    def pathway(self, pair: tuple[str, str]) -> object:
        """The part of a pathway that no fault may change; None without an answer."""
        text = self.request("pathway", "GET", ROUTE.format(base=pair[0], target=pair[1]))
        if text is None:
            return None
        answer = json.loads(text)
        return answer["outcome"], [(step["base"], step["target"]) for step in answer.get("steps", ())]

    def read(self, seed: int) -> None:
        """Asks pathways in a random order, and now and then a search, a batch or a page, until the end."""
        chosen = random.Random(seed)
        while not self.over.is_set():
            pair = chosen.choice(self.pairs)
            found = self.pathway(pair)
            if found is not None and found != self.kept[pair]:
                self.tally.wrong.append(f"{pair}: {found} in place of {self.kept[pair]}")
            if chosen.random() < 0.02:
                self.read_batch(chosen.sample(self.pairs, 20))
            if chosen.random() < 0.02:
                self.request("search", "GET", f"/v1/entries?q={pair[0]}")
            if chosen.random() < 0.01:
                self.request("page", "GET", f"/?from={pair[0]}&to={pair[1]}")

    def read_batch(self, pairs: list[tuple[str, str]]) -> None:
        """Asks a batch, and checks each answer."""
        text = self.request("batch", "POST", "/v1/pathways", {"pairs": pairs})
        if text is None:
            return
        for pair, item in zip(pairs, json.loads(text)["items"], strict=True):
            found = item["outcome"], [(step["base"], step["target"]) for step in item.get("steps", ())]
            if found != self.kept[pair]:
                self.tally.wrong.append(f"{pair} in a batch: {found} in place of {self.kept[pair]}")

    def write(self) -> None:
        """Declares the bases of one entry from a later date on, and then reverts that: no answer of today changes."""
        entry = next(name for name, bases in sorted(self.declared.items()) if bases)
        edits = [{"entry": entry, "bases": self.declared[entry][1:], "effective_from": "2099-01-01"}]
        while not self.over.is_set():
            name = uuid4().hex  # known here, so that it is reverted even if the response is lost
            text = self.request("impact", "POST", "/v1/impact", {"edits": edits, "findings": False})
            if text is not None:
                body = {"id": name, "edits": edits, "by": "bench", "reason": "soak", "impact": json.loads(text)["id"]}
                self.request("amendment", "POST", "/v1/amendments", body)
                while not self.over.is_set() and not self.revert(name):
                    self.over.wait(1)
            self.over.wait(1)

    def revert(self, amendment: str) -> bool:
        """Reverts an amendment, so that the next one changes something again. Returns whether nothing is left of it:
        it was reverted, or nobody recorded it.
        """
        path = f"/v1/amendments/{amendment}/revert"
        status, shown = self.exchange("revert preview", "GET", path, promised=PROMISED | {NOT_RECORDED})
        if status != 200:
            return status != 0 and json.loads(shown)["type"].rpartition(":")[2] in NOTHING_LEFT
        body = {"by": "bench", "reason": "soak", "impact": json.loads(shown)["id"]}
        return self.request("revert", "POST", path, body) is not None

    # ---- the faults

    def faults(self, minute: int) -> list[tuple[str, Callable[[], None]]]:
        """The faults in the order in which the minutes have them; the first minute has none.

        From the tenth minute on the server is not killed, so that its memory can be compared.
        """
        found: list[tuple[str, Callable[[], None]]] = [
            ("none", lambda: None),
            (f"{HANG_UPS} callers hang up", self.hang_up),
            ("headers dripped", lambda: faults.drip_headers(self.server.port)),
        ]
        if self.engine_pid is not None:
            found.append(("engine frozen", lambda: faults.freeze(self.engine_pid or 0)))
        if self.graph.file is not None:
            found.append(("disk full", lambda: faults.fill_disk(self.server.pid)))
        found.append(("server killed", self.kill) if minute < LAST_KILL else ("none", lambda: None))
        return found

    def hang_up(self) -> None:
        """Has callers post impacts of many edits and hang up."""
        faults.hang_up(self.server.port, impact_body(draw_removals(self.declared, EDITS, seed=5)))

    def kill(self) -> None:
        """Kills the server with SIGKILL, and starts another on the same graph."""
        self.last_fault = inf
        os.kill(self.server.pid, signal.SIGKILL)
        self.start()
        self.last_fault = time.monotonic()


def resident_mb(pid: int) -> float:
    """The resident memory of a process now, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def soak(graph: EmptyGraph, files: BenchFiles, engine_pid: int | None, minutes: int) -> Iterator[str]:
    """Loads the list and the bases, runs the soak, and raises SystemExit after its report if an answer was wrong."""
    for command, path in (("load_list", files.list), ("load_bases", files.bases)):
        with Worker(graph.environment) as child:
            child.call(command, path=str(path))
    found = Soak(graph, files, engine_pid)
    yield from found.run(minutes)
    if found.tally.failed:
        raise SystemExit("The soak failed: a wrong answer, an unexpected response, or no amendment and revert.")
