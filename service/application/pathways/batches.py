"""Pathways by the thousand: what the pairs have in common is fetched, found and written once."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeVar

from service.application.pathways import pathways
from service.application.pathways.answers import ResolveAsOf
from service.application.pathways.graph_cache import GraphCache
from service.application.pathways.pathway_json import PathwayJsonWriter
from service.application.pathways.receipts import add_receipt
from service.domain.as_of import AsOf
from service.domain.names import parse_entry_number
from service.errors import InvalidQuestion, PathwaysError
from service.schemas.requests.batches import BatchQuestion
from service.schemas.responses.batches import BadPair, PairProblem
from service.schemas.responses.pathways import Pathway, PathwayData
from service.security.receipt_keys import Keyring

_PART = 400  # answers put together and signed at a time

T = TypeVar("T")

PairAnswer = PathwayData | BadPair


def answer_batch(
    memory: GraphCache,
    settle: ResolveAsOf,
    asked: BatchQuestion,
    keys: Keyring,
    tell: Callable[[PathwayData, bytes], None],
) -> Iterator[bytes]:
    """The answers as JSON, in the order of the pairs. All that is asked of the graph is asked before the first.

    `tell` hears each answer as it is sent, once.
    """
    when = settle(asked.at, asked.known_at)
    find = _finding(memory, when, asked)
    scribe = PathwayJsonWriter(asked.through_removed, 0, memory.head(when.known_at), keys.id)

    def written(items: list[PairAnswer]) -> list[bytes]:
        forms = [
            scribe.form(item) if asked.receipts and isinstance(item, PathwayData) else _unsigned(item) for item in items
        ]
        bodies = [one if isinstance(one, bytes) else one.fill_at(when.at, keys) for one in forms]
        for item, body in zip(items, bodies, strict=True):
            if isinstance(item, PathwayData):
                tell(item, body)
        return bodies

    return _in_order(asked, find, written)


def batch_pathways(memory: GraphCache, when: AsOf, asked: BatchQuestion, keys: Keyring) -> Iterator[Pathway | BadPair]:
    """The answers in the order of the pairs."""
    find, head = _finding(memory, when, asked), memory.head(when.known_at)

    def with_receipt(item: PairAnswer) -> Pathway | BadPair:
        if isinstance(item, BadPair):
            return item
        return add_receipt(item.pathway, keys, asked.through_removed, 0, head) if asked.receipts else item.pathway

    return _in_order(asked, find, lambda items: list(map(with_receipt, items)))


def _finding(memory: GraphCache, when: AsOf, asked: BatchQuestion) -> Callable[[str, str], PairAnswer]:
    """What answers a pair, once everything is fetched."""
    read = {given: _number(given) for pair in asked.pairs for given in pair}
    memory.prefetch({number for number in read.values() if isinstance(number, str)}, when.known_at)

    def answered(base: str, target: str) -> PairAnswer:
        try:
            numbers = [_told(read[given]) for given in (base, target)]
            return pathways.find_pathway_data(memory, when, numbers[0], numbers[1], asked.through_removed)
        except PathwaysError as wrong:
            refused = PairProblem(type=wrong.type, title=wrong.title, status=wrong.status, detail=wrong.detail)
            return BadPair(from_=base, to=target, problem=refused)

    return answered


def _in_order(
    asked: BatchQuestion, find: Callable[[str, str], PairAnswer], finished: Callable[[list[PairAnswer]], list[T]]
) -> Iterator[T]:
    """Each pair's answer as it is given away, a few hundred at a time. A pair that is asked twice is answered once."""
    pairs = [(base, target) for base, target in asked.pairs]
    often = Counter(pairs)
    known: dict[tuple[str, str], T] = {}
    for start in range(0, len(pairs), _PART):
        part = pairs[start : start + _PART]
        fresh = [pair for pair in dict.fromkeys(part) if pair not in known]
        known |= zip(fresh, finished([find(*pair) for pair in fresh]), strict=True)
        yield from (known[pair] for pair in part)
        known = {pair: item for pair, item in known.items() if often[pair] > 1}


def _unsigned(item: PairAnswer) -> bytes:
    whole = item if isinstance(item, BadPair) else item.pathway
    return whole.model_dump_json(by_alias=True).encode()


def _number(given: str) -> str | InvalidQuestion:
    try:
        return parse_entry_number(given)
    except ValueError as wrong:
        return InvalidQuestion(str(wrong))


def _told(number: str | InvalidQuestion) -> str:
    if isinstance(number, InvalidQuestion):
        raise number
    return number


def as_json_document(items: Iterator[bytes]) -> bytes:
    """One document, `{"items": […]}`."""
    return b'{"items":[' + b",".join(items) + b"]}"


def as_json_lines(items: Iterator[bytes]) -> Iterator[bytes]:
    """A line an answer (NDJSON), as soon as it is there."""
    return (item + b"\n" for item in items)
