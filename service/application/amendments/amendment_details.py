"""Fetches amendments (recorded changes of declarations) together with the facts that each of them changed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from service.domain.hash_chain import ChainLink
from service.graph.protocol import QueryRunner
from service.repositories import amendments, entry_history
from service.repositories.facts import declared_facts
from service.repositories.manufacturers import believed_names
from service.rules.facts.grouped_facts import Facts
from service.rules.facts.revert import AmendedSpans, amended_spans
from service.rules.records.amendment_details import (
    MICROSECOND,
    FactsBeforeAndAfter,
    amendment_response,
    entry_amended,
    names_amended,
)
from service.schemas.responses.amendments import Amendment, AmendmentDetail


def amendments_before(graph: QueryRunner, known_at: datetime, entry: str, before: int, most: int) -> list[Amendment]:
    """Returns up to `most` amendments with a sequence number below `before`, sorted from the newest to the oldest.

    `entry` restricts them to the amendments of one entry; blank selects all amendments.
    """
    if not entry:
        return to_amendments(graph, amendments.amendments_before(graph, known_at, before, most), known_at)
    links = amendments.amendments_by_id(graph, _amendments_of_entry(graph, entry, known_at))
    ordered = sorted((link for link in links if link.sequence < before), key=lambda link: -link.sequence)
    return to_amendments(graph, ordered[:most], known_at)


def _amendments_of_entry(graph: QueryRunner, entry: str, known_at: datetime) -> set[str]:
    """Returns the ids of the amendments that recorded a fact of an entry, and of the amendments that reverted one of
    these.
    """
    fresh = {row.amendment for row in entry_history.declaration_history(graph, entry, known_at)}
    fresh |= {row.amendment for row in entry_history.acceptance_history(graph, entry, known_at)}
    fresh |= {row.amendment for row in entry_history.confirmation_history(graph, entry, known_at)}
    ids = set[str]()
    while fresh:
        ids |= fresh
        fresh = {row.reverted_by for row in amendments.reverting_amendments(graph, fresh, known_at)} - ids
    return ids


def to_amendments(graph: QueryRunner, links: Sequence[ChainLink], known_at: datetime) -> list[Amendment]:
    """Converts stored amendments to response models, each with the id of the amendment that had reverted it by
    `known_at`, if any.
    """
    rows = amendments.reverting_amendments(graph, [link.id for link in links], known_at)
    reverted_by = {row.id: row.reverted_by for row in rows}
    return [amendment_response(link, reverted_by.get(link.id)) for link in links]


def get_amendment_detail(graph: QueryRunner, name: str, known_at: datetime) -> AmendmentDetail:
    """Returns the amendment with the id `name` and, for each of its entries, the declarations and accepted bases before
    and after it, and the names of manufacturers likewise.

    Raises AmendmentNotFound.
    """
    link = amendments.get_amendment(graph, name, known_at)
    beliefs = amended_facts(graph, link)
    (amendment,) = to_amendments(graph, [link], known_at)
    before, then = (believed_names(graph, instant) for instant in (link.recorded - MICROSECOND, link.recorded))
    return AmendmentDetail(
        **dict(amendment),
        changes=[entry_amended(beliefs, entry) for entry in sorted(beliefs.spans.entries)],
        names=names_amended(before, then, link.id),
        together_with=[row.id for row in amendments.amendments_recorded_at(graph, link.recorded) if row.id != link.id],
    )


def amended_facts(graph: QueryRunner, link: ChainLink) -> FactsBeforeAndAfter:
    """Fetches the facts of the entries that an amendment changed, as recorded just before it and just after it.

    For a revert these are the entries and periods of the amendment that it undoes, because a revert that leaves an
    entry without a declaration records no fact of its own.
    """
    undone = link
    while undone.reverts:
        undone = amendments.get_amendment(graph, undone.reverts, undone.recorded)
    spans = _spans(graph, undone)
    return FactsBeforeAndAfter(spans, *facts_around_amendment(graph, spans.entries, link))


def _spans(graph: QueryRunner, link: ChainLink) -> AmendedSpans:
    entries = amendments.amended_entries(graph, link.id)
    others = [row.id for row in amendments.amendments_recorded_at(graph, link.recorded) if row.id != link.id]
    shared = {entry for other in others for entry in amendments.amended_entries(graph, other)} & entries
    return amended_spans(*facts_around_amendment(graph, entries, link), link.id, shared)


def facts_around_amendment(graph: QueryRunner, entries: Collection[str], link: ChainLink) -> tuple[Facts, Facts]:
    """Fetches the declarations and accepted bases of the entries given, as recorded just before an amendment and just
    after it.
    """
    return facts_before(graph, entries, link), declared_facts(graph, entries, link.recorded)


def facts_before(graph: QueryRunner, entries: Collection[str], link: ChainLink) -> Facts:
    """Fetches the declarations and accepted bases of the entries given, as recorded just before an amendment."""
    return declared_facts(graph, entries, link.recorded - MICROSECOND)
