"""The impact of a recorded amendment, recomputed from the recorded time of the facts."""

from service.application.amendments.amendment_details import facts_around_amendment
from service.application.disclosures.disclosure_impact import DisclosureImpactFinder, add_disclosures
from service.application.facts.connected_facts import facts_near
from service.domain.hash_chain import ChainLink
from service.graph.protocol import Runner
from service.repositories.amendments import entries_changed_at
from service.rules.facts.changeset import changes_between
from service.rules.facts.edit_judgement import EditJudgement
from service.rules.impact.counters import PageWindow
from service.rules.impact.edits import ProposedChange
from service.rules.impact.response import impact_response
from service.rules.records.amendment_details import MICROSECOND
from service.schemas.responses.impact import Impact


def amendment_impact(
    graph: Runner, link: ChainLink, window: PageWindow, find_disclosures: DisclosureImpactFinder | None = None
) -> tuple[Impact, PageWindow | None]:
    """A page of the changes that an amendment's transaction made to the answers, and the next page or None.

    The impact's id is the one that the author quoted, if any. With a finder, the impact contains the disclosed answers
    that the amendment made outdated.
    """
    recorded, earlier = link.recorded, link.recorded - MICROSECOND
    entries = entries_changed_at(graph, recorded)
    before, after = facts_around_amendment(graph, entries, link)
    named = before.base_numbers | after.base_numbers
    old, new = (facts_near(graph, known_at, entries, named) for known_at in (earlier, recorded))
    change = ProposedChange(old, new, changes_between(old, new), EditJudgement(), [])
    impact, next_page = impact_response(change, [f"amendment {link.id}"], recorded, earlier, window)
    return add_disclosures(
        impact.model_copy(update={"id": link.impact or impact.id}), change, find_disclosures
    ), next_page
