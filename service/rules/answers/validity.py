"""For how long an answer stays the same, but for the instant that it states."""

from datetime import timedelta

from service.domain.clock import Span, midnight
from service.rules.answers.question import QuestionContext
from service.schemas.responses.pathways import Pathway, PathwayData


def answer_validity(here: QuestionContext, answer: Pathway | PathwayData) -> Span:
    """The stretch around the instant asked, in which another would be answered alike.

    Nothing begins or ends in it, and it is within one day: dates on the list are compared with that of the question.
    Which time with a route is the nearest changes from instant to instant: what tells of one holds for its own alone.
    """
    at = here.question.at
    if any(reason.code == "not-at-this-time" for reason in answer.reasons):
        return Span(at, at + timedelta.resolution)
    day = midnight(at.date())
    return here.temporal_graph.interval(at).clipped_to(Span(day, day + timedelta(days=1)))
