"""Asking the rules about a world, in short."""

from service.rules.answers.pathway import pathway
from service.rules.answers.question import Question, Setting
from service.rules.pathfinding.snapshot import Neighbourhood
from service.rules.pathfinding.temporal_graph import Terrain
from service.schemas.responses.pathways import Pathway
from tests.worlds import NOW, World, six, terrain


def setting(
    given: World | Terrain | Neighbourhood, base, target, at=NOW, known_at=NOW, through_removed=False
) -> Setting:
    """A question put to a world, or to what was fetched of it."""
    if isinstance(given, World):
        given = terrain(given, known_at)
    fetched = given if isinstance(given, Terrain) else Terrain.still(given)
    return Setting(Question(six(base), six(target), at, known_at, through_removed), fetched)


def ask(given: World | Terrain | Neighbourhood, base, target, alternatives=0, **question) -> Pathway:
    """The answer of the rules."""
    return pathway(setting(given, base, target, **question), "1.0", "2022-01-01", alternatives)


def way(answer: Pathway) -> list[str]:
    """The entries of a route, both ends included."""
    return [step.base for step in answer.steps[:1]] + [step.target for step in answer.steps]


def codes(answer: Pathway) -> list[str]:
    """The reasons of an answer, by code."""
    return [reason.code for reason in answer.reasons]
