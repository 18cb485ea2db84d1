"""Answers questions about ZigBee chipsets and stacks. Each read is recorded in the audit before the caller receives the
answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.application.findings import finding_thresholds
from service.application.paging import PagedQuestion, PageItems, cut_page, read_cursor
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.clock import Clock, iso, parse_instant
from service.domain.limits import Limits
from service.domain.zigbee_facts import ZigbeeCaller, ZigbeeFact
from service.errors import InvalidQuestion
from service.graph.protocol import Graph
from service.repositories import audit as zigbee_audit
from service.repositories import bands, compartments, zigbee
from service.repositories.facts_in_force import fetch_facts_in_force
from service.rules.facts.image_descriptor import parse_band
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.snapshot import EntryInForce
from service.rules.zigbee.match import StackOrderMissing, ZigbeeMatcher, attributes_by_entry, version_positions
from service.rules.zigbee.stack_exposure import ExposureSearch, coverage, exposed_groups, exposed_items
from service.schemas.requests.zigbee import (
    ExposureFileQuestion,
    ExposureQuestion,
    ZigbeeEntriesQuestion,
    ZigbeeMatchQuestion,
)
from service.schemas.responses.exposure import ChipsetFact, Exposure, StackFact, ZigbeeEntry, ZigbeePage
from service.settings import Settings


@dataclass(frozen=True)
class ZigbeeContext:
    """The authenticated caller of a request for restricted ZigBee data, and the resources for the answer."""

    graph: Graph
    clock: Clock
    resolve_as_of: ResolveAsOf
    settings: Settings
    limits: Limits
    reader: ZigbeeCaller

    def record_reading(self, what: str, entries: int) -> None:
        """Records in the audit that the caller reads restricted data, before the response may leave.

        Without the record the caller gets an error.
        """
        zigbee_audit.record_reading(self.graph, self.clock, self.reader, what, entries)


@dataclass(frozen=True)
class ZigbeePageStart:
    """The position after which a page of ZigBee data begins, and the instants of public and restricted data, which all
    pages share.
    """

    after: str
    as_of: AsOf
    zigbee_known_at: datetime

    def as_of_fields(self, settings: Settings) -> dict[str, Any]:
        """Returns the fields of every restricted response: its instants, the list in force, the classification."""
        return self.as_of.response_fields | {
            "zigbee_known_at": self.zigbee_known_at,
            "classification": settings.zigbee_class,
        }

    def cut(self, question: PagedQuestion, rows: Sequence[EntryInForce], subject: str) -> PageItems[EntryInForce]:
        """Returns the page of entries that begins at this position, by number, with the cursor of the next page."""
        zigbee_known_at = iso(self.zigbee_known_at)
        return cut_page(
            question,
            rows,
            lambda entry: f"{entry.number} {zigbee_known_at}",
            self.as_of.at,
            self.as_of.known_at,
            subject,
        )


def _start_page(context: ZigbeeContext, question: ZigbeeMatchQuestion, subject: str) -> ZigbeePageStart:
    start = read_cursor(question, subject)
    as_of = context.resolve_as_of(start.at, start.known_at)
    after, _, known_at = start.after.partition(" ")
    if known_at:
        return ZigbeePageStart(after, as_of, parse_instant(known_at))
    # Readers who see a part of the data must not learn when others wrote theirs: they get the clock's instant.
    limited = context.reader.manufacturers is not None
    last = context.clock() if limited else compartments.read_state(context.graph, zigbee.ZIGBEE).recorded
    return ZigbeePageStart("", as_of, min(question.known_at, last) if question.known_at else last)


@dataclass(frozen=True)
class _InForce:
    """All entries in force with their bands, and the ZigBee facts of those entries that the caller may see."""

    network: Network
    own: frozenset[str] | None
    rows: Sequence[ZigbeeFact]
    matcher: ZigbeeMatcher
    bands: dict[str, Any]


def _fetch(context: ZigbeeContext, question: ZigbeeMatchQuestion, start: ZigbeePageStart) -> _InForce:
    graph, as_of = context.graph, start.as_of
    snapshot = fetch_facts_in_force(graph, as_of, finding_thresholds(context.settings)).snapshot
    rows = zigbee.zigbee_facts_in_force(graph, as_of.at, start.zigbee_known_at)
    own = _own_entries(context)
    try:
        orders = (
            zigbee.stack_orders(graph, start.zigbee_known_at) if own is None else ()
        )  # an order shows which vendors have versions
        matcher = ZigbeeMatcher(question.criteria, version_positions(orders))
    except StackOrderMissing as error:
        context.record_reading(_audit_text("no order", question), 0)
        fault = {"where": "stack_version_from", "detail": str(error)}
        raise InvalidQuestion(f"stack_version_from: {error}", errors=[fault]) from error
    attributes = [row for row in rows if own is None or row.entry in own]
    bands_in_force = bands.bands_in_force(graph, as_of.at, as_of.known_at)
    return _InForce(
        Network(snapshot), own, attributes, matcher, {entry: row.band for entry, row in bands_in_force.items()}
    )


def _own_entries(context: ZigbeeContext) -> frozenset[str] | None:
    """Returns the entries of the caller's manufacturers by the list in force now, whatever instant the question names;
    None for all.
    """
    if context.reader.manufacturers is None:
        return None
    now = context.resolve_as_of(None, None)
    makers = zigbee.owners_in_force(context.graph, now.at, now.known_at)
    return frozenset(entry for entry, maker in makers.items() if context.reader.may(maker))


def _audit_text(what: str, question: ZigbeeMatchQuestion) -> str:
    """Returns the text by which the audit describes a question. It omits the numbers of devices, which are not
    restricted.
    """
    return f"{what} {question.model_dump_json(exclude_defaults=True, exclude={'devices'})}"


def list_zigbee_entries(context: ZigbeeContext, question: ZigbeeEntriesQuestion) -> ZigbeePage:
    """Returns a page of entries with their ZigBee facts (chipset, stack and band), in the order of their numbers."""
    start = _start_page(context, question, "zigbee entries")
    in_force = _fetch(context, question, start)
    attributes = attributes_by_entry(in_force.rows)
    view = ExposureSearch(in_force.network, attributes, in_force.matcher, own=in_force.own)
    passes = _filter(question, in_force, attributes, view)
    entries = [entry for entry, _ in view.entries if entry.number > start.after and passes(entry.number)]
    page = start.cut(question, entries, "zigbee entries")
    rows: dict[str, dict[str, ZigbeeFact]] = {}
    for row in in_force.rows:
        rows.setdefault(row.entry, {})[row.kind] = row
    states = {entry.number: state for entry, state in view.entries} if question.criteria.has_any else {}
    answer = ZigbeePage(
        items=[
            _entry(entry, rows.get(entry.number, {}), in_force.bands, states.get(entry.number)) for entry in page.items
        ],
        next=page.next,
        **start.as_of_fields(context.settings),
    )
    context.record_reading(_audit_text("entries", question), len(page.items))
    return answer


def _filter(
    question: ZigbeeEntriesQuestion, in_force: _InForce, attributes: dict[str, Any], view: ExposureSearch
) -> Callable[[str], bool]:
    wanted = question.state or ("exposed" if question.criteria.has_any else "")
    states = {entry.number: state for entry, state in view.entries}
    listed = in_force.network.snapshot.entries

    def passes(number: str) -> bool:
        if question.band and (in_force.bands.get(number) or parse_band(listed[number].descriptor)) != question.band:
            return False
        if question.criteria.has_any:
            return states[number] == wanted
        if wanted == "unknown":
            return number not in attributes
        return bool(question.band) or number in attributes

    return passes


def _entry(entry: Any, rows: dict[str, ZigbeeFact], bands_in_force: dict[str, Any], state: Any) -> ZigbeeEntry:
    chipset, stack = rows.get("chipset"), rows.get("stack")
    return ZigbeeEntry(
        entry=entry.number,
        status=entry.status,
        manufacturer=entry.manufacturer,
        device_model=entry.device_model[-8:],
        firmware_version=entry.firmware_version,
        band=bands_in_force.get(entry.number) or parse_band(entry.descriptor),
        chipset=ChipsetFact.model_validate(_fact_fields(chipset, "part")) if chipset else None,
        stack=StackFact.model_validate(_fact_fields(stack, "version")) if stack else None,
        state=state,
    )


def _fact_fields(row: ZigbeeFact, detail: str) -> dict[str, Any]:
    return {
        "vendor": row.vendor or None,
        detail: row.detail or None,
        "given_vendor": row.given_vendor or None,
        f"given_{detail}": row.given_detail or None,
        "effective_from": row.span.since,
        "recorded": row.recorded_from,
        "amendment": row.amendment,
    }


def find_exposure(
    context: ZigbeeContext, question: ExposureQuestion, devices: Mapping[str, int] | None = None
) -> Exposure:
    """Returns a page of the entries that have the chipset or stack in question, with counts of entries and, given
    `devices`, of devices.

    `devices`: how many devices run each entry. Raises InvalidQuestion for an entry that is not on the list in force.
    """
    start = _start_page(context, question, "exposure")
    in_force = _fetch(context, question, start)
    attributes = attributes_by_entry(in_force.rows)
    _require_listed(devices or {}, in_force)
    view = ExposureSearch(in_force.network, attributes, in_force.matcher, bool(question.avoid), devices, in_force.own)
    rest = [entry for entry in view.exposed if entry.number > start.after]
    whole = isinstance(question, ExposureFileQuestion)
    page = PageItems(rest, None) if whole else start.cut(question, rest, "exposure")
    answer = Exposure(
        coverage=coverage(view),
        groups=exposed_groups(view),
        spellings=in_force.matcher.spellings(attributes),
        items=list(exposed_items(view, page.items)),
        next=page.next,
        **start.as_of_fields(context.settings),
    )
    context.record_reading(_audit_text("exposure", question), len(view.exposed))
    return answer


def _require_listed(devices: Mapping[str, int], in_force: _InForce) -> None:
    unlisted = sorted(devices.keys() - in_force.network.index_of.keys())
    if unlisted:
        detail = f"no list in force has {', '.join(unlisted[:20])}"
        raise InvalidQuestion(f"devices: {detail}", errors=[{"where": "devices", "detail": detail}])
