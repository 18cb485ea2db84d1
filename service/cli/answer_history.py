"""`pathways changes FROM TO`: prints how the pathway answer (the route, or why there is none) changed over time, and
why.
"""

from collections.abc import Iterator

from service.application.pathways import answer_history
from service.cli.options import AsJson, From, Since, ThroughRemoved, To
from service.cli.output import merge_pages, print_answer, summary_text
from service.cli.session import open_cache, server_call
from service.domain.clock import iso
from service.schemas.requests.answer_history import ChangesQuestion
from service.schemas.responses.answer_history import AmendmentCause, Cause, ChangesPage, ListCause
from service.schemas.responses.impact import PathwaySummary


def changes(
    from_: From, to: To, since: Since = None, through_removed: ThroughRemoved = False, as_json: AsJson = False
) -> None:
    """Print how the answer to the pathway question changed over time: the outcome, the entries of the route, and the
    cause.
    """
    question = ChangesQuestion(from_=from_, to=to, since=since, through_removed=through_removed, limit=1000)
    parameters = {"from": from_, "to": to} | ({"since": iso(since)} if since else {})
    parameters |= {"through_removed": "true"} if through_removed else {}
    with open_cache(server_call("GET /v1/pathways/changes", parameters)) as cache:
        page = merge_pages(
            lambda cursor: answer_history.list_changes(
                cache, cache.as_of, question.model_copy(update={"cursor": cursor})
            )
        )
    print_answer(page, lambda: _page_lines(page), as_json)


def _page_lines(page: ChangesPage) -> Iterator[str]:
    yield f"{page.from_} → {page.to}: the answer over time, as known {iso(page.known_at)}"
    if page.since:
        yield f"{iso(page.since)}  {_answer_text(page.before)}"
    for item in page.items:
        yield f"{iso(item.at)}  {_answer_text(item.after)}{' (still to come)' if item.at > page.at else ''}"
        yield from (f"   {_cause_text(cause)}" for cause in item.causes)
    if not page.items:
        yield "No change."
    yield page.notice


def _answer_text(summary: PathwaySummary | None) -> str:
    return summary_text(summary) if summary else "no answer: no list loaded by then has both entries"


def _cause_text(cause: Cause) -> str:
    match cause:
        case AmendmentCause(amendment=amendment):
            return f"amendment {amendment.id}: {amendment.reason} ({amendment.source})"
        case ListCause():
            return f"list {cause.list_version} of {cause.list_issued} was loaded"
        case _:
            return f"time: list {cause.list_version} takes effect" if cause.list_version else "time: a date passes"
