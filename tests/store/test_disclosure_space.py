"""The space of deleted disclosures on the embedded engine: the file does not grow with every period of retention."""

import os
import time
from datetime import UTC, datetime, timedelta

from service.application.disclosures.log import DisclosureLog
from service.graph.ladybug import LadybugGraph
from service.graph.migrate import migrate
from service.repositories import disclosures as store
from service.schemas.responses.disclosures import AnswerSummary, Disclosure

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ROWS = 2_000


def disclosure(nth):
    """A disclosure with a receipt of a kilobyte that cannot be compressed."""
    summary = AnswerSummary(NOW, "1", "none")
    return Disclosure("Org", "pathway", f"{nth:06}", "000002", False, False, NOW, summary, NOW, os.urandom(500).hex())


def test_the_space_of_deleted_records_is_used_again(tmp_path):
    """The log deletes what is too old and takes a checkpoint: eight periods need less space than five."""
    graph = LadybugGraph(tmp_path / "graph.lbdb")
    migrate(graph)
    sizes = []
    for period in range(8):
        store.write_disclosures(graph, [disclosure(period * ROWS + nth) for nth in range(ROWS)])
        with DisclosureLog(graph, lambda: NOW + timedelta(days=91), 90):
            deadline = time.monotonic() + 30
            while graph.rows(store.COUNT)[0].rows and time.monotonic() < deadline:
                time.sleep(0.01)
        assert graph.rows(store.COUNT)[0].rows == 0
        sizes.append(sum(file.stat().st_size for file in tmp_path.iterdir()))
    graph.close()
    # Eight times without a checkpoint; up to three times if the engine takes one of its own between write and deletion.
    assert sizes[-1] < 5 * sizes[0], sizes
