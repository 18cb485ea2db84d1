"""Computes the answer for a device: fetches the entries that may match the device, and applies the rules to them."""

from service.application.pathways import pathways
from service.application.pathways.graph_cache import GraphCache
from service.application.pathways.receipts import add_receipt
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.devices import Device
from service.repositories import entries
from service.rules.answers import device_answer as rules
from service.rules.answers.device_match import matching_twins
from service.schemas.requests.devices import ResolveQuestion
from service.schemas.responses.devices import Candidate, Resolution
from service.security.receipt_keys import Keyring


def resolve_device_with_receipt(
    cache: GraphCache, resolve_as_of: ResolveAsOf, question: ResolveQuestion, keys: Keyring
) -> Resolution:
    """Returns the answer for a device, as `resolve_device` does. Adds a receipt (signature) to a pathway on which all
    matching entries agree.
    """
    as_of = resolve_as_of(question.at, question.known_at)
    removed = question.through_removed
    resolution = resolve_device(cache, as_of, question.device.device, question.to, removed)
    if resolution.pathway is None:
        return resolution
    pathway = add_receipt(resolution.pathway, keys, removed, 0, cache.head(as_of.known_at))
    return resolution.model_copy(update={"pathway": pathway})


def resolve_device(
    cache: GraphCache, as_of: AsOf, device: Device, target: str | None, through_removed: bool
) -> Resolution:
    """Returns the entries that match a device, and the pathway to `target`, or without a target all reachable entries.

    Raises EntryNotFound for a target that is on no list recorded by `as_of.known_at`.
    """
    candidates = entries.candidate_entries(cache, as_of, device)
    matches = matching_twins(candidates, device)
    if not matches:
        if target:
            cache.temporal_graph({target}, as_of.known_at)  # raises EntryNotFound
        others = [] if candidates else _of_other_manufacturers(cache, as_of, device)
        return rules.resolve_unmatched(device, target, candidates, others, as_of.response_fields)
    answers = [_answer(cache, as_of, twins[0].number, target, through_removed) for twins in matches]
    return rules.resolve_matched(device, target, candidates, answers, as_of.response_fields)


def _of_other_manufacturers(cache: GraphCache, as_of: AsOf, device: Device) -> list[Candidate]:
    """Fetches the entries of the device model of a device under any manufacturer code, if the device has both."""
    if not device.model or not device.single_value("manufacturer"):
        return []
    return entries.candidate_entries(cache, as_of, device.without("manufacturer"))


def _answer(cache: GraphCache, as_of: AsOf, base: str, target: str | None, through_removed: bool) -> rules.DeviceAnswer:
    if target:
        pathway = pathways.find_pathway(cache, as_of, base, target, through_removed)
        return rules.DeviceAnswer(pathway.outcome, pathway)
    return rules.answer_from_reach(cache.question_context(as_of, base, base, through_removed))
