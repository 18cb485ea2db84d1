"""The route that shows the upgrade graph of a device model."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import GraphCacheDep, ResolveAsOfDep
from service.api.problems import problems
from service.application.pathways import upgrade_graphs
from service.errors import DeviceModelNotFound, InvalidQuestion
from service.schemas.requests.device_models import DeviceModelId, UpgradeGraphQuestion
from service.schemas.responses.device_models import UpgradeGraph

router = APIRouter(
    route_class=GuardedRoute,
    prefix="/v1/device-models",
    tags=["pathways"],
    responses=problems(InvalidQuestion, DeviceModelNotFound),
)


@router.get("/{device_model}")
@requires("pathways")
def get_upgrade_graph(
    device_model: Annotated[DeviceModelId, Path()],
    question: Annotated[UpgradeGraphQuestion, Query()],
    graph_cache: GraphCacheDep,
    resolve_as_of: ResolveAsOfDep,
) -> UpgradeGraph:
    """Shows the upgrade graph of a device model: its firmware images, the steps in force, and the fewest to draw."""
    return upgrade_graphs.get_upgrade_graph(graph_cache, resolve_as_of, question, device_model)
