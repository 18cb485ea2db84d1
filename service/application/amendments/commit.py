"""Amendments made and taken back: judged, weighed and written in one transaction, or not at all (design 5)."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.application.amendments import amendment_details, edit_impact
from service.application.disclosures.disclosure_impact import DisclosureImpactFinder, add_disclosures
from service.application.facts.connected_facts import facts_near
from service.domain.amendments import AmendmentRecord
from service.domain.chained_rows import ChainLink
from service.domain.clock import Clock
from service.domain.edits import Edit
from service.domain.standards import Standards
from service.errors import AmendedSince, AmendmentIdTaken, DeclarationChanged, EditChangesNothing, ImpactChanged
from service.graph.protocol import Graph, Runner
from service.repositories import amendments, facts
from service.repositories.write_transaction import WriteTransaction
from service.rules.facts.changeset import ChangeSet, complete_changes
from service.rules.facts.declare import EditJudgement
from service.rules.facts.derive_edges import Facts
from service.rules.facts.revert import amended_since, declaration_tag, revert_changes, trace_amendments
from service.rules.impact.counters import PageWindow
from service.rules.impact.edits import ProposedChange, edit_digest_lines
from service.rules.impact.finding_changes import FindingContext
from service.rules.impact.response import impact_response
from service.schemas.responses.impact import Impact

ANY_TAG = "*"
"""What `If-Match` says where any declaration will do, but not none."""


@dataclass(frozen=True)
class ProposedAmendment:
    """An amendment as it is asked for, the impact that its author saw, and the declaration's tag that they saw."""

    amendment: AmendmentRecord
    impact: str = ""
    if_match: tuple[str, ...] = ()


@dataclass(frozen=True)
class AmendmentResult:
    """The amendment that is recorded, and what it did; None where a former try recorded it."""

    link: ChainLink
    impact: Impact | None


@dataclass(frozen=True)
class PlannedChange:
    """What a write would change: as asked, and with all that follows; and how the digest of its impact names it."""

    asked: ChangeSet
    whole: ProposedChange
    said: list[str]

    def impact(
        self,
        now: datetime,
        known_at: datetime,
        window: PageWindow,
        heard: DisclosureImpactFinder | None = None,
        wider: FindingContext | None = None,
    ) -> tuple[Impact, PageWindow | None]:
        """A page of what it would do to the answers, and which page comes next; and whose it makes untrue.

        With the findings, where it is given on what they rest.
        """
        found, then = impact_response(self.whole, self.said, now, known_at, window, wider)
        return add_disclosures(found, self.whole, heard), then

    def wider(self, graph: Runner, known_at: datetime, standards: Standards) -> FindingContext:
        """On what the findings rest that it may touch."""
        return edit_impact.fetch_finding_facts(graph, self.whole, known_at, standards)


class _AlreadyRecorded(Exception):
    """Ends a write that a former try has made."""

    def __init__(self, link: ChainLink) -> None:
        super().__init__()
        self.link = link


def amend(
    graph: Graph,
    clock: Clock,
    wanted: ProposedAmendment,
    edits: Sequence[Edit],
    also: Callable[[Runner, datetime], None] = lambda transaction, recorded: None,
) -> AmendmentResult:
    """Makes an amendment. `also` is what else belongs to its transaction; a retry does not come to it.

    Raises EditsRefused, ImpactChanged where the impact is not the one that was quoted, DeclarationChanged where the
    entry is not declared as its author saw it, and AmendmentIdTaken. A retry finds its own amendment.
    """
    signed = [replace(edit, amendment=wanted.amendment.id) for edit in edits]

    def weigh(transaction: Runner, recorded: datetime) -> PlannedChange:
        also(transaction, recorded)
        if wanted.if_match:
            _unmoved(transaction, recorded, edits, wanted.if_match)
        here = edit_impact.judge_edits(transaction, signed, recorded, recorded)
        return PlannedChange(here.verdict.changes, here, edit_digest_lines(edits))

    return _recorded(graph, clock, wanted, weigh)


def revert(graph: Graph, clock: Clock, wanted: ProposedAmendment) -> AmendmentResult:
    """Takes an amendment back, by another one. Raises as `amend`, and AmendmentNotFound and AmendedSince."""

    def weigh(transaction: Runner, recorded: datetime) -> PlannedChange:
        return plan_revert(transaction, wanted.amendment.reverts, wanted.amendment.id, recorded, recorded)

    return _recorded(graph, clock, wanted, weigh)


