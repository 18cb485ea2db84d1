"""Small ZigBee files, and a desk that loads them and reads the ZigBee compartment."""

from datetime import datetime
from pathlib import Path
from typing import Any

from loaders.zigbee import read_orders, read_zigbee
from service.application.files.load import LoadOptions
from service.application.files.load_stack_version_order import load_stack_orders
from service.application.files.load_zigbee import load_zigbee
from service.domain.limits import Limits
from service.domain.zigbee_facts import ZigbeeCaller
from service.graph.protocol import Graph
from service.repositories import audit as zigbee_audit
from service.repositories import bands, compartments, zigbee
from service.repositories.compartments import Compartment
from service.schemas.responses.audit import AuditRecord
from service.schemas.responses.load_reports import LoadReport
from tests.conftest import EXAMPLES, Ticking
from tests.loaders.files import Desk, asked, write_csv

COLUMNS = (
    "Entry.number",
    "ZigBee.band",
    "ZigBee.chipset_vendor",
    "ZigBee.chipset_part",
    "ZigBee.stack_vendor",
    "ZigBee.stack_version",
    "Effective_From",
)
ORDER = ("ZigBee.stack_vendor", "ZigBee.stack_version", "Order")
SSC = ZigbeeCaller(who="ada", role="ssc", organisation="SSC")
WHY = LoadOptions(made_by="ada", reason="told by the maker", evidence="letter 7")


def load_zigbee_examples(graph: Graph, clock: Ticking) -> None:
    """Loads the example facts and the example version orders."""
    assert load_zigbee(graph, clock, read_zigbee(EXAMPLES / "zigbee.csv", Limits()), WHY, SSC).applied
    assert load_stack_orders(graph, clock, read_orders(EXAMPLES / "stack-order.csv", Limits()), WHY, SSC).applied


class ZigbeeDesk(Desk):
    """A desk that also loads ZigBee files."""

    def told(self, *lines: tuple[Any, ...], reader: ZigbeeCaller = SSC, **how: Any) -> LoadReport:
        """Writes a CSV of ZigBee facts and loads it; a line may leave out trailing columns."""
        return self.load_told(write_csv(self.path("csv"), [list(COLUMNS), *map(list, lines)]), reader, **how)

    def load_told(self, path: Path, reader: ZigbeeCaller = SSC, **how: Any) -> LoadReport:
        """Loads an existing file of ZigBee facts."""
        self.clock.forward(hours=1)
        return load_zigbee(self.graph, self.clock, read_zigbee(path, Limits()), options(**how), reader)

    def ordered(self, *lines: tuple[Any, ...], **how: Any) -> LoadReport:
        """Writes a CSV of version orders and loads it."""
        self.clock.forward(hours=1)
        orders = read_orders(write_csv(self.path("csv"), [list(ORDER), *map(list, lines)]), Limits())
        return load_stack_orders(self.graph, self.clock, orders, options(**how), SSC)

    def state(self, name: str) -> Compartment:
        """The state of a compartment."""
        return compartments.read_state(self.graph, name)

    def facts(
        self, at: datetime | None = None, known_at: datetime | None = None
    ) -> dict[tuple[str, str], tuple[str, str]]:
        """Vendor and part or version in force, by entry and kind, as of both instants."""
        last = self.state("zigbee").recorded
        rows = zigbee.zigbee_facts_in_force(self.graph, at or self.clock(), known_at or last)
        return {(row.entry, row.kind): (row.vendor, row.detail) for row in rows}

    def bands(self) -> dict[str, str]:
        """The declared band of each entry."""
        rows = bands.bands_in_force(self.graph, self.clock(), self.now)
        return {entry: row.band for entry, row in rows.items()}

    def raw(self, statement: str) -> list[dict[str, Any]]:
        """The rows of a statement that is not in the Cypher catalogue."""
        return asked(self.graph, statement)

    def audit(self) -> list[AuditRecord]:
        """All audit records."""
        return list(zigbee_audit.list_records(self.graph, 0, 1_000_000, 1_000_000))


def options(**how: Any) -> LoadOptions:
    """Load options with default author, reason and evidence."""
    return LoadOptions(**({"made_by": "ada", "reason": "told by the maker", "evidence": "letter 7"} | how))
