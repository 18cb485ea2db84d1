"""`pathways disclosures`: prints the disclosure log: the record of the answers that each organisation received."""

from collections.abc import Iterator
from typing import Annotated

import typer

from service.application.disclosures import disclosures as disclosure_log
from service.cli.options import AsJson, Since, parse_entry_argument
from service.cli.output import print_answer, route_text
from service.cli.session import open_graph, server_call
from service.domain.clock import iso, now
from service.schemas.requests.disclosures import DisclosuresQuestion
from service.schemas.responses.disclosures import DisclosureItem, DisclosureKind, DisclosurePage

From = Annotated[
    str | None,
    typer.Option("--from", parser=parse_entry_argument, metavar="FROM", help="Only answers about this base."),
]
To = Annotated[
    str | None,
    typer.Option("--to", parser=parse_entry_argument, metavar="TO", help="Only answers about this target."),
]


def disclosures(
    organisation: Annotated[str, typer.Option("--organisation", help="Only answers to this organisation.")] = "",
    from_: From = None,
    to: To = None,
    kind: Annotated[DisclosureKind | None, typer.Option("--kind", help="Only answers to this kind of request.")] = None,
    since: Since = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="Most answers to print.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Print which answers organisations received, the newest first. The log records nothing else about a caller."""
    filters = {"organisation": organisation, "from": from_, "to": to, "kind": kind, "since": since and iso(since)}
    parameters = {name: value for name, value in filters.items() if value} | {"limit": str(limit)}
    question = DisclosuresQuestion.model_validate(parameters)
    with open_graph(server_call("GET /v1/disclosures", parameters)) as graph:
        page = disclosure_log.list_disclosures(graph, now, question)
    print_answer(page, lambda: _page_lines(page), as_json)


def _page_lines(page: DisclosurePage) -> Iterator[str]:
    yield from (f"{iso(item.answered)}  {item.organisation}  {item.kind}  {_answer_text(item)}" for item in page.items)
    if page.next:
        yield f"There are more, before {iso(page.items[-1].answered)}."
    if not page.items:
        yield "The log has no such answer."


def _answer_text(item: DisclosureItem) -> str:
    if item.kind == "export":
        return f"list {item.list_version}, SHA-256 {item.sha256}"
    route = f": {route_text(item.told.entries)}" if item.told.entries else ""
    return f"{item.from_ or '?'} → {item.to}  {item.told.outcome}{route}"
