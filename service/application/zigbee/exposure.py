"""Questions about chipsets and stacks. Every answer is in the audit before it is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.clock import Clock, iso, parse_instant
from service.domain.limits import Limits
from service.domain.zigbee_facts import ZigbeeFact, ZigbeeReader
from service.errors import InvalidQuestion
from service.graph.protocol import Graph
from service.repositories import audit as zigbee_audit
from service.repositories import bands, compartments, zigbee
from service.repositories.overview import fetch_overview
from service.rules.facts.descriptor import parse_band as band_said
from service.rules.pathfinding.network import Network
from service.rules.zigbee.exposure import ExposureView, coverage, exposed_groups, exposed_items
from service.rules.zigbee.match import StackOrderMissing, ZigbeeMatcher, attributes_by_entry, version_positions
from service.schemas.cursor import next_cursor, read_cursor
from service.schemas.requests.zigbee import (
    AuditQuestion,
    ExposureFileQuestion,
    ExposureQuestion,
    ZigbeeMatchQuestion,
    ZigbeeQuestion,
)
from service.schemas.responses.audit import AuditPage
from service.schemas.responses.exposure import ChipsetFact, Exposure, StackFact, ZigbeeEntry, ZigbeePage
from service.settings import Settings


@dataclass(frozen=True)
class ZigbeeContext:
    """Who asks, and all that it takes to answer."""

    graph: Graph
    clock: Clock
    settle: ResolveAsOf
    settings: Settings
    limits: Limits
    reader: ZigbeeReader

    def record_reading(self, what: str, entries: int) -> None:
        """Records a reading. Raises what the engine raises: then nothing is told."""
        zigbee_audit.record_reading(self.graph, self.clock, self.reader, what, entries)


@dataclass(frozen=True)
class ZigbeePageStart:
    """Where a page begins, and both compartments' instants, which all pages of a question share."""

    after: str
    when: AsOf
    zigbee_known_at: datetime

    def as_of_fields(self, settings: Settings) -> dict[str, Any]:
        """What every answer says of its moment."""
        return self.when.response_fields | {
            "zigbee_known_at": self.zigbee_known_at,
            "classification": settings.zigbee_class,
        }

    def next(self, asked: ZigbeeMatchQuestion, after: str, subject: str) -> str:
        """The cursor of the page that follows."""
        return next_cursor(asked, f"{after} {iso(self.zigbee_known_at)}", self.when.at, self.when.known_at, subject)


def _placed(desk: ZigbeeContext, asked: ZigbeeMatchQuestion, subject: str) -> ZigbeePageStart:
    place = read_cursor(asked, subject)
    when = desk.settle(place.at, place.known_at)
    after, _, known = place.after.partition(" ")
    if known:
        return ZigbeePageStart(after, when, parse_instant(known))
    # When others' data was last written is theirs to know: whoever sees a part of it is told the clock's instant.
    limited = desk.reader.manufacturers is not None
    last = desk.clock() if limited else compartments.read_state(desk.graph, zigbee.ZIGBEE).recorded
    return ZigbeePageStart("", when, min(asked.known_at, last) if asked.known_at else last)


@dataclass(frozen=True)
class _Known:
    """All entries in force, what is told of those that the reader may see, and the bands of all."""

    network: Network
    own: frozenset[str] | None
    rows: Sequence[ZigbeeFact]
    matcher: ZigbeeMatcher
    bands: dict[str, Any]


def _known(desk: ZigbeeContext, asked: ZigbeeMatchQuestion, place: ZigbeePageStart) -> _Known:
    graph, when = desk.graph, place.when
    near = fetch_overview(graph, when, desk.settings).snapshot
    rows = zigbee.zigbee_facts_in_force(graph, when.at, place.zigbee_known_at)
    own = _own(desk)
    try:
        orders = (
            zigbee.stack_orders(graph, place.zigbee_known_at) if own is None else ()
        )  # they say whose versions there are
        judge = ZigbeeMatcher(asked.criteria, version_positions(orders))
    except StackOrderMissing as wrong:
        desk.record_reading(_said("no order", asked), 0)
        raise InvalidQuestion(f"stack_version_from: {wrong}", errors=[_fault(str(wrong))]) from wrong
    told = [row for row in rows if own is None or row.entry in own]
    said = bands.bands_in_force(graph, when.at, when.known_at)
    return _Known(Network(near), own, told, judge, {entry: row.band for entry, row in said.items()})


def _fault(detail: str) -> dict[str, str]:
    return {"where": "stack_version_from", "detail": detail}


def _own(desk: ZigbeeContext) -> frozenset[str] | None:
    """The entries that are the reader's: by the manufacturer in force and known now, whatever is asked."""
    if desk.reader.manufacturers is None:
        return None
    now = desk.settle(None, None)
    makers = zigbee.owners_in_force(desk.graph, now.at, now.known_at)
    return frozenset(entry for entry, maker in makers.items() if desk.reader.may(maker))


def _said(what: str, asked: ZigbeeMatchQuestion) -> str:
    """A question as the audit has it: without the devices counted, which are nobody's secret."""
    return f"{what} {asked.model_dump_json(exclude_defaults=True, exclude={'devices'})}"


