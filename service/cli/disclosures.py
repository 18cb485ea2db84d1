"""`pathways told`: which organisation was told what."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

import typer

from service.application.disclosures import disclosures as answers
from service.cli.session import AsJson, Since, open_graph, parse_entry_argument
from service.domain.clock import iso, now
from service.schemas.requests.disclosures import DisclosuresQuestion
from service.schemas.responses.disclosures import DisclosureItem, DisclosureKind, DisclosurePage

From = Annotated[
    str | None, typer.Option("--from", parser=parse_entry_argument, metavar="FROM", help="Only of this base.")
]
To = Annotated[str | None, typer.Option("--to", parser=parse_entry_argument, metavar="TO", help="Only of this target.")]


def disclosures(
    organisation: Annotated[str, typer.Option("--organisation", help="Only what this one was told.")] = "",
    from_: From = None,
    to: To = None,
    kind: Annotated[DisclosureKind | None, typer.Option("--kind", help="By what it was asked.")] = None,
    since: Since = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="Most answers to print.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Print what organisations were told, the newest first. Of those who asked nothing else is kept."""
    parameters = _parameters(organisation, from_, to, kind, since) | {"limit": str(limit)}
    asked = DisclosuresQuestion.model_validate(parameters)
    with open_graph(f"Ask it: GET /v1/disclosures?{urlencode(parameters, safe=':')}") as graph:
        page = answers.list_disclosures(graph, now, asked)
    typer.echo(page.model_dump_json(by_alias=True, indent=2) if as_json else "\n".join(_lines(page)))


def _parameters(
    organisation: str, from_: str | None, to: str | None, kind: str | None, since: datetime | None
) -> dict[str, str]:
    """What is asked, as the address of the call has it."""
    given = {"organisation": organisation, "from": from_, "to": to, "kind": kind, "since": since and iso(since)}
    return {name: value for name, value in given.items() if value}


def _lines(page: DisclosurePage) -> Iterator[str]:
    for item in page.items:
        yield f"{iso(item.answered)}  {item.organisation}  {item.kind}  {_said(item)}"
    if page.next:
        yield f"There are more, before {iso(page.items[-1].answered)}."
    if not page.items:
        yield "Nothing was told."


def _said(item: DisclosureItem) -> str:
    if item.kind == "export":
        return f"list {item.list_version}, SHA-256 {item.sha256}"
    way = f": {' → '.join(item.told.entries)}" if item.told.entries else ""
    return f"{item.from_ or '?'} → {item.to}  {item.told.outcome}{way}"
