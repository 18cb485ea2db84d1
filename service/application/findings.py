"""Fetches all facts in force, and lists the findings (faults, gaps and doubtful facts) in them, in pages."""

from service.application.paging import cut_page, start_page
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.finding_thresholds import FindingThresholds
from service.domain.work import run_rules
from service.graph.protocol import Runner
from service.repositories import facts_in_force
from service.repositories.list_versions import known_list_versions
from service.rules.findings import all_findings
from service.rules.findings.overview import Overview
from service.rules.findings.selection import select_findings
from service.rules.pathfinding.snapshot import Snapshot
from service.schemas.requests.queries import FindingsQuestion
from service.schemas.responses.findings import Finding, FindingPage
from service.settings import Settings


def list_findings(
    graph: Runner, resolve_as_of: ResolveAsOf, settings: Settings, question: FindingsQuestion
) -> FindingPage:
    """Returns a page of the findings (wrong, missing or doubtful data) that pass the filters, the most severe first,
    and the number of findings of each code.
    """
    after, as_of = start_page(question, resolve_as_of)
    overview = fetch_facts_in_force(graph, as_of, settings)
    # The number of a finding in the order names its place, since both instants fix the order.
    selection = run_rules(select_findings, overview, question.matches, int(after or "0"), question.limit + 1)
    page = cut_page(question, selection.rows, lambda row: str(row[0]), as_of.at, as_of.known_at)
    return FindingPage(
        items=[finding for _, finding in page.items],
        next=page.next,
        counts=selection.counts,
        **as_of.response_fields,
    )


def compute_findings(graph: Runner, as_of: AsOf, settings: Settings) -> list[Finding]:
    """Computes all findings (wrong, missing or doubtful data) at an instant, the most severe first."""
    return all_findings(fetch_facts_in_force(graph, as_of, settings))


def finding_thresholds(settings: Settings) -> FindingThresholds:
    """Returns the thresholds and device types in the settings by which the rules decide what counts as a finding (a
    fault in the data).
    """
    return FindingThresholds(settings.obliged_device_types, settings.many_routes)


def fetch_facts_in_force(graph: Runner, as_of: AsOf, settings: Settings) -> Overview:
    """Fetches all entries, upgrade steps, bases that await acceptance, and list versions in force at an instant."""
    entries = facts_in_force.all_entries_in_force(graph, as_of)
    return Overview(
        snapshot=Snapshot(
            entries=entries,
            steps=facts_in_force.steps_in_force(graph, as_of, entries),
            held=facts_in_force.held_in_force(graph, as_of),
            beliefs=facts_in_force.former_beliefs_in_force(graph, as_of),
        ),
        lists=[version for version in known_list_versions(graph, as_of.known_at) if version.effective_from <= as_of.at],
        first_listed=facts_in_force.first_listed_instants(graph, as_of.known_at),
        obliged_device_types=settings.obliged_device_types,
        many_routes=settings.many_routes,
    )
