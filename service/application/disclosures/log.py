"""Writes the disclosure log (the record of answers that organisations received) in a background thread, so that no
answer waits for the database.

The thread retries a batch that the database does not accept. When too many records wait, the log drops further ones and
logs an error.
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

_MAX_ROWS = 1_000_000  # records that the log keeps; some 1 kB each
_MAX_WAITING = 50_000  # records that wait to be written; some 1 kB each, most of it the receipt
_MAX_QUESTIONS = 200_000  # questions whose last recorded answer is remembered
_BATCH = 500  # records written in one transaction; between two transactions amendments can be written
_PAUSE = 0.5  # seconds in which records gather before they are written
_TRIES = 5  # of a batch, before the log looks for the one record that cannot be written
_LONGEST_WAIT = 30.0  # seconds before a batch is tried again
_HOUR = 3600.0
_STOP_TIMEOUT = 3.0  # seconds for writing the waiting records when the service stops; it must end within 8
_COMPLAINT_INTERVAL = 60.0  # seconds between two log lines about dropped records

log = structlog.get_logger()


class DisclosureLog:
    """A queue of answers that organisations received. A background thread writes them to the disclosure log while the
    context manager is open.

    `days`: how long the log keeps a record; 0 records nothing. `max_rows`: how many records it keeps, the newest.
    `max_waiting`: how many records may wait to be written.
    Several threads may use one log.
    """

    def __init__(
        self, graph: Graph, clock: Clock, days: int, max_rows: int = _MAX_ROWS, max_waiting: int = _MAX_WAITING
    ) -> None:
        self._graph, self._clock, self._days = graph, clock, days
        self._max_rows, self._max_waiting = max_rows, max_waiting
        self._waiting: deque[Disclosure] = deque()
        self._last = SizedLRU[Hashable, tuple[date, AnswerSummary]](_MAX_QUESTIONS)
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="disclosures", daemon=True)
        self._failures = self._dropped = self._written = 0
        self._complained = -_HOUR
        self._swept = -_HOUR

    def __enter__(self) -> Self:
        """Starts the thread that writes waiting records of received answers to the disclosure log and deletes old
        records.
        """
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stops the thread of the disclosure log. The thread first writes the waiting records, for which it has a few
        seconds.
        """
        self._stopping.set()
        self._wake.set()
        self._thread.join(_STOP_TIMEOUT)
        if self.waiting or self._dropped:
            log.error("disclosures lost", rows=self.waiting + self._dropped, why="the service stopped")

    @property
    def waiting(self) -> int:
        """Returns the number of records that the thread of the disclosure log has not written yet."""
        return len(self._waiting)

    def record(
        self,
        organisation: str,
        kind: DisclosureKind,
        ends: tuple[str, str],
        through_removed: bool,
        at: datetime,
        summary: AnswerSummary,
        dated: bool = False,
        receipt: bytes = b"",
    ) -> None:
        """Records that an organisation received an answer, unless the log has the same answer to the same question on
        this day.

        `ends`: base and target of the question. `dated`: whether the question names its instants. `receipt`: the bytes
        of the answer's JSON, whose last field is the receipt (signed proof of the answer); empty where there is no
        receipt. Raises nothing.
        """
        if not self._days:
            return
        answered = self._clock()
        key = (organisation, kind, ends, through_removed, dated and (at, summary.known_at))
        mark = (answered.date(), summary)
        if self._last.get(key) == mark:
            return
        if self.waiting >= self._max_waiting:
            self._drop(1)  # without a mark, so that the same answer given again is recorded
            return
        self._last.put([key], mark, 1)
        row = Disclosure(organisation, kind, *ends, through_removed, dated, at, summary, answered, receipt_of(receipt))
        self._waiting.append(row)
        self._wake.set()

    def _drop(self, rows: int) -> None:
        self._dropped += rows
        if monotonic() - self._complained > _COMPLAINT_INTERVAL:
            self._complained = monotonic()
            log.error("disclosures dropped", rows=self._dropped, held=self.waiting, why="the graph takes none")

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._delete_old()
            self._wake.wait(_HOUR)
            self._stopping.wait(_PAUSE)
            self._wake.clear()
            while self._waiting and not self._stopping.is_set():
                if not self._write_first():
                    self._stopping.wait(min(2.0**self._failures, _LONGEST_WAIT))
                self._delete_old()
        while self._waiting and self._write_first():
            pass

    def _write_first(self) -> bool:
        """Writes the first batch of the waiting records, and returns whether the database accepted it."""
        batch = [self._waiting[nth] for nth in range(min(self.waiting, _BATCH))]  # other threads append meanwhile
        try:
            self._write(batch)
        except Exception as error:  # whatever fails here, the service goes on answering
            self._failures += 1
            log.warning("disclosures not written", rows=self.waiting, why=str(error)[:200], failures=self._failures)
            return False
        self._failures = 0
        self._written += len(batch)
        for _ in batch:
            self._waiting.popleft()
        return True

    def _write(self, batch: list[Disclosure]) -> None:
        """Writes a batch. After several failures of a database that can be reached, finds the record that fails and
        drops it.
        """
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

    def _delete_old(self) -> None:
        """Deletes the records that are older than `days` or more than `max_rows`, and makes their space free.

        Does so once an hour, and whenever a tenth of `max_rows` has been written.
        """
        if monotonic() - self._swept < _HOUR and self._written <= self._max_rows // 10:
            return
        self._swept, self._written = monotonic(), 0
        old = order_key(self._clock() - timedelta(days=self._days))
        try:
            surplus = store.oldest_kept(self._graph, self._max_rows)
            if surplus > old:
                log.warning("disclosures deleted early", kept=self._max_rows, setting="PATHWAYS_DISCLOSURE_ROWS")
            if self._delete_before(max(old, surplus)):
                self._graph.reclaim()
        except Exception as error:  # tried again in an hour
            log.warning("old disclosures not deleted", why=str(error)[:200])

    def _delete_before(self, order: str) -> int:
        """Deletes the records with an order key below the one given, unless the service stops. Returns their number."""
        total = 0
        while deleted := store.delete_older(self._graph, order):
            total += deleted
            if deleted < store.DELETED_AT_ONCE or self._stopping.is_set():
                break
        return total


_RECEIPT = b',"receipt":{'
"""The bytes before the receipt in the JSON of an answer. They occur in no string, since JSON escapes the quotation
marks in it.
"""


def receipt_of(body: bytes) -> str:
    """Returns the receipt (signed copy) at the end of the JSON of a pathway answer, unchanged; blank if it has no
    receipt.
    """
    start = body.rfind(_RECEIPT)
    return body[start + len(_RECEIPT) - 1 : -1].decode() if start >= 0 else ""
