"""ZigBee files: what is read, refused, recorded and audited, without effect on the public compartment."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from service.application.entries import entry_history
from service.domain.zigbee_facts import ZigbeeCaller
from service.graph.protocol import Graph
from service.repositories import zigbee
from tests.conftest import Ticking, open_empty
from tests.loaders.files import entry, midnight, refusals, saved, write_csv
from tests.loaders.zigbee_files import COLUMNS, ZigbeeDesk
from tests.templates import emptied

OTHER = {"manufacturer": "FE02"}
LISTED = [entry(1), entry(2), entry(3), entry(4, **OTHER)]
ACME, ZENITH = ("", "Acme Radio Ltd", "AR-24", "Acme Radio", "v6.1.0"), ("", "Zenith", "Z9", "Zenith", "2.0")
FACTS = {("000001", "chipset"): ("ACME RADIO", "AR24"), ("000001", "stack"): ("ACME RADIO", "6.1.0")}


@pytest.fixture(scope="module")
def opened(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """The module's graph, once on each engine."""
    graph = open_empty(engine, request, tmp_path_factory.mktemp("zigbee"))
    yield graph
    graph.close()


@pytest.fixture
def desk(opened: Graph, clock: Ticking, tmp_path: Path) -> ZigbeeDesk:
    """Four entries, one of another manufacturer."""
    desk_ = ZigbeeDesk(emptied(opened), clock, tmp_path)
    desk_.issue("1.001", "2025-01-10", LISTED)
    return desk_


def test_a_statement_is_stored_in_normalised_spelling(desk):
    """The normalised values are in force from the beginning, with the original text, under a ZigBee amendment."""
    report = desk.told(("1", *ACME))
    assert (report.applied, report.kind, report.counts["stated"], len(report.amendments)) == (True, "zigbee", 1, 1)
    assert desk.facts() == FACTS == desk.facts(at=datetime(1900, 1, 1, tzinfo=UTC))
    rows = {row.kind: row for row in zigbee.zigbee_facts_of(desk.graph, ["000001"], desk.state("zigbee").recorded)}
    assert (rows["chipset"].given_vendor, rows["chipset"].given_detail) == ("Acme Radio Ltd", "AR-24")
    assert rows["stack"].given_detail == "v6.1.0"
    assert {row.amendment for row in rows.values()} == {*report.amendments}


def test_restricted_zigbee_data_does_not_change_the_public_compartment(desk):
    """Neither revision, recorded instant, sequence nor head of the public compartment changes."""
    before = desk.state("public")
    desk.told(("1", *ACME), ("2", *ZENITH))
    desk.told(("2", "", "", "", "Zenith", "2.1"))
    desk.ordered(("Zenith", "2.0", 1), ("Zenith", "2.1", 2))
    desk.told(("1", "", "Quite", "other", "Quite", "other"), dry_run=True)
    assert desk.state("public") == before
    assert (desk.state("zigbee").sequence, desk.state("audit").sequence) == (3, 4)
    assert desk.faults() == []


def test_the_same_file_twice_changes_nothing(desk):
    """In other spellings too; the audit has both loads, the second one as a read."""
    assert desk.told(("1", *ACME), ("2", "Dual Band")).applied
    before = desk.state("zigbee"), desk.state("public")
    again = desk.told(("1", "", "ACME RADIO", "ar24", "Acme-Radio", "6.1.0"), ("2", "dual band"))
    assert (again.applied, again.counts["unchanged"], again.counts["stated"], again.refusals) == (False, 2, 0, [])
    assert (desk.state("zigbee"), desk.state("public")) == before
    assert [record.act for record in desk.audit()] == ["write", "read"]


def test_a_blank_changes_nothing(desk):
    """A blank attribute keeps its value; a new one is added beside it."""
    desk.told(("1", "", "Acme Radio", "", "", ""))
    desk.told(("1", "", "", "AR-24", "Acme Radio", "6.1.0"), ("2", "", "", "", "", ""))
    assert desk.facts() == FACTS


def test_statements_have_valid_and_recorded_times(desk):
    """A value valid from a later date, and the value known before that load."""
    desk.told(("1", *ACME))
    first = desk.state("zigbee").recorded
    desk.told(("1", "", "", "", "Acme Radio", "6.2.0", "2026-01-01"))
    stack = ("000001", "stack")
    assert desk.facts(at=midnight("2025-12-31"))[stack] == ("ACME RADIO", "6.1.0")
    assert desk.facts(at=midnight("2026-01-01"))[stack] == ("ACME RADIO", "6.2.0")
    assert desk.facts(at=midnight("2026-01-01"), known_at=first)[stack] == ("ACME RADIO", "6.1.0")