def plan_revert(graph: Runner, name: str, by: str, now: datetime, known_at: datetime) -> PlannedChange:
    """What it would change to take an amendment back. Raises AmendmentNotFound, AmendedSince and EditChangesNothing."""
    seen = amendment_details.amended_facts(graph, amendments.get_amendment(graph, name, known_at))
    entries, named = seen.spans.entries, seen.before.named_bases | seen.then.named_bases
    believed = facts_near(graph, known_at, entries, named) if entries else Facts()
    since = amended_since(seen.spans, _traced(graph, seen.then, entries), _traced(graph, believed, entries))
    if since:
        raise AmendedSince(f"It was amended again since: {', '.join(since)}.", entries=since)
    asked = revert_changes(seen.spans, seen.before, believed, by, now)
    if not asked:
        raise EditChangesNothing(f"The amendment {name} said nothing that could be taken back.")
    whole, then = complete_changes(believed, asked, now)
    return PlannedChange(asked, ProposedChange(believed, then, whole, EditJudgement(), []), [f"revert {name}"])


def _traced(graph: Runner, believed: Facts, entries: Iterable[str]) -> Facts:
    """What is believed, with what a revert said again under the amendment that had said it."""
    wanted = sorted(entries)
    while names := sorted(_signed(believed, wanted)):
        links = {link.id: link for link in amendments.amendments_by_id(graph, names)}
        reverts = {
            link.id: amendments.get_amendment(graph, link.reverts, link.recorded)
            for link in links.values()
            if link.reverts
        }
        if not reverts:
            break
        sources = {by: amendment_details.facts_before(graph, wanted, undone) for by, undone in reverts.items()}
        believed = trace_amendments(believed, sources)
    return believed


def _signed(believed: Facts, entries: Sequence[str]) -> set[str]:
    """The amendments under which what is believed of these entries stands."""
    declared = {row.amendment for entry in entries for row in believed.declarations.get(entry, ())}
    accepted = {row.amendment for rows in believed.acceptances.values() for row in rows if row.target in entries}
    return declared | accepted


def _recorded(
    graph: Graph, clock: Clock, wanted: ProposedAmendment, weigh: Callable[[Runner, datetime], PlannedChange]
) -> AmendmentResult:
    def once(transaction: Runner) -> AmendmentResult:
        writing = WriteTransaction(transaction, clock)  # its lock first: of two with one id, the second finds the first
        known = amendments.find_amendment(transaction, wanted.amendment.id)
        if known:
            raise _AlreadyRecorded(known)
        weighed = weigh(transaction, writing.recorded)
        found, _ = weighed.impact(writing.recorded, writing.recorded, PageWindow())
        _quoted(found, wanted.impact)
        amendment = replace(wanted.amendment, impact=found.id, counts=json.dumps(found.counts, sort_keys=True))
        writing.apply(writing.with_derived_rows(weighed.whole.before, weighed.asked), [amendment])
        return AmendmentResult(amendments.get_amendment(transaction, amendment.id, writing.recorded), found)

    try:
        return graph.write(once)
    except _AlreadyRecorded as already:
        if already.link.request != wanted.amendment.request:
            taken = f"The id {wanted.amendment.id} is that of another amendment, number {already.link.sequence}."
            raise AmendmentIdTaken(taken) from None
        return AmendmentResult(already.link, None)


def _quoted(found: Impact, quoted: str) -> None:
    """An impact that is not empty must be quoted, and one that is quoted must be the one there is now."""
    if quoted == found.id or (not quoted and found.empty):
        return
    fault = "is not what this would do now" if quoted else "must be quoted: this would change answers"
    raise ImpactChanged(f"The impact {fault}. {found.summary}", impact=found.model_dump(mode="json", by_alias=True))


def _unmoved(graph: Runner, recorded: datetime, edits: Sequence[Edit], tags: Sequence[str]) -> None:
    """Raises DeclarationChanged unless one of the tags is that of the entry, as it is declared now."""
    entry = edits[0].entry
    believed = facts.declared_facts(graph, {entry}, recorded)
    now = declaration_tag(believed, entry)
    if now not in tags and not (ANY_TAG in tags and believed.declarations):
        raise DeclarationChanged(f"{entry} is not declared as you saw it.", entry=entry, declaration_tag=now)
