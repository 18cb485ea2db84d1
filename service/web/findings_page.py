"""Serves the page of findings: wrong, missing or doubtful data, to filter by code, manufacturer, hardware and entry."""

from dataclasses import dataclass
from functools import cache

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from service.api.authorisation import requires
from service.api.deps import AccessDep, ServicesDep, WorkDep
from service.api.services import Services
from service.application import findings
from service.rules.permissions import Access
from service.schemas.responses.findings import FINDING_CODES, SEVERITIES, FindingPage
from service.web.page_data import HtmlPageData
from service.web.pages import page_response
from service.web.query_string import FINDING_PARAMETERS, QueryString
from service.web.session_cookie import PageRoute

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@dataclass
class FindingsData(HtmlPageData):
    """The content of the page of findings."""

    found: FindingPage | None = None
    codes: tuple[str, ...] = FINDING_CODES
    severities: tuple[str, ...] = SEVERITIES

    def _set_status(self, status: int) -> None:
        self.status = status if self.status == 200 else self.status  # the path is a question, also without parameters


@router.get("/findings", response_class=HTMLResponse)
@requires("list", also="pathways", work="question")
async def show_findings(request: Request, services: ServicesDep, access: AccessDep, work: WorkDep) -> HTMLResponse:
    """Shows the findings (faults in the data) that pass the filters, the most severe first, with counts by code."""
    query = QueryString.of(request.query_params, FINDING_PARAMETERS)
    data = FindingsData(query, access)
    with data.answering("/findings"), data.section("findings"):
        data.require_pathways()  # before the work: a reader without the right takes nobody's place
        return await work.run(lambda: _found_page(request, services, access, data))
    return page_response(request, services, access, "findings.html", data)


def _found_page(request: Request, services: Services, access: Access, data: FindingsData) -> HTMLResponse:
    with data.answering("/findings"), data.section("findings"):
        question = data.query.findings_question()
        resolve_as_of = cache(services.graph_cache.as_of)
        data.found = findings.list_findings(services.finding_cache, resolve_as_of, question)
    return page_response(request, services, access, "findings.html", data)
