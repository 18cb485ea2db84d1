"""Computes the findings of a graph at once, by the rules alone, to compare the service's cached findings with them."""

from service.application.findings import finding_thresholds
from service.domain.as_of import AsOf
from service.graph.protocol import QueryRunner
from service.repositories.facts_in_force import fetch_facts_in_force
from service.rules.findings import findings_in_parts
from service.schemas.responses.findings import Finding
from service.settings import Settings


def compute_findings(graph: QueryRunner, as_of: AsOf, settings: Settings) -> list[Finding]:
    """All findings at an instant, the most severe first."""
    return findings_in_parts(fetch_facts_in_force(graph, as_of, finding_thresholds(settings)).inputs())
