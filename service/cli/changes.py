"""`pathways changes FROM TO`: how the answer to a question changed, and why."""

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlencode

import typer

from service.application.pathways import answer_history as answers
from service.application.pathways.graph_cache import GraphCache
from service.cli.session import AsJson, From, Since, To, open_graph
from service.domain.clock import iso, now
from service.schemas.requests.answer_history import ChangesQuestion
from service.schemas.responses.answer_history import AmendmentCause, Cause, ChangesPage, ListCause
from service.schemas.responses.impact import PathwaySummary


def changes(
    from_: From,
    to: To,
    since: Since = None,
    through_removed: Annotated[bool, typer.Option("--through-removed", help="Step to removed entries too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print every change of what would have been told: the outcome, the route's entries, and what caused it."""
    asked = ChangesQuestion(from_=from_, to=to, since=since, through_removed=through_removed, limit=1000)
    parameters = {"from": from_, "to": to} | ({"since": iso(since)} if since else {})
    parameters |= {"through_removed": "true"} if through_removed else {}
    with open_graph(f"Ask it: GET /v1/pathways/changes?{urlencode(parameters, safe=':')}") as graph:
        page = _whole(GraphCache(graph, now), asked)
    typer.echo(page.model_dump_json(by_alias=True, indent=2) if as_json else "\n".join(_told(page)))


def _whole(memory: GraphCache, asked: ChangesQuestion) -> ChangesPage:
    """All pages as one."""
    first = page = answers.list_changes(memory, memory.as_of, asked)
    items = list(page.items)
    while page.next:
        page = answers.list_changes(memory, memory.as_of, asked.model_copy(update={"cursor": page.next}))
        items += page.items
    return first.model_copy(update={"items": items, "next": None})


def _told(page: ChangesPage) -> Iterator[str]:
    yield f"{page.from_} → {page.to}, as would have been told up to {iso(page.at)}"
    if page.since:
        yield f"{iso(page.since)}  {_way(page.before)}"
    for item in page.items:
        yield f"{iso(item.at)}  {_way(item.after)}"
        for cause in item.causes:
            yield f"   {_cause(cause)}"
    if not page.items:
        yield "No change."
    yield page.notice


def _way(way: PathwaySummary | None) -> str:
    if way is None:
        return "no answer: not on any list known then"
    return " → ".join(way.entries) or way.outcome


def _cause(cause: Cause) -> str:
    match cause:
        case AmendmentCause(amendment=made):
            return f"amendment {made.id}: {made.reason} ({made.source})"
        case ListCause():
            return f"list {cause.list_version} of {cause.list_issued} was loaded"
        case _:
            return f"time: list {cause.list_version} took effect" if cause.list_version else "time: a date passed"
