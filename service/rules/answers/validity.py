"""How long an answer stays valid."""

from datetime import timedelta

from service.domain.clock import Span, midnight
from service.rules.answers.question import QuestionContext
from service.schemas.responses.pathways import Pathway, PathwayData


def answer_validity(context: QuestionContext, answer: Pathway | PathwayData) -> Span:
    """The span around the instant of the question in which every instant has the same answer.

    No fact begins or ends in the span. The span lies within one day, because certificate dates are compared with the
    day of the question. The nearest time with a route depends on the exact instant, so an answer with the reason
    `not-at-this-time` is valid at its own instant only.
    """
    at = context.question.at
    if any(reason.code == "not-at-this-time" for reason in answer.reasons):
        return Span(at, at + timedelta.resolution)
    day = midnight(at.date())
    return context.temporal_graph.interval(at).clipped_to(Span(day, day + timedelta(days=1)))
