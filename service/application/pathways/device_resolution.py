"""Computes the answer for a device: fetches the entries that may match the device, and applies the rules to them."""

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime

from service.application.pathways import pathways
from service.application.pathways.graph_cache import GraphCache
from service.application.pathways.signed_pathways import add_receipt
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.clock import END
from service.domain.devices import Device
from service.repositories import entries
from service.rules.answers import device_answer as rules
from service.rules.answers.device_match import matching_twins
from service.rules.answers.holds_until import earliest, end_of_answer, first_change, next_change, route_dependence
from service.rules.answers.question import QuestionContext
from service.schemas.requests.devices import ResolveQuestion
from service.schemas.responses.devices import Candidate, Resolution
from service.schemas.responses.pathways import Pathway
from service.security.receipt_keys import Keyring


def resolve_device_question(
    cache: GraphCache, resolve_as_of: ResolveAsOf, question: ResolveQuestion, keys: Keyring | None
) -> Resolution:
    """Returns the answer for the device of a request, as `resolve_device` does. Adds a receipt (signature) to a pathway
    on which all matching entries agree, if `keys` is given.
    """
    as_of = resolve_as_of(question.at, question.known_at)
    removed = question.through_removed
    resolution = resolve_device(cache, as_of, question.device.device, question.to, removed)
    if resolution.pathway is None or keys is None:
        return resolution
    pathway = add_receipt(resolution.pathway, keys, removed, 0, cache.head(as_of.known_at))
    return resolution.model_copy(update={"pathway": pathway})


def resolve_device(
    cache: GraphCache, as_of: AsOf, device: Device, target: str | None, through_removed: bool
) -> Resolution:
    """Returns the entries that match a device, and the pathway to `target`, or without a target all reachable entries.

    Raises EntryNotFound for a target that is on no list recorded by `as_of.known_at`.
    """
    return DeviceQuestion(cache, as_of, device, target, through_removed).answer()


class DeviceQuestion:
    """A question about a device, which the service can answer at the effective time of the question and at later
    times.
    """

    def __init__(
        self, cache: GraphCache, as_of: AsOf, device: Device, target: str | None, through_removed: bool
    ) -> None:
        self._cache, self._as_of, self._device = cache, as_of, device
        self._target, self._through_removed = target, through_removed
        self._candidates = entries.candidate_entries(cache, as_of, device)

    def answer(self) -> Resolution:
        """Returns the answer at the effective time of the question, with the time until which the answer holds.

        Raises EntryNotFound for a target that is on no list recorded by the question's `known_at`.
        """
        answer = self._answer(self._as_of, pathways.find_pathway)
        changed = first_change(answer, self._next_instant, _content, self.answer_at)
        if changed is None:
            return answer
        end = end_of_answer(changed.at, changed.outcome, self._as_of.list_taking_effect)
        return answer.model_copy(update={"holds_until": end})

    def answer_at(self, at: datetime) -> Resolution:
        """Returns the answer at a later instant, without the time until which the answer holds."""
        return self._answer(self._as_of.moved_to(at), pathways.find_undated_pathway)

    def next_candidates(self, at: datetime) -> datetime | None:
        """Returns the first instant later than `at` at which list attributes begin or end whose entry may match the
        device, or None.
        """
        edges = (edge for row in self._candidates for edge in (row.valid_from, row.valid_to))
        return earliest(edge for edge in edges if at < edge < END)

    def _answer(self, as_of: AsOf, find_pathway: Callable[..., Pathway]) -> Resolution:
        candidates = _in_force(self._candidates, as_of.at)
        matches = matching_twins(candidates, self._device)
        if not matches:
            if self._target:
                self._cache.temporal_graph({self._target}, as_of.known_at)  # raises EntryNotFound
            others = [] if candidates else self._of_other_manufacturers(as_of)
            return rules.resolve_unmatched(self._device, self._target, candidates, others, as_of.response_fields)
        answers = [self._answer_of(as_of, twins[0].number, find_pathway) for twins in matches]
        return rules.resolve_matched(self._device, self._target, candidates, answers, as_of.response_fields)

    def _answer_of(self, as_of: AsOf, base: str, find_pathway: Callable[..., Pathway]) -> rules.DeviceAnswer:
        if self._target:
            pathway = find_pathway(self._cache, as_of, base, self._target, self._through_removed)
            return rules.DeviceAnswer(pathway.outcome, pathway)
        return rules.answer_from_reach(self._context(as_of, base))

    def _of_other_manufacturers(self, as_of: AsOf) -> list[Candidate]:
        """Fetches the entries of the device model of the device under any manufacturer code, if the device has both."""
        if not self._device.model or not self._device.single_value("manufacturer"):
            return []
        rows = entries.candidate_entries(self._cache, as_of, self._device.without("manufacturer"))
        return _in_force(rows, as_of.at)

    def _context(self, as_of: AsOf, base: str) -> QuestionContext:
        return self._cache.question_context(as_of, base, self._target or base, self._through_removed)

    def _next_instant(self, answer: Resolution) -> datetime | None:
        as_of, dependence = self._as_of.moved_to(answer.at), route_dependence if self._target else None
        contexts = [self._context(as_of, match.number) for match in answer.matches]
        return earliest([self.next_candidates(answer.at), *(next_change(each, dependence) for each in contexts)])


def _in_force(rows: Iterable[Candidate], at: datetime) -> list[Candidate]:
    return [row for row in rows if row.valid_from <= at < row.valid_to]


def _content(answer: Resolution) -> Hashable:
    """Returns the parts of an answer about a device by which two answers differ: the outcome, the matches, the route
    and the reachable entries.
    """
    matches = tuple((match.number, tuple(match.twins), match.outcome, match.standing) for match in answer.matches)
    route = tuple(step.target for step in answer.pathway.steps) if answer.pathway else ()
    return answer.outcome, matches, route, tuple((item.entry, item.steps) for item in answer.targets or ())