def test_a_band_is_recorded_as_a_separate_public_amendment(desk):
    """The public amendment names neither the file nor the reason of the load; without a change there is none."""
    before = desk.state("public")
    report = desk.told(
        ("1", "dual band", *ACME[1:]), ("2", "Single Band (Sub-GHz)"), reason="weakness 42", evidence="E"
    )
    after = desk.state("public")
    assert (after.revision, after.sequence) == (before.revision + 1, before.sequence + 1)
    assert desk.bands() == {"000001": "Dual Band", "000002": "Single Band (Sub-GHz)"}
    assert (report.counts["stated"], report.counts["bands"], len(report.amendments)) == (1, 2, 2)
    statement = "MATCH (a:Amendment) RETURN a.reason AS reason, a.source AS source, a.evidence AS evidence"
    (said,) = desk.raw(statement)
    assert said == {"reason": "ZigBee bands as declared", "source": "ZigBee bands", "evidence": ""}
    desk.told(("1", "Dual Band", *ZENITH[1:]))
    assert desk.state("public") == after
    assert desk.faults() == []


def test_bands_are_in_the_history_of_an_entry(desk):
    """With both intervals and the amendment; as known before the second statement the first one is still in force."""
    first = desk.told(("1", "Dual Band", "", "", "", "", "")).amendments
    known = desk.state("public").recorded
    second = desk.told(("1", "Single Band (Sub-GHz)", "", "", "", "", "2025-06-01")).amendments

    def told(known_at: datetime, at: datetime | None = None) -> list[tuple[Any, ...]]:
        items = [
            item for _, item in entry_history.fetch_history(desk.graph, "000001", at, known_at) if item.kind == "band"
        ]
        return [
            (item.declared_band, item.valid_from, item.valid_to, item.recorded_to is None, item.amendment.id)
            for item in items
        ]

    turn, now = midnight("2025-06-01"), desk.state("public").recorded
    assert told(known) == [("Dual Band", None, None, True, *first)]
    assert told(now) == [
        ("Dual Band", None, None, False, *first),
        ("Dual Band", None, turn, True, *first),
        ("Single Band (Sub-GHz)", turn, None, True, *second),
    ]
    assert told(now, turn)[1:] == [("Single Band (Sub-GHz)", turn, None, True, *second)]


def test_a_workbook_is_read_like_a_csv(desk):
    """The loader reads the first sheet with an entry number."""
    book = openpyxl.Workbook()
    book.active.append(["About this file"])
    sheet = book.create_sheet("ZigBee")
    sheet.append(list(COLUMNS))
    sheet.append([1, *ACME])
    assert desk.load_told(saved(book, desk.path("xlsx"))).applied
    assert desk.facts() == FACTS


REFUSED = [
    (("x", *ACME), "Entry.number", "x", "bad-number"),
    (("", *ACME), "Entry.number", "", "blank-key"),
    (("9", *ACME), "Entry.number", "000009", "unknown-entry"),
    (("1", "Triple Band"), "ZigBee.band", "Triple Band", "bad-band"),
    (("1", "", "unknown", "AR-24"), "ZigBee.chipset_vendor", "unknown", "bad-value"),
    (("1", "", "Acme", "A1, A2"), "ZigBee.chipset_part", "A1, A2", "bad-value"),
    (("1", "", "", "", "Acme", "TBC"), "ZigBee.stack_version", "TBC", "bad-value"),
    (("1", "", "", "", "Acme or Zenith", "1"), "ZigBee.stack_vendor", "Acme or Zenith", "bad-value"),
    (("1", *ACME, "soon"), "Effective_From", "soon", "bad-date"),
]


@pytest.mark.parametrize(("line", "column", "value", "code"), REFUSED, ids=[row[3] + row[2] for row in REFUSED])
def test_a_refusal_names_the_cell(desk, line, column, value, code):
    """File, line, column, value and reason; nothing of the file is loaded unless skip_refused is set."""
    before = desk.state("zigbee")
    (refusal,) = refusals(lambda: desk.told(("2", *ZENITH), line))
    assert (refusal.line, refusal.column, refusal.value, refusal.code) == (3, column, value, code)
    assert refusal.file.endswith(".csv") and refusal.reason
    assert desk.state("zigbee") == before
    assert desk.told(("2", *ZENITH), line, skip_refused=True).applied
    assert {number for number, _ in desk.facts()} == {"000002"}


def test_an_entry_twice_from_one_date_is_refused(desk):
    """Either row could be meant."""
    (refusal,) = refusals(lambda: desk.told(("1", *ACME), ("000001", *ZENITH)))
    assert (refusal.code, refusal.line) == ("entry-twice", 3)


def test_a_vendor_alone_is_refused(desk):
    """The part or version of another vendor would combine with it into a false statement."""
    desk.told(("1", *ACME))
    (refusal,) = refusals(lambda: desk.told(("1", "", "", "", "Zenith", "")))
    assert (refusal.code, refusal.column, refusal.value) == ("vendor-alone", "ZigBee.stack_vendor", "Zenith")


