"""The log of what organisations were told. No answer waits for it: one thread writes it, after the answers are given.

What cannot be written is held and tried again; beyond a bound what comes later is dropped, and that is said aloud.
"""

import threading
from collections import deque
from collections.abc import Hashable
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Self

import structlog

from service.domain.clock import Clock
from service.domain.memo import SizedLRU
from service.errors import EngineUnavailable
from service.graph.protocol import Graph
from service.repositories import disclosures as store
from service.rules.records.disclosure import order_key
from service.schemas.responses.disclosures import AnswerSummary, Disclosure, DisclosureKind

_HELD = 50_000  # tellings that wait to be written; some 1 kB each, most of it the receipt
_KNOWN = 200_000  # questions of which it is remembered what was written last
_BATCH = 500  # tellings written in one transaction, which lets amendments in between
_PAUSE = 0.5  # seconds in which tellings gather before they are written
_TRIES = 5  # of a batch, before the one telling is looked for that cannot be written
_LONGEST_WAIT = 30.0  # seconds before a batch is tried again
_HOUR = 3600.0
_PATIENCE = 10.0  # seconds in which what still waits is written when the service stops

log = structlog.get_logger()


class DisclosureLog:
    """Takes what was told and has it written, while it is open. Threads may share it.

    `days`: for how long it is kept; 0 keeps nothing. `held`: how many tellings may wait.
    """

    def __init__(self, graph: Graph, clock: Clock, days: int, held: int = _HELD) -> None:
        self._graph, self._clock, self._days, self._held = graph, clock, days, held
        self._waiting: deque[Disclosure] = deque()
        self._last = SizedLRU[Hashable, tuple[date, AnswerSummary]](_KNOWN)
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="disclosures", daemon=True)
        self._failures = self._dropped = 0
        self._complained = -_HOUR
        self._swept = -_HOUR

    def __enter__(self) -> Self:
        """Begins to write, and to let go what is kept no longer."""
        self._thread.start()
        return self

    def __exit__(self, *failed: object) -> None:
        """Writes what still waits, as far as the engine lets it within some seconds, and ends."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(_PATIENCE)
        if self.waiting or self._dropped:
            log.error("disclosures lost", rows=self.waiting + self._dropped, why="the service stopped")

    @property
    def waiting(self) -> int:
        """How many tellings are not written yet."""
        return len(self._waiting)

    def record(
        self,
        organisation: str,
        kind: DisclosureKind,
        ends: tuple[str, str],
        through_removed: bool,
        at: datetime,
        said: AnswerSummary,
        dated: bool = False,
        receipt: bytes = b"",
    ) -> None:
        """Takes note that an organisation was told something. What it was told today already costs a look.

        `receipt`: an answer that ends with its receipt, or none. Raises nothing.
        """
        if not self._days:
            return
        answered = self._clock()
        key = (organisation, kind, ends, through_removed, dated and (at, said.known_at))
        mark = (answered.date(), said)
        if self._last.get(key) == mark:
            return
        if self.waiting >= self._held:
            self._drop(1)  # it is not marked: told again, it is tried again
            return
        self._last.put([key], mark, 1)
        signed = receipt_of(receipt)
        self._waiting.append(Disclosure(organisation, kind, *ends, through_removed, dated, at, said, answered, signed))
        self._wake.set()

    def _drop(self, rows: int) -> None:
        self._dropped += rows
        if monotonic() - self._complained > 60:
            self._complained = monotonic()
            log.error("disclosures dropped", rows=self._dropped, held=self.waiting, why="the graph takes none")

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._sweep()
            self._wake.wait(_HOUR)
            self._stopping.wait(_PAUSE)
            self._wake.clear()
            while self._waiting and not self._stopping.is_set():
                if not self._wrote():
                    self._stopping.wait(min(2.0**self._failures, _LONGEST_WAIT))
        while self._waiting and self._wrote():
            pass

    def _wrote(self) -> bool:
        """Whether the first of what waits could be written."""
        batch = [self._waiting[place] for place in range(min(self.waiting, _BATCH))]  # others append meanwhile
        try:
            self._write(batch)
        except Exception as failure:  # whatever it is, answers go on
            self._failures += 1
            log.warning("disclosures not written", rows=self.waiting, why=str(failure)[:200], failures=self._failures)
            return False
        self._failures = 0
        for _ in batch:
            self._waiting.popleft()
        return True

    def _write(self, batch: list[Disclosure]) -> None:
        """Writes a batch; one that cannot be written though the engine is there is sought out and dropped."""
        try:
            store.write_disclosures(self._graph, batch)
        except EngineUnavailable:
            raise
        except Exception:
            if self._failures < _TRIES:
                raise
            if len(batch) == 1:
                self._drop(1)
                return
            self._write(batch[: len(batch) // 2])
            self._write(batch[len(batch) // 2 :])

    def _sweep(self) -> None:
        """Once an hour: lets go what is older than it shall be kept."""
        if monotonic() - self._swept < _HOUR:
            return
        self._swept = monotonic()
        before = order_key(self._clock() - timedelta(days=self._days))
        try:
            while store.delete_older(self._graph, before) and not self._stopping.is_set():
                pass
        except Exception as failure:  # it is tried again in an hour
            log.warning("disclosures not let go", why=str(failure)[:200])


_RECEIPT = b',"receipt":{'
"""How the receipt begins in an answer, of which it is the end; within a text the quotation marks would be escaped."""


def receipt_of(body: bytes) -> str:
    """The receipt of an answer, as it was signed; blank where it has none."""
    start = body.rfind(_RECEIPT)
    return body[start + len(_RECEIPT) - 1 : -1].decode() if start >= 0 else ""