def list_zigbee_entries(desk: ZigbeeContext, asked: ZigbeeQuestion) -> ZigbeePage:
    """A page of entries with what is told of them, in the order of their numbers."""
    place = _placed(desk, asked, "zigbee entries")
    known = _known(desk, asked, place)
    told = attributes_by_entry(known.rows)
    seen = ExposureView(known.network, told, known.matcher, own=known.own)
    passes = _filter(asked, known, told, seen)
    found = [entry for entry, _ in seen.entries if entry.number > place.after and passes(entry.number)]
    page = found[: asked.limit]
    rows: dict[str, dict[str, ZigbeeFact]] = {}
    for row in known.rows:
        rows.setdefault(row.entry, {})[row.kind] = row
    states = {entry.number: state for entry, state in seen.entries} if asked.criteria.has_any else {}
    answer = ZigbeePage(
        items=[_entry(entry, rows.get(entry.number, {}), known.bands, states.get(entry.number)) for entry in page],
        next=place.next(asked, page[-1].number, "zigbee entries") if len(found) > len(page) else None,
        **place.as_of_fields(desk.settings),
    )
    desk.record_reading(_said("entries", asked), len(page))
    return answer


def _filter(asked: ZigbeeQuestion, known: _Known, told: dict[str, Any], seen: ExposureView) -> Callable[[str], bool]:
    wanted = asked.state or ("exposed" if asked.criteria.has_any else "")
    states = {entry.number: state for entry, state in seen.entries}
    listed = known.network.snapshot.entries

    def passes(number: str) -> bool:
        if asked.band and (known.bands.get(number) or band_said(listed[number].descriptor)) != asked.band:
            return False
        if asked.criteria.has_any:
            return states[number] == wanted
        if wanted == "unknown":
            return number not in told
        return bool(asked.band) or number in told

    return passes


def _entry(entry: Any, rows: dict[str, ZigbeeFact], said: dict[str, Any], state: Any) -> ZigbeeEntry:
    chipset, stack = rows.get("chipset"), rows.get("stack")
    return ZigbeeEntry(
        entry=entry.number,
        status=entry.status,
        manufacturer=entry.manufacturer,
        device_model=entry.device_model[-8:],
        firmware_version=entry.firmware_version,
        band=said.get(entry.number) or band_said(entry.descriptor),
        chipset=ChipsetFact.model_validate(_told(chipset, "part")) if chipset else None,
        stack=StackFact.model_validate(_told(stack, "version")) if stack else None,
        state=state,
    )


def _told(row: ZigbeeFact, detail: str) -> dict[str, Any]:
    return {
        "vendor": row.vendor or None,
        detail: row.detail or None,
        "given_vendor": row.given_vendor or None,
        f"given_{detail}": row.given_detail or None,
        "effective_from": row.span.since,
        "recorded": row.recorded_from,
        "amendment": row.amendment,
    }


def find_exposure(desk: ZigbeeContext, asked: ExposureQuestion, devices: Mapping[str, int] | None = None) -> Exposure:
    """A page of the entries that have it, after how much is told at all; where devices were counted, in these too.

    Raises InvalidQuestion where some are counted under an entry that no list in force has.
    """
    place = _placed(desk, asked, "exposure")
    known = _known(desk, asked, place)
    told = attributes_by_entry(known.rows)
    _require_listed(devices or {}, known)
    seen = ExposureView(known.network, told, known.matcher, bool(asked.avoid), devices, known.own)
    rest = [entry for entry in seen.exposed if entry.number > place.after]
    page = rest if isinstance(asked, ExposureFileQuestion) else rest[: asked.limit]
    answer = Exposure(
        coverage=coverage(seen),
        groups=exposed_groups(seen),
        spellings=known.matcher.spellings(told),
        items=list(exposed_items(seen, page)),
        next=place.next(asked, page[-1].number, "exposure") if len(rest) > len(page) else None,
        **place.as_of_fields(desk.settings),
    )
    desk.record_reading(_said("exposure", asked), len(seen.exposed))
    return answer


def _require_listed(devices: Mapping[str, int], known: _Known) -> None:
    strange = sorted(devices.keys() - known.network.of.keys())
    if strange:
        detail = f"no list in force has {', '.join(strange[:20])}"
        raise InvalidQuestion(f"devices: {detail}", errors=[{"where": "devices", "detail": detail}])


def list_audit(desk: ZigbeeContext, asked: AuditQuestion) -> AuditPage:
    """A page of the audit, as it was before this reading."""
    place = read_cursor(asked, "audit")
    state = zigbee_audit.audit_state(desk.graph)
    first, _, known = place.after.partition(" ")
    after, last = int(first or 0), int(known or state.sequence)
    found = zigbee_audit.list_records(desk.graph, after, last, asked.limit)
    more = found and found[-1].number < last
    cursor = f"{found[-1].number} {last}" if more else ""
    answer = AuditPage(
        items=list(found),
        next=next_cursor(asked, cursor, state.recorded, state.recorded, "audit") if more else None,
        records=state.sequence,
        head=state.head,
        zigbee_head=compartments.read_state(desk.graph, zigbee.ZIGBEE).head,
    )
    desk.record_reading(f"audit {asked.model_dump_json(exclude={'cursor'})} after {after}", 0)
    return answer
