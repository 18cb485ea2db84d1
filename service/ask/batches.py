"""Pathways by the thousand: what the pairs have in common is fetched once, and a pair asked twice is answered once."""

from collections.abc import Callable, Iterator
from typing import Annotated, TypeVar

from pydantic import Field

from service.ask.answers import Settle
from service.ask.bodies import Posted
from service.ask.forms import Scribe
from service.ask.receipts import receipted
from service.errors import BadQuestion, PathwaysError
from service.keys import Keyring
from service.model.batch import BadPair, Refused
from service.model.names import entry_number
from service.model.pathway import Pathway
from service.store import pathways
from service.store.lists import Moment
from service.store.memory import Memory

MOST = 10_000

T = TypeVar("T")

Pair = Annotated[list[Annotated[str, Field(max_length=20)]], Field(min_length=2, max_length=2)]


class BatchQuestion(Posted):
    """Pairs of base and target, all asked as of the same moment."""

    pairs: list[Pair] = Field(max_length=MOST, examples=[[["000001", "000034"]]])
    receipts: bool = Field(True, description="Whether each answer carries its receipt; without, a batch takes less.")


def answers(memory: Memory, settle: Settle, asked: BatchQuestion, keys: Keyring) -> Iterator[bytes]:
    """The answers as JSON, in the order of the pairs. All that is asked of the graph is asked before the first."""
    when = settle(asked.at, asked.known_at)
    head = memory.head(when.known_at)

    scribe = Scribe(asked.through_removed, 0, head, keys.id)

    def written(item: Pathway | BadPair) -> bytes:
        if asked.receipts and isinstance(item, Pathway):
            return scribe.form(item).filled(when.at, keys)
        return item.model_dump_json(by_alias=True).encode()

    return _in_order(memory, when, asked, written)


def told(memory: Memory, when: Moment, asked: BatchQuestion, keys: Keyring) -> Iterator[Pathway | BadPair]:
    """The answers in the order of the pairs."""
    head = memory.head(when.known_at)

    def with_receipt(item: Pathway | BadPair) -> Pathway | BadPair:
        if asked.receipts and isinstance(item, Pathway):
            return receipted(item, keys, asked.through_removed, 0, head)
        return item

    return _in_order(memory, when, asked, with_receipt)


def _in_order(
    memory: Memory, when: Moment, asked: BatchQuestion, finished: Callable[[Pathway | BadPair], T]
) -> Iterator[T]:
    """Each pair's answer as it is given away. A pair that is asked twice is answered once."""
    read = {given: _number(given) for pair in asked.pairs for given in pair}
    memory.gather({number for number in read.values() if isinstance(number, str)}, when.known_at)
    found: dict[tuple[str, str], T] = {}

    def answered(base: str, target: str) -> Pathway | BadPair:
        try:
            numbers = [_told(read[given]) for given in (base, target)]
            return pathways.pathway(memory, when, numbers[0], numbers[1], asked.through_removed)
        except PathwaysError as wrong:
            refused = Refused(type=wrong.type, title=wrong.title, status=wrong.status, detail=wrong.detail)
            return BadPair(from_=base, to=target, problem=refused)

    def one(base: str, target: str) -> T:
        if (base, target) not in found:
            found[base, target] = finished(answered(base, target))
        return found[base, target]

    return (one(base, target) for base, target in asked.pairs)


def _number(given: str) -> str | BadQuestion:
    try:
        return entry_number(given)
    except ValueError as wrong:
        return BadQuestion(str(wrong))


def _told(number: str | BadQuestion) -> str:
    if isinstance(number, BadQuestion):
        raise number
    return number


def whole(items: Iterator[bytes]) -> bytes:
    """One document, `{"items": […]}`."""
    return b'{"items":[' + b",".join(items) + b"]}"


def lines(items: Iterator[bytes]) -> Iterator[bytes]:
    """A line an answer (NDJSON), as soon as it is there."""
    return (item + b"\n" for item in items)