def test_a_row_that_would_replace_two_periods_needs_a_date(desk):
    """A date must name the period, for bands as for stacks."""
    desk.told(("1", "Dual Band", *ACME[1:]), ("1", "Single Band (Sub-GHz)", *ZENITH[1:], "2026-01-01"))
    refusals_ = refusals(lambda: desk.told(("1", "Single Band (2.4 GHz)", "Third", "T1", "Third", "3")))
    assert {refusal.code for refusal in refusals_} == {"which-period"}
    refusals_ = refusals(lambda: desk.told(("1", "Single Band (2.4 GHz)")))
    assert [(refusal.code, refusal.column) for refusal in refusals_] == [("which-period", "ZigBee.band")]
    assert desk.told(("1", "Single Band (2.4 GHz)", "", "", "", "", "0001-01-01")).applied
    assert desk.bands() == {"000001": "Single Band (2.4 GHz)"}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (["ZigBee.band"], "missing-column"),
        (["Entry.number", "ZigBee.vendor"], "unknown-column"),
        (["Entry.number", "ZigBee.band", "zigbee.BAND"], "column-twice"),
    ],
)
def test_a_file_with_wrong_columns_is_refused_completely(desk, header, code):
    """The columns are wrong, so --skip-refused does not help."""
    path = write_csv(desk.path("csv"), [header, ["1"]])
    assert {refusal.code for refusal in refusals(lambda: desk.load_told(path, skip_refused=True))} == {code}


def test_a_manufacturer_may_only_write_of_its_own_entries(desk):
    """The list now in force determines the manufacturer of an entry."""
    maker = ZigbeeCaller(who="bob", role="manufacturer", organisation="Fiction", manufacturers=frozenset({"FE02"}))
    (refusal,) = refusals(lambda: desk.told(("4", *ZENITH), ("1", *ACME), reader=maker))
    assert (refusal.code, refusal.line, refusal.value) == ("not-yours", 3, "000001")
    assert desk.facts() == {}
    assert desk.told(("4", *ZENITH), reader=maker).applied
    assert {number for number, _ in desk.facts()} == {"000004"}


def test_every_load_is_in_the_audit(desk):
    """Author, role, organisation, file, reason and number of entries, in a chain."""
    desk.told(("1", *ACME), ("2", *ZENITH), reason="told by the maker")
    desk.told(("1", *ZENITH), dry_run=True)
    written, tried = desk.audit()
    assert (written.who, written.role, written.organisation, written.act, written.entries) == (
        "ada",
        "ssc",
        "SSC",
        "write",
        2,
    )
    assert written.asked.endswith("told by the maker") and " sha256 " in written.asked
    assert (tried.act, tried.entries, tried.asked.split()[0]) == ("read", 1, "dry")
    assert desk.state("audit").head == tried.hash


def test_a_version_order_follows_its_numbers(desk):
    """The numbers give the order, not the lines, which a spreadsheet may sort; a new order replaces the old one."""
    assert desk.ordered(("Acme Radio", "6.2.0", 20), ("Acme", "1", 1), ("Acme Radio", "v6.1.0", 10)).applied
    rows = zigbee.stack_orders(desk.graph, desk.state("zigbee").recorded)
    assert {row.vendor: row.versions.split("\n") for row in rows} == {"ACME RADIO": ["6.1.0", "6.2.0"], "ACME": ["1"]}
    before = desk.state("zigbee")
    assert not desk.ordered(("ACME radio", "6.1.0", 1), ("Acme Radio", "6.2.0", 2)).applied
    assert desk.state("zigbee") == before
    assert desk.ordered(("Acme Radio", "6.2.0", 1), ("Acme Radio", "6.3", 2)).applied
    rows = zigbee.stack_orders(desk.graph, desk.state("zigbee").recorded)
    assert {row.vendor: row.versions.split("\n") for row in rows} == {"ACME RADIO": ["6.2.0", "6.3"], "ACME": ["1"]}
    assert desk.faults() == []


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (("Acme", "2", "second"), "Order", "bad-order"),
        (("Acme", "2", ""), "Order", "bad-order"),
        (("Acme", "2", "1"), "Order", "place-twice"),
        (("Acme", "v1", "2"), "ZigBee.stack_version", "version-twice"),
        (("", "2", "2"), "ZigBee.stack_vendor", "blank-key"),
        (("Acme", "?", "2"), "ZigBee.stack_version", "bad-value"),
    ],
)
def test_a_version_order_with_a_bad_line_is_refused_completely(desk, line, column, code):
    """Without the bad line the order would be another one."""
    (refusal,) = refusals(lambda: desk.ordered(("Acme", "1", "1"), line))
    assert (refusal.line, refusal.column, refusal.code) == (3, column, code)
    assert not desk.ordered(("Acme", "1", "1"), line, skip_refused=True).applied
