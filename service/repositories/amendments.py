"""Amendments as they are recorded: in the order of their chain, one by one, with all that each said and did."""

from collections.abc import Collection, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from service.domain.chained_rows import ChainLink
from service.errors import AmendmentNotFound
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories import entry_history, facts
from service.repositories.disclosures import DisclosureImpactFinder, add_disclosures
from service.repositories.facts import EntryNumberRow
from service.rules.facts.changeset import changes_between
from service.rules.facts.declare import EditJudgement
from service.rules.facts.derive_edges import Facts
from service.rules.facts.revert import AmendedSpans, amended_spans
from service.rules.impact.counters import PageWindow
from service.rules.impact.edits import ProposedChange
from service.rules.impact.response import impact_response
from service.rules.records.amendment_details import MICROSECOND, AmendmentBeliefs, amendment_response, entry_amended
from service.schemas.responses.amendments import Amendment, AmendmentDetail
from service.schemas.responses.impact import Impact


class RevertingRow(BaseModel):
    """An amendment, and the one that took it back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    by: str


class SequenceRow(BaseModel):
    """An amendment and its place in the chain."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    sequence: int


LIST = Query("amendment/list", ChainLink)
GET = Query("amendment/get", ChainLink)
OF_IDS = Query("amendment/of_ids", ChainLink)
REVERTING = Query("amendment/reverting", RevertingRow)
DECLARED = Query("amendment/declared", EntryNumberRow)
ACCEPTED = Query("amendment/accepted", EntryNumberRow)
SAME_TRANSACTION = Query("amendment/same_transaction", SequenceRow)
DECLARED_AT = Query("amendment/declared_at", EntryNumberRow)
ACCEPTED_AT = Query("amendment/accepted_at", EntryNumberRow)
LISTED_AT = Query("amendment/listed_at", EntryNumberRow)


def find_amendment(graph: Runner, name: str) -> ChainLink | None:
    """The amendment with this id, if there is one."""
    found = graph.rows(GET, id=name)
    return found[0] if found else None


def get_amendment(graph: Runner, name: str, known_at: datetime) -> ChainLink:
    """The amendment with this id. Raises AmendmentNotFound where none was recorded by then."""
    found = find_amendment(graph, name)
    if found is None or found.recorded > known_at:
        raise AmendmentNotFound(f"No amendment known at that time has the id {name}.")
    return found


def list_amendments(graph: Runner, known_at: datetime, entry: str, before: int, most: int) -> list[Amendment]:
    """Up to `most` amendments from before a number on, the newest first; of one entry, unless that is blank."""
    if not entry:
        return with_reverting(graph, graph.rows(LIST, known_at=known_at, before=before, most=most), known_at)
    ids = sorted(_of_entry(graph, entry, known_at))
    found = graph.rows(OF_IDS, ids=ids) if ids else []
    ordered = sorted((one for one in found if one.sequence < before), key=lambda one: -one.sequence)
    return with_reverting(graph, ordered[:most], known_at)


def _of_entry(graph: Runner, entry: str, known_at: datetime) -> set[str]:
    """The amendments that said something of an entry, with those that took one back."""
    fresh = {row.amendment for row in graph.rows(entry_history.DECLARATIONS, entry=entry, known_at=known_at)}
    fresh |= {row.amendment for row in graph.rows(entry_history.ACCEPTANCES, entry=entry, known_at=known_at)}
    found = set[str]()
    while fresh:
        found |= fresh
        fresh = {row.by for row in graph.rows(REVERTING, ids=sorted(fresh), known_at=known_at)} - found
    return found


def with_reverting(graph: Runner, links: Sequence[ChainLink], known_at: datetime) -> list[Amendment]:
    """Amendments as they are told, each with the one that took it back by then."""
    if not links:
        return []
    rows = graph.rows(REVERTING, ids=[one.id for one in links], known_at=known_at)
    by = {row.id: row.by for row in rows}
    return [amendment_response(one, by.get(one.id)) for one in links]


def get_amendment_detail(graph: Runner, name: str, known_at: datetime) -> AmendmentDetail:
    """An amendment with all that it said. Raises AmendmentNotFound."""
    link = get_amendment(graph, name, known_at)
    seen = amended_facts(graph, link)
    (amendment,) = with_reverting(graph, [link], known_at)
    return AmendmentDetail(
        **dict(amendment),
        changes=[entry_amended(seen, entry) for entry in sorted(seen.spans.entries)],
        together_with=[one.id for one in same_transaction(graph, link) if one.id != link.id],
    )


def same_transaction(graph: Runner, link: ChainLink) -> list[SequenceRow]:
    """All amendments of the transaction, in the order of the chain."""
    return graph.rows(SAME_TRANSACTION, recorded=link.recorded)


def amended_facts(graph: Runner, link: ChainLink) -> AmendmentBeliefs:
    """What an amendment spoke of, before and after it. A revert speaks of what the amendment that it takes back does:
    where nothing was said before that, nothing bears the revert's own name."""
    undone = link
    while undone.reverts:
        undone = get_amendment(graph, undone.reverts, undone.recorded)
    said = _said(graph, undone)
    return AmendmentBeliefs(said, *_around(graph, said.entries, link))


def _said(graph: Runner, link: ChainLink) -> AmendedSpans:
    entries = entries_of(graph, link.id)
    others = [one.id for one in same_transaction(graph, link) if one.id != link.id]
    shared = {entry for other in others for entry in entries_of(graph, other)} & entries
    return amended_spans(*_around(graph, entries, link), link.id, shared)


def _around(graph: Runner, entries: Collection[str], link: ChainLink) -> tuple[Facts, Facts]:
    return facts_before(graph, entries, link), facts.declared_facts(graph, entries, link.recorded)


def facts_before(graph: Runner, entries: Collection[str], link: ChainLink) -> Facts:
    """What was declared of entries and accepted for them just before an amendment."""
    return facts.declared_facts(graph, entries, link.recorded - MICROSECOND)


def entries_of(graph: Runner, name: str) -> set[str]:
    """The entries of which an amendment said something."""
    return {row.entry for query in (DECLARED, ACCEPTED) for row in graph.rows(query, id=name)}


def amendment_impact(
    graph: Runner, link: ChainLink, window: PageWindow, heard: DisclosureImpactFinder | None = None
) -> tuple[Impact, PageWindow | None]:
    """What the transaction of an amendment did to the answers, recomputed from the clocks: a page, and the next.

    Its id is the one that was quoted, where one was. With whose answers it made untrue, where that is asked.
    """
    recorded, earlier = link.recorded, link.recorded - MICROSECOND
    queries = (DECLARED_AT, ACCEPTED_AT, LISTED_AT)
    entries = {row.entry for query in queries for row in graph.rows(query, recorded=recorded)}
    was, is_ = _around(graph, entries, link)
    named = was.named_bases | is_.named_bases
    old, new = (facts.facts_near(graph, when, entries, named) for when in (earlier, recorded))
    here = ProposedChange(old, new, changes_between(old, new), EditJudgement(), [])
    found, then = impact_response(here, [f"amendment {link.id}"], recorded, earlier, window)
    return add_disclosures(found.model_copy(update={"id": link.impact or found.id}), here, heard), then
