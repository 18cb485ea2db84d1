"""Records amendments and reverts: one transaction applies the rules to the edits, computes their impact and writes the
new rows (design 5).
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.application.amendments import amendment_details, edit_impact
from service.application.amendments.edit_impact import PlannedChange
from service.application.facts.fetch_facts import facts_of_connected_models
from service.domain.amendments import AmendmentRecord
from service.domain.clock import Clock
from service.domain.edits import Edit
from service.domain.hash_chain import ChainLink
from service.domain.work import check_work
from service.errors import (
    AmendedSince,
    AmendmentIdTaken,
    DeclarationChanged,
    EditChangesNothing,
    ImpactChanged,
    OutcomeUnknown,
)
from service.graph.protocol import Graph, QueryRunner
from service.repositories import amendments, facts
from service.repositories.write_transaction import WriteTransaction
from service.rules.facts.changeset import complete_changes
from service.rules.facts.edit_judgement import EditJudgement
from service.rules.facts.grouped_facts import Facts
from service.rules.facts.revert import amended_since, declaration_tag, revert_changes, trace_amendments
from service.rules.impact.counters import PageWindow
from service.rules.impact.edits import ProposedChange, edit_digest_lines
from service.schemas.responses.impact import Impact

ANY_TAG = "*"
"""The `If-Match` value that matches every declaration, but not an entry without a declaration."""


@dataclass(frozen=True)
class ProposedAmendment:
    """An amendment to record, with the id of the impact (changed pathway answers) and the entity tags of the
    declarations that its author saw.
    """

    amendment: AmendmentRecord
    impact: str = ""
    if_match: tuple[str, ...] = ()


@dataclass(frozen=True)
class AmendmentResult:
    """A recorded amendment and its impact (changed pathway answers). The impact is None if an earlier, equal request
    recorded the amendment.
    """

    link: ChainLink
    impact: Impact | None


class AlreadyRecorded(Exception):
    """Ends the transaction of a repeated request, whose amendment an earlier request recorded."""

    def __init__(self, link: ChainLink) -> None:
        super().__init__()
        self.link = link


def amend(
    graph: Graph,
    clock: Clock,
    proposed: ProposedAmendment,
    edits: Sequence[Edit],
    also: Callable[[QueryRunner, datetime], None] = lambda transaction, recorded: None,
) -> AmendmentResult:
    """Records edits of declarations as an amendment. If an earlier, equal request did so, returns its amendment.

    `also` performs further writes in the same transaction, but not for a repeated request. Raises EditsRefused,
    AmendmentIdTaken, ImpactChanged if the impact (changed pathway answers) differs from the one that the author saw,
    DeclarationChanged if the entry's declaration does, and OutcomeUnknown with the id of the amendment.
    """
    signed = [replace(edit, amendment=proposed.amendment.id) for edit in edits]

    def plan(transaction: QueryRunner, recorded: datetime) -> PlannedChange:
        also(transaction, recorded)
        if proposed.if_match:
            _require_declaration(transaction, recorded, edits, proposed.if_match)
        change = edit_impact.judge_edits(transaction, signed, recorded, recorded)
        return PlannedChange(change.verdict.changes, change, edit_digest_lines(edits))

    return _record(graph, clock, proposed, plan)


def revert(graph: Graph, clock: Clock, proposed: ProposedAmendment) -> AmendmentResult:
    """Records an amendment that undoes another amendment. Raises the errors of `amend`, AmendmentNotFound and
    AmendedSince.
    """

    def plan(transaction: QueryRunner, recorded: datetime) -> PlannedChange:
        return plan_revert(transaction, proposed.amendment.reverts, proposed.amendment.id, recorded, recorded)

    return _record(graph, clock, proposed, plan)


def plan_revert(graph: QueryRunner, name: str, by: str, now: datetime, known_at: datetime) -> PlannedChange:
    """Computes the change that undoes the amendment with the id `name`. `by` is the id of the amendment that will undo
    it.

    Raises AmendmentNotFound, AmendedSince if a later amendment changed the same facts, and EditChangesNothing.
    """
    amended = amendment_details.amended_facts(graph, amendments.get_amendment(graph, name, known_at))
    entries, bases = amended.spans.entries, amended.before.base_numbers | amended.then.base_numbers
    known = facts_of_connected_models(graph, known_at, entries, bases) if entries else Facts()
    since = amended_since(
        amended.spans,
        _first_recorded(graph, amended.then, entries),
        _first_recorded(graph, known, entries),
    )
    if since:
        raise AmendedSince(f"Later amendments changed these entries: {', '.join(since)}.", entries=since)
    requested = revert_changes(amended.spans, amended.before, known, by, now)
    if not requested:
        raise EditChangesNothing(f"The amendment {name} has no facts that a revert could change.")
    changes, after = complete_changes(known, requested, now)
    change = ProposedChange(known, after, changes, EditJudgement(), [])
    return PlannedChange(requested, change, [f"revert {name}"])


def _first_recorded(graph: QueryRunner, known: Facts, entries: Iterable[str]) -> Facts:
    """Returns the facts, each under the amendment that first recorded it, because a revert records former facts again
    under its own id.
    """
    wanted = sorted(entries)
    while ids := sorted(_amendment_ids(known, wanted)):
        links = {link.id: link for link in amendments.amendments_by_id(graph, ids)}
        reverts = {
            link.id: amendments.get_amendment(graph, link.reverts, link.recorded)
            for link in links.values()
            if link.reverts
        }
        if not reverts:
            break
        sources = {by: amendment_details.facts_before(graph, wanted, reverted) for by, reverted in reverts.items()}
        known = trace_amendments(known, sources)
    return known


def _amendment_ids(known: Facts, entries: Sequence[str]) -> set[str]:
    """Returns the ids of the amendments that recorded the declarations, acceptances and confirmations of the entries
    given.
    """
    declared = {row.amendment for entry in entries for row in known.declarations.get(entry, ())}
    accepted = {row.amendment for rows in known.acceptances.values() for row in rows if row.target in entries}
    confirmed = {row.amendment for rows in known.confirmations.values() for row in rows if row.target in entries}
    return declared | accepted | confirmed


def _record(
    graph: Graph, clock: Clock, proposed: ProposedAmendment, plan: Callable[[QueryRunner, datetime], PlannedChange]
) -> AmendmentResult:
    def write(transaction: QueryRunner) -> AmendmentResult:
        # The lock comes first: of two requests with one id, the second finds the amendment of the first.
        writing = WriteTransaction(transaction, clock)
        known = amendments.find_amendment(transaction, proposed.amendment.id)
        if known:
            raise AlreadyRecorded(known)
        planned = plan(transaction, writing.recorded)
        impact, _ = planned.impact(writing.recorded, writing.recorded, PageWindow())
        _require_quoted(impact, proposed.impact)
        counts = json.dumps(impact.counts, sort_keys=True)
        amendment = replace(proposed.amendment, impact=impact.id, counts=counts)
        writing.apply(writing.with_derived_rows(planned.change.before, planned.requested), [amendment])
        link = amendments.get_amendment(transaction, amendment.id, writing.recorded)
        check_work()  # the last moment: from here on the amendment stands
        return AmendmentResult(link, impact)

    try:
        return graph.write(write)
    except AlreadyRecorded as already:
        require_same_request(already.link, proposed.amendment)
        return AmendmentResult(already.link, None)
    except OutcomeUnknown as unknown:
        raise OutcomeUnknown(unknown.detail, amendment=proposed.amendment.id) from unknown


def require_same_request(known: ChainLink, amendment: AmendmentRecord) -> None:
    """Raises AmendmentIdTaken unless the request for an amendment equals the one that recorded the known amendment with
    its id.
    """
    if known.request != amendment.request:
        raise AmendmentIdTaken(f"The id {amendment.id} is that of another amendment, number {known.sequence}.")


def _require_quoted(impact: Impact, quoted: str) -> None:
    """Raises ImpactChanged unless the author quoted the id of this impact. An impact without changed answers needs no
    quotation.
    """
    if quoted == impact.id or (not quoted and impact.empty):
        return
    fault = "is not what this would do now" if quoted else "must be quoted: this would change answers"
    raise ImpactChanged(f"The impact {fault}. {impact.summary}", impact=impact.model_dump(mode="json", by_alias=True))


def _require_declaration(graph: QueryRunner, recorded: datetime, edits: Sequence[Edit], tags: Sequence[str]) -> None:
    """Raises DeclarationChanged unless one of the tags is the tag of the entry's declaration as of now."""
    entry = edits[0].entry
    known = facts.declared_facts(graph, {entry}, recorded)
    tag = declaration_tag(known, entry)
    if tag not in tags and not (ANY_TAG in tags and known.declarations):
        raise DeclarationChanged(f"{entry} is not declared as you saw it.", entry=entry, declaration_tag=tag)
