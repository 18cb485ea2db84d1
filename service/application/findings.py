"""Lists the findings (faults, gaps and doubtful facts in the data) in pages, the most severe first."""

from collections import Counter

from service.application.overview import compute_findings
from service.application.paging import cut_page, start_page
from service.domain.as_of import ResolveAsOf
from service.graph.protocol import Runner
from service.schemas.requests.queries import FindingsQuestion
from service.schemas.responses.findings import FindingPage
from service.settings import Settings


def list_findings(
    graph: Runner, resolve_as_of: ResolveAsOf, settings: Settings, question: FindingsQuestion
) -> FindingPage:
    """Returns a page of the findings that pass the filters, the most severe first, and the number of findings of each
    code.
    """
    after, as_of = start_page(question, resolve_as_of)
    findings = [finding for finding in compute_findings(graph, as_of, settings) if question.matches(finding)]
    # The number of a finding in the order names its place, since both instants fix the order.
    rows = list(enumerate(findings, 1))[int(after or "0") :]
    page = cut_page(question, rows, lambda row: str(row[0]), as_of.at, as_of.known_at)
    return FindingPage(
        items=[finding for _, finding in page.items],
        next=page.next,
        counts=Counter(finding.code for finding in findings),
        **as_of.response_fields,
    )
