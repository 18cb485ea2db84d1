"""Ladybug: what a query returned is freed, and what amendments set does not pile up in memory until a checkpoint."""

import gc
import sys
from datetime import UTC, date, datetime

import ladybug
import pytest

from service.graph.ladybug_file import OPTIONS
from service.graph.ladybug_rows import read_rows

MOMENT = datetime(2026, 1, 1, 10, 0, 0, 123000, tzinfo=UTC).replace(tzinfo=None)  # as the binding returns it
STATEMENTS = {
    "a timestamp": ("RETURN timestamp('2026-01-01 10:00:00.123') AS value", MOMENT),
    "timestamps": ("RETURN [timestamp('2026-01-01 10:00:00.123'), NULL] AS value", [MOMENT, None]),
    "a date": ("RETURN date('2026-01-01') AS value", date(2026, 1, 1)),
    "null": ("RETURN CAST(NULL AS TIMESTAMP) AS value", None),
    "text": ("RETURN 'a' + 'b' AS value", "ab"),
}
TIMES = 1_000


@pytest.fixture
def connection(tmp_path):
    """A connection to an empty database with the options of the service."""
    with ladybug.Database(str(tmp_path / "g.lbdb"), **OPTIONS) as database, ladybug.Connection(database) as opened:
        yield opened


def read(connection, statement):
    """The values of a statement that returns one row."""
    with connection.execute(statement) as result:
        (row,) = read_rows(result)
    return row["value"]


@pytest.mark.parametrize("name", STATEMENTS)
def test_values_are_freed(connection, name):
    """The binding keeps a reference to each date and time: 1,000 answers would leave 1,000 objects."""
    statement, value = STATEMENTS[name]
    kept = [read(connection, statement) for _ in range(TIMES)]
    assert kept == [value] * TIMES
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(TIMES):
        read(connection, statement)
    gc.collect()
    assert sys.getallocatedblocks() - before < TIMES / 4
    assert kept == [value] * TIMES


def test_the_log_is_short(connection, tmp_path):
    """The engine keeps 33 kB of memory for each value that was set since the last checkpoint."""
    connection.execute("CREATE NODE TABLE Row(id STRING PRIMARY KEY, text STRING)")
    connection.execute("CREATE (:Row {id: '1', text: ''})")
    log, longest = tmp_path / "g.lbdb.wal", 0
    for number in range(60):
        connection.execute("MATCH (r:Row {id: '1'}) SET r.text = $text", {"text": str(number % 10) * 20_000})
        longest = max(longest, log.stat().st_size if log.exists() else 0)
    assert 100_000 < longest < 400_000
