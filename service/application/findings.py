"""Computes the findings (faults, gaps and doubtful facts) in all facts in force, keeps them and lists them in pages."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime

from service.application.paging import cut_page, start_page
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.finding_thresholds import FindingThresholds
from service.domain.memo import SizedLRU
from service.domain.work import WorkLock, computing_turn, run_rules
from service.graph.protocol import QueryRunner
from service.repositories.facts_in_force import fetch_facts_in_force, instants_of_change
from service.repositories.manufacturers import names_in_force
from service.rules.findings.selection import encode_findings, merge_findings, select_findings
from service.schemas.requests.filters import FindingsQuestion
from service.schemas.responses.encoded_findings import EncodedFinding
from service.schemas.responses.findings import FindingPage
from service.settings import Settings

_OVERHEAD = 1_000
"""The estimated bytes of memory that a kept finding takes beside its JSON."""
_MAX_INSTANTS = 16  # recorded instants of which the instants of change are kept


class FindingCache:
    """Gives all findings (wrong, missing or doubtful data) of an instant, and keeps them. Threads may share it.

    The findings of an instant hold until the next one at which a fact begins or ends, as long as nothing is recorded.
    The first of several callers computes them for all. Of the facts of another instant, only the components (device
    models that bases or images join) that differ from those of the last computation are computed anew.
    `kept_answer_bytes` of the settings limits what is kept.
    """

    def __init__(self, graph: QueryRunner, settings: Settings) -> None:
        self._graph, self._thresholds = graph, finding_thresholds(settings)
        self._instants = SizedLRU[datetime, list[datetime]](_MAX_INSTANTS)
        self._findings = SizedLRU[tuple[datetime, int], Sequence[EncodedFinding]](settings.kept_answer_bytes)
        self._components: Mapping[bytes, Sequence[EncodedFinding]] = {}
        """The findings of the last computation, by the digest of the component of the facts that has them."""
        self._computing = WorkLock()

    def findings(self, as_of: AsOf) -> Sequence[EncodedFinding]:
        """Returns all findings (wrong, missing or doubtful data) at an instant, the most severe first."""
        key = as_of.known_at, bisect_right(self._instants_of_change(as_of.known_at), as_of.at)
        found = self._findings.get(key)
        if found is not None:
            return found
        with self._computing:
            found = self._findings.get(key)
            if found is None:
                found = self._compute(as_of)
                self._findings.put([key], found, sum(len(finding.json) + _OVERHEAD for finding in found))
            return found

    def names(self, as_of: AsOf) -> dict[str, str]:
        """Returns the names of manufacturers in force at an instant, by code."""
        return names_in_force(self._graph, as_of)

    def _compute(self, as_of: AsOf) -> list[EncodedFinding]:
        """Computes the findings of an instant. Takes those of components without changes from the last computation."""
        kept = self._components
        with computing_turn():
            facts = fetch_facts_in_force(self._graph, as_of, self._thresholds)
        computed = run_rules(encode_findings, facts, frozenset(kept))
        self._components = {
            digest: kept[digest] if findings is None else findings for digest, findings in computed.items()
        }
        return merge_findings(self._components.values())

    def _instants_of_change(self, known_at: datetime) -> list[datetime]:
        instants = self._instants.get(known_at)
        if instants is None:
            instants = instants_of_change(self._graph, known_at)
            self._instants.put([known_at], instants, 1)
        return instants


def list_findings(cache: FindingCache, resolve_as_of: ResolveAsOf, question: FindingsQuestion) -> FindingPage:
    """Returns a page of the findings (wrong, missing or doubtful data) that pass the filters, the most severe first,
    and the number of findings of each code.
    """
    after, as_of = start_page(question, resolve_as_of)
    # The number of a finding in the order names its place, since both instants fix the order.
    selection = select_findings(cache.findings(as_of), question.matches, int(after or "0"), question.limit + 1)
    page = cut_page(question, selection.rows, lambda row: str(row[0]), as_of.at, as_of.known_at)
    findings, names = [finding for _, finding in page.items], cache.names(as_of)
    codes = sorted({code for finding in findings for code in finding.manufacturers} & names.keys())
    return FindingPage(
        items=findings,
        next=page.next,
        counts=selection.counts,
        manufacturer_names={code: names[code] for code in codes},
        **as_of.response_fields,
    )


def finding_thresholds(settings: Settings) -> FindingThresholds:
    """Returns the thresholds and device types in the settings by which the rules decide what counts as a finding (a
    fault in the data).
    """
    return FindingThresholds(settings.obliged_device_types, settings.many_routes)
