"""`pathways findings`: prints the findings: reports of wrong, missing and doubtful data."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Annotated

import typer

from service.application.findings import FindingCache, list_findings
from service.cli.options import AsJson, At, KnownAt, as_of_parameters, parse_question
from service.cli.output import as_of_line, merge_pages, print_answer
from service.cli.session import open_cache, server_call
from service.domain.clock import iso
from service.schemas.requests.filters import FindingsQuestion
from service.schemas.responses.findings import Finding, FindingPage
from service.settings import Settings


def findings(
    code: Annotated[str, typer.Option("--code", help="Only findings with this code, such as `undeclared`.")] = "",
    severity: Annotated[str, typer.Option("--severity", help="wrong, missing, doubtful or notice.")] = "",
    manufacturer: Annotated[str, typer.Option("--manufacturer", help="Four hex digits.")] = "",
    device_model: Annotated[str, typer.Option("--device-model", help="Eight hex digits, as in DUIS.")] = "",
    entry: Annotated[str, typer.Option("--entry", help="Only findings about this entry.")] = "",
    at: At = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Print the data that are wrong, missing or doubtful, most severe first. The exit code is 0 with findings too."""
    filters = {
        "code": code,
        "severity": severity,
        "manufacturer": manufacturer,
        "device_model": device_model,
        "entry": entry,
    }
    question = parse_question(FindingsQuestion, {"limit": 1000, "at": at, "known_at": known_at} | filters)
    parameters = {name: value for name, value in filters.items() if value} | as_of_parameters(at, known_at)
    with open_cache(server_call("GET /v1/findings", parameters)) as cache:
        found = FindingCache(cache.graph, Settings())
        names: dict[str, str] = {}

        def fetch_page(cursor: str) -> FindingPage:
            page = list_findings(found, cache.as_of, question.model_copy(update={"cursor": cursor}))
            names.update(page.manufacturer_names)
            return page

        page = merge_pages(fetch_page).model_copy(update={"manufacturer_names": names})
    print_answer(page, lambda: _page_lines(page), as_json)


def _page_lines(page: FindingPage) -> Iterator[str]:
    yield as_of_line(page)
    for severity, group in groupby(page.items, key=lambda finding: finding.severity):
        same_severity = list(group)
        yield f"{severity}: {len(same_severity)}"
        yield from (_finding_line(finding, page.manufacturer_names) for finding in same_severity)
    if not page.items:
        yield "No findings."
    yield page.notice


def _finding_line(finding: Finding, names: Mapping[str, str]) -> str:
    makers = "".join(f" {code} is {names[code]}." for code in finding.manufacturers if code in names)
    return f"- {finding.code}: {finding.text}{makers} Since {iso(finding.since)}."
