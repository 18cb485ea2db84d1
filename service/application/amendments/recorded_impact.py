"""Computes the impact (changed answers) of a recorded amendment again, from the facts as known before and after it."""

from service.application.amendments.amendment_details import facts_around_amendment
from service.application.disclosures.disclosure_impact import DisclosureImpactFinder, add_disclosures
from service.application.facts.connected_facts import facts_near
from service.domain.chained_rows import ChainLink
from service.graph.protocol import Runner
from service.repositories.amendments import entries_changed_at
from service.rules.facts.changeset import changes_between
from service.rules.facts.declare import EditJudgement
from service.rules.impact.counters import PageWindow
from service.rules.impact.edits import ProposedChange
from service.rules.impact.response import impact_response
from service.rules.records.amendment_details import MICROSECOND
from service.schemas.responses.impact import Impact


def amendment_impact(
    graph: Runner, link: ChainLink, window: PageWindow, find_disclosures: DisclosureImpactFinder | None = None
) -> tuple[Impact, PageWindow | None]:
    """Returns a page of the answers that the transaction of an amendment changed, and the position of the next page or
    None.

    The impact has the id that the author quoted, if any. `find_disclosures` adds the disclosed answers that became
    untrue.
    """
    recorded, earlier = link.recorded, link.recorded - MICROSECOND
    entries = entries_changed_at(graph, recorded)
    before, after = facts_around_amendment(graph, entries, link)
    named = before.named_bases | after.named_bases
    old, new = (facts_near(graph, known_at, entries, named) for known_at in (earlier, recorded))
    change = ProposedChange(old, new, changes_between(old, new), EditJudgement(), [])
    impact, next_page = impact_response(change, [f"amendment {link.id}"], recorded, earlier, window)
    return add_disclosures(
        impact.model_copy(update={"id": link.impact or impact.id}), change, find_disclosures
    ), next_page
