"""`pathways findings`: what is wrong, missing or doubtful."""

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import urlencode

import typer
from pydantic import ValidationError

from service.application.findings import list_findings as answered
from service.application.pathways.graph_cache import GraphCache
from service.cli.session import AsJson, At, KnownAt, open_graph
from service.domain.clock import iso, now
from service.schemas.invalid_fields import invalid_fields, validation_sentence
from service.schemas.requests.queries import FindingsQuestion
from service.schemas.responses.findings import FindingPage
from service.settings import Settings


def findings(
    code: Annotated[str, typer.Option("--code", help="Only these, such as `undeclared`.")] = "",
    severity: Annotated[str, typer.Option("--severity", help="wrong, missing, doubtful or notice.")] = "",
    manufacturer: Annotated[str, typer.Option("--manufacturer", help="Four hex digits.")] = "",
    device_model: Annotated[str, typer.Option("--device-model", help="Eight hex digits, as DUIS has it.")] = "",
    entry: Annotated[str, typer.Option("--entry", help="An entry concerned.")] = "",
    at: At = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Print what is wrong, missing or doubtful in the data, the gravest first. What is found is an answer: exit 0."""
    filters = {
        "code": code,
        "severity": severity,
        "manufacturer": manufacturer,
        "device_model": device_model,
        "entry": entry,
    }
    asked = _question({"at": at, "known_at": known_at} | filters)
    settings = Settings()
    instants = {name: iso(given) for name, given in (("at", at), ("known_at", known_at)) if given}
    instead = urlencode({name: value for name, value in filters.items() if value} | instants, safe=":")
    with open_graph(f"Ask it: GET /v1/findings{'?' if instead else ''}{instead}") as graph:
        page = _whole(partial(answered, graph, GraphCache(graph, now).as_of, settings), asked)
    typer.echo(page.model_dump_json(by_alias=True, indent=2) if as_json else "\n".join(_told(page)))


def _question(given: dict[str, Any]) -> FindingsQuestion:
    try:
        return FindingsQuestion(limit=1000, **given)
    except ValidationError as wrong:
        raise typer.BadParameter(validation_sentence(invalid_fields(wrong.errors()))) from wrong


def _whole(ask: Any, asked: FindingsQuestion) -> FindingPage:
    """All pages as one."""
    page: FindingPage = ask(asked)
    items = list(page.items)
    while page.next:
        page = ask(asked.model_copy(update={"cursor": page.next}))
        items += page.items
    return page.model_copy(update={"items": items})


def _told(page: FindingPage) -> Iterator[str]:
    yield f"list {page.list_version} of {page.list_issued}, at {iso(page.at)}, as known {iso(page.known_at)}"
    for severity, group in groupby(page.items, key=lambda finding: finding.severity):
        found = list(group)
        yield f"{severity}: {len(found)}"
        for finding in found:
            yield f"- {finding.code}: {finding.text} Since {iso(finding.since)}."
    if not page.items:
        yield "Nothing was found."
    yield page.notice
