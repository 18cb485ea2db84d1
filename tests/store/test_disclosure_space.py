"""The space of deleted disclosures: no file grows with every period of retention."""

import os
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from service.application.disclosures.log import DisclosureLog
from service.graph.ladybug import LadybugGraph
from service.graph.migrate import migrate
from service.graph.neo4j import Neo4jGraph
from service.repositories import disclosures as store
from service.schemas.responses.disclosures import AnswerSummary, Disclosure
from tests.neo4j_ladder import own_neo4j, to_terminal

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ROWS = 2_000


def disclosure(nth):
    """A disclosure with a receipt of a kilobyte that cannot be compressed."""
    summary = AnswerSummary(NOW, "1", "none")
    return Disclosure("Org", "pathway", f"{nth:06}", "000002", False, False, NOW, summary, NOW, os.urandom(500).hex())


def write_and_delete(graph, period):
    """Writes the disclosures of a period, and lets the log delete them, because they are too old."""
    store.write_disclosures(graph, [disclosure(period * ROWS + nth) for nth in range(ROWS)])
    with DisclosureLog(graph, lambda: NOW + timedelta(days=91), 90):
        deadline = time.monotonic() + 60
        while graph.rows(store.COUNT)[0].rows and time.monotonic() < deadline:
            time.sleep(0.01)
    assert graph.rows(store.COUNT)[0].rows == 0


def test_the_space_of_deleted_records_is_used_again(tmp_path):
    """The log deletes what is too old and takes a checkpoint: eight periods need less space than five."""
    graph = LadybugGraph(tmp_path / "graph.lbdb")
    migrate(graph)
    sizes = []
    for period in range(8):
        write_and_delete(graph, period)
        sizes.append(sum(file.stat().st_size for file in tmp_path.iterdir()))
    graph.close()
    # Eight times without a checkpoint; up to three times if the engine takes one of its own between write and deletion.
    assert sizes[-1] < 5 * sizes[0], sizes


@pytest.mark.deep("six periods of 2,000 disclosures on a Neo4j of its own")
def test_neo4j_uses_the_space_of_deleted_records_again(request, tmp_path):
    """Its store files grow no further after the second period. The transaction logs have a retention of their own."""
    require = request.config.getoption("--require-neo4j")
    sizes = []
    with own_neo4j(tmp_path, require, to_terminal(request.config)) as server:
        for period in range(6):
            graph = Neo4jGraph(server.url, server.user, server.password, "neo4j")
            migrate(graph)
            write_and_delete(graph, period)
            graph.close()
            server.stop()  # which writes the store files
            stores = [path for path in tmp_path.rglob("databases/neo4j/**/*") if path.is_file()]
            sizes.append(sum(path.stat().st_size for path in stores))
            server.start()
    sys.stderr.write(f"store files in bytes {sizes}\n")
    assert sizes[0] > ROWS * 1_000
    assert sizes[-1] < 1.3 * sizes[1], sizes
