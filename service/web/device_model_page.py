"""Serves the page of a device model: its upgrade graph as a picture, and the same as a table."""

from dataclasses import dataclass
from functools import cache

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from service.api.authorisation import requires
from service.api.deps import AccessDep, RecorderDep, ServicesDep
from service.application.pathways import pathways, upgrade_graphs
from service.application.pathways.graph_cache import GraphCache
from service.domain.names import parse_device_model
from service.errors import InvalidQuestion
from service.rules.drawing.upgrade_graph_drawing import Drawing, draw_upgrade_graph, images_by_layer
from service.rules.permissions import Access
from service.schemas.requests.device_models import UpgradeGraphQuestion
from service.schemas.requests.queries import PathwayQuestion
from service.schemas.responses.device_models import UpgradeGraph, UpgradeGraphNode
from service.schemas.responses.pathways import Pathway
from service.web.page_data import HtmlPageData
from service.web.pages import page_response
from service.web.query_string import QueryString
from service.web.session_cookie import PageRoute

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@dataclass
class DeviceModelData(HtmlPageData):
    """The content of the page of a device model. `layers` has the images of a graph that is too large to draw without a
    selection, by the number of steps that lead to them.
    """

    device_model: str = ""
    graph: UpgradeGraph | None = None
    drawing: Drawing | None = None
    pathway: Pathway | None = None
    layers: list[list[UpgradeGraphNode]] | None = None

    def _set_status(self, status: int) -> None:
        self.status = status if self.status == 200 else self.status  # the path is a question, also without parameters

    def selection_address(self, number: str) -> str:
        """Returns the address of this page with an entry selected as the target if there is a base, else as the
        base.
        """
        return self.query.address({"to" if self.choice.from_ and number != self.choice.from_ else "from": number})


@router.get("/device-models/{device_model}", response_class=HTMLResponse)
@requires("list", also="pathways")
def show_device_model(
    request: Request, device_model: str, services: ServicesDep, access: AccessDep, recorder: RecorderDep
) -> HTMLResponse:
    """Shows the upgrade graph of a device model, and the pathway between two selected entries in it."""
    query = QueryString.of(request.query_params)
    data = build_device_model_data(device_model, query, services.graph_cache, access)
    if data.pathway:
        recorder.record_page(data.choice, data.pathway)
    return page_response(request, services, access, "device_model.html", data, root="../")


def build_device_model_data(
    device_model: str, query: QueryString, memory: GraphCache, access: Access
) -> DeviceModelData:
    """Fetches and draws the upgrade graph of a device model, within the rights of the reader."""
    data = DeviceModelData(query, access, device_model=device_model)
    with data.answering("/device-models/{device_model}"), data.section("device_model"):
        data.require_pathways()
        _fill(data, memory)
    return data


def _fill(data: DeviceModelData, memory: GraphCache) -> None:
    resolve_as_of = cache(memory.as_of)
    try:
        data.device_model = parse_device_model(data.device_model)
    except ValueError as error:
        raise InvalidQuestion(str(error)) from error
    choice = data.choice = data.query.chosen_entries()
    question = UpgradeGraphQuestion(at=choice.at, known_at=choice.known_at, through_removed=choice.through_removed)
    graph = data.graph = upgrade_graphs.get_upgrade_graph(memory, resolve_as_of, question, data.device_model)
    with data.section("device_model"):
        if choice.from_ and choice.to:
            asked = PathwayQuestion.model_validate(choice.model_dump())
            data.pathway = pathways.get_pathway(memory, resolve_as_of, asked)
    steps = data.pathway.steps if data.pathway else []
    route = [step.base for step in steps[:1]] + [step.target for step in steps]
    data.drawing = draw_upgrade_graph(graph.nodes, choice.from_, choice.to, route)
    data.layers = None if data.drawing.images else images_by_layer(graph.nodes)
