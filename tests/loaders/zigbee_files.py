"""Small files of ZigBee facts, and a desk at which they are loaded and the compartment is looked at."""

from datetime import datetime
from pathlib import Path
from typing import Any

from loaders.zigbee import read_orders, read_zigbee
from service.application.files.load import LoadOptions
from service.application.files.load_stack_orders import load_stack_orders
from service.application.files.load_zigbee import load_zigbee
from service.domain.limits import Limits
from service.domain.zigbee_facts import ZigbeeReader
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
SSC = ZigbeeReader(who="ada", role="ssc", organisation="SSC")
WHY = LoadOptions(made_by="ada", reason="told by the maker", evidence="letter 7")


def load_zigbee_examples(graph: Graph, clock: Ticking) -> None:
    """Loads the example facts and the example orders."""
    assert load_zigbee(graph, clock, read_zigbee(EXAMPLES / "zigbee.csv", Limits()), WHY, SSC).applied
    assert load_stack_orders(graph, clock, read_orders(EXAMPLES / "stack-order.csv", Limits()), WHY, SSC).applied


class ZigbeeDesk(Desk):
    """A desk that also takes ZigBee facts."""

    def told(self, *lines: tuple[Any, ...], reader: ZigbeeReader = SSC, **how: Any) -> LoadReport:
        """Writes a CSV of ZigBee facts and loads it; a line has as many of the columns as it needs."""
        return self.load_told(write_csv(self.path("csv"), [list(COLUMNS), *map(list, lines)]), reader, **how)

    def load_told(self, path: Path, reader: ZigbeeReader = SSC, **how: Any) -> LoadReport:
        """Loads a file of ZigBee facts that is on disk."""
        self.clock.forward(hours=1)
        return load_zigbee(self.graph, self.clock, read_zigbee(path, Limits()), options(**how), reader)

    def ordered(self, *lines: tuple[Any, ...], **how: Any) -> LoadReport:
        """Writes a CSV of the order of versions and loads it."""
        self.clock.forward(hours=1)
        found = read_orders(write_csv(self.path("csv"), [list(ORDER), *map(list, lines)]), Limits())
        return load_stack_orders(self.graph, self.clock, found, options(**how), SSC)

    def state(self, name: str) -> Compartment:
        """What a compartment says of itself."""
        return compartments.read_state(self.graph, name)

    def facts(
        self, at: datetime | None = None, known_at: datetime | None = None
    ) -> dict[tuple[str, str], tuple[str, str]]:
        """Vendor and part or version, by entry and kind, as of both clocks."""
        last = self.state("zigbee").recorded
        rows = zigbee.zigbee_facts_in_force(self.graph, at or self.clock(), known_at or last)
        return {(row.entry, row.kind): (row.vendor, row.detail) for row in rows}

    def bands(self) -> dict[str, str]:
        """The band told of each entry."""
        rows = bands.bands_in_force(self.graph, self.clock(), self.now)
        return {entry: row.band for entry, row in rows.items()}

    def raw(self, statement: str) -> list[dict[str, Any]]:
        """The engine's answer to a statement that is in no catalogue."""
        return asked(self.graph, statement)

    def audit(self) -> list[AuditRecord]:
        """The whole audit."""
        return list(zigbee_audit.list_records(self.graph, 0, 1_000_000, 1_000_000))


def options(**how: Any) -> LoadOptions:
    """How a file is loaded, unless told otherwise."""
    return LoadOptions(**({"made_by": "ada", "reason": "told by the maker", "evidence": "letter 7"} | how))
