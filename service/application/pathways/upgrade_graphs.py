"""Fetches and describes the upgrade graph of a device model."""

from collections.abc import Sequence

from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import AsOf, ResolveAsOf
from service.errors import DeviceModelNotFound
from service.repositories.entries import entries_of_model
from service.repositories.manufacturers import names_in_force
from service.rules.answers.upgrade_graph import build_nodes
from service.schemas.requests.device_models import UpgradeGraphQuestion
from service.schemas.responses.device_models import UpgradeGraph, UpgradeGraphNode


def get_upgrade_graph(
    cache: GraphCache, resolve_as_of: ResolveAsOf, question: UpgradeGraphQuestion, device_model: str
) -> UpgradeGraph:
    """Returns the firmware images of a device model, with the upgrade steps in force between them.

    Raises DeviceModelNotFound for a device model of no entry on a list recorded by then, whatever the list's date, and
    InvalidQuestion for instants that have no answer.
    """
    as_of = resolve_as_of(question.at, question.known_at)
    nodes = _nodes(cache, as_of, device_model, question.through_removed)
    code = device_model[:4]
    return UpgradeGraph(
        device_model=device_model,
        manufacturer=code,
        manufacturer_name=names_in_force(cache, as_of).get(code),
        steps=sum(len(node.bases) for node in nodes),
        reduced_steps=sum(len(node.reduced_bases) for node in nodes),
        nodes=list(nodes),
        **as_of.response_fields,
    )


def _nodes(cache: GraphCache, as_of: AsOf, device_model: str, through_removed: bool) -> Sequence[UpgradeGraphNode]:
    entries = entries_of_model(cache, device_model, as_of.known_at)
    if not entries:
        raise DeviceModelNotFound(f"No list known at that time has an entry of device model {device_model}.")
    graph = cache.temporal_graph(entries, as_of.known_at)
    return build_nodes(graph.network(as_of.at), device_model, through_removed)
