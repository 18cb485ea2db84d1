"""Runs the engine's own search for a shortest pathway; `pathways verify` compares it with the result of the rules."""

from datetime import datetime

from service.domain.frozen_model import FrozenModel
from service.graph.protocol import QueryRunner
from service.graph.query import Query


class PathwayLengthRow(FrozenModel):
    """A query row with the length of a pathway, in steps."""

    steps: int


SHORTEST = Query("pathway/shortest", PathwayLengthRow)


def shortest_pathway_length(
    graph: QueryRunner, base: str, target: str, at: datetime, known_at: datetime, through_removed: bool
) -> int | None:
    """Returns the fewest upgrade steps from one entry to another, by the engine's own search; None if it finds no
    pathway.

    The two entries must differ. Ladybug finds no pathway of more than 255 steps.
    """
    parameters = {"base": base, "target": target, "at": at, "known_at": known_at, "through_removed": through_removed}
    rows = graph.rows(SHORTEST, **parameters)
    return rows[0].steps if rows else None
