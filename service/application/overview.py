"""The overview: everything in force as of both clocks, fetched with six statements, and the findings in it."""

from service.domain.as_of import AsOf
from service.domain.standards import Standards
from service.graph.protocol import Runner
from service.repositories import facts_in_force
from service.repositories.list_versions import known_list_versions
from service.rules.findings import all_findings
from service.rules.findings.overview import Overview
from service.rules.pathfinding.snapshot import Snapshot
from service.schemas.responses.findings import Finding
from service.settings import Settings


def compute_findings(graph: Runner, as_of: AsOf, settings: Settings) -> list[Finding]:
    """All findings as of both clocks, the most severe first."""
    return all_findings(fetch_overview(graph, as_of, settings))


def finding_standards(settings: Settings) -> Standards:
    """The thresholds and device types of the settings by which findings are judged."""
    return Standards(settings.obliged_device_types, settings.many_routes)


def fetch_overview(graph: Runner, as_of: AsOf, settings: Settings) -> Overview:
    """Everything in force as of both clocks."""
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
