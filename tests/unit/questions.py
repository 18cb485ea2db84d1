"""Short helpers for questions to the rules about a world."""

from service.domain.clock import ALWAYS
from service.rules.answers.pathway import build_pathway_data
from service.rules.answers.question import Question, QuestionContext
from service.rules.pathfinding.snapshot import Snapshot
from service.rules.pathfinding.temporal_graph import TemporalGraph, TimedValue
from service.schemas.responses.pathways import Pathway
from tests.worlds import NOW, World, six, terrain


def constant_graph(snapshot: Snapshot) -> TemporalGraph:
    """A temporal graph whose snapshot is the same at every instant."""

    def always(values):
        return [TimedValue(ALWAYS.start, ALWAYS.end, value) for value in values]

    return TemporalGraph(
        always(snapshot.entries.values()),
        always((number, entry.declared) for number, entry in snapshot.entries.items()),
        always(snapshot.steps),
        always(snapshot.held),
        always((number, belief) for number, beliefs in snapshot.beliefs.items() for belief in beliefs),
        snapshot.accepted,
    )


def build_pathway(context: QuestionContext, *arguments, **options) -> Pathway:
    """The pydantic model of an answer. By default no list takes effect later."""
    return build_pathway_data(context, *arguments, **{"list_taking_effect": lambda at: None, **options}).pathway


def setting(
    given: World | TemporalGraph | Snapshot, base, target, at=NOW, known_at=NOW, through_removed=False
) -> QuestionContext:
    """A question in a world, a temporal graph or a snapshot."""
    if isinstance(given, World):
        given = terrain(given, known_at)
    fetched = given if isinstance(given, TemporalGraph) else constant_graph(given)
    return QuestionContext(Question(six(base), six(target), at, known_at, through_removed), fetched)


def ask(given: World | TemporalGraph | Snapshot, base, target, alternatives=0, **question) -> Pathway:
    """The answer by the rules."""
    return build_pathway(setting(given, base, target, **question), "1.0", "2022-01-01", alternatives)


def way(answer: Pathway) -> list[str]:
    """The entries of a route, both ends included."""
    return [step.base for step in answer.steps[:1]] + [step.target for step in answer.steps]


def codes(answer: Pathway) -> list[str]:
    """The codes of the reasons of an answer."""
    return [reason.code for reason in answer.reasons]
