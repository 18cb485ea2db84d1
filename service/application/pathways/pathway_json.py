"""An answer with its receipt as it is sent, but for the instant at which it is asked and the signature over that.

It is put together from pieces: a step or a reason that stands in many answers is written once. It is byte by byte
what the models would write.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from pydantic import TypeAdapter

from service.domain.clock import iso
from service.rules.records.rules_version import RULES_VERSION
from service.schemas.responses.pathways import Pathway, PathwayData, PathwayStep, Reason
from service.schemas.responses.receipts import FORMAT
from service.security.receipt_keys import Keyring

_MOST = 10_000  # pieces kept by one scribe: some 20 MB where each is a long reason

_WORDS = 5_000  # numbers, codes and instants kept as JSON

_STEP, _REASON = TypeAdapter(PathwayStep), TypeAdapter(Reason)
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode

SplitBytes = tuple[bytes, ...]
StepFragments = tuple[bytes, bytes, bytes]
"""Steps as they are sent, as a receipt has them, and as they are signed."""
_NO_WAYS: StepFragments = (b"", b"", b"")

_RULES = b'],"rules":%d,"steps":[' % RULES_VERSION
_RECEIPT = b',"receipt":{"format":%d,"rules":%d,"question":{"from":' % (FORMAT, RULES_VERSION)
_FORMAT = b',"format":%d,' % FORMAT


@dataclass(frozen=True, slots=True)
class SignableJson:
    """What is sent, cut where `at` stands in it, and what is signed, cut likewise."""

    body: SplitBytes
    text: SplitBytes

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return sum(map(len, self.body + self.text))

    def fill_at(self, at: datetime, keys: Keyring) -> bytes:
        """The answer as of an instant, signed."""
        when = _instant(at)
        signature = keys.sign(when.join(self.text)).encode()
        return b"".join((when.join(self.body), signature, b'"}}'))


class PathwayJsonWriter:
    """Writes answers to questions that were put in one way, with receipts of one key.

    `head`: of the chain of amendments. What pieces it has written it knows by themselves, not by what they say.
    """

    def __init__(self, through_removed: bool, alternatives: int, head: str, key: str) -> None:
        how = b'"through_removed":%b,"alternatives":%d}' % (_text(through_removed), alternatives)
        self._how = how + b',"at":'
        self._alternatives = b'"alternatives":%d,"from":' % alternatives
        self._removed = b',"through_removed":%b,"to":' % _text(through_removed)
        self._signer = b'"head":%b,"key":%b,' % (_text(head), _text(key))
        self._steps: dict[int, tuple[PathwayStep, StepFragments]] = {}
        self._reasons: dict[int, tuple[Reason, bytes]] = {}

    def form(self, answer: Pathway | PathwayData) -> SignableJson:
        """The form of an answer that has no receipt yet."""
        steps = self._way(answer.steps)
        ways = _NO_WAYS if not answer.alternatives else _together(list(map(self._way, answer.alternatives)))
        base, target, outcome = _text(answer.from_), _text(answer.to), _text(answer.outcome)
        known_at, listed, issued = _instant(answer.known_at), _text(answer.list_version), _text(answer.list_issued)
        updated, notice, more = _instant(answer.updated), _text(answer.notice), _text(answer.more)
        codes = b",".join([_text(reason.code) for reason in answer.reasons])
        reasons = b",".join([self._reason(reason) for reason in answer.reasons])
        told = (
            *(b',"known_at":', known_at, b',"list_version":', listed, b',"list_issued":', issued),
            *(b',"from":', base, b',"to":', target, b',"outcome":', outcome, b',"steps":[', steps[0]),
            *(b'],"alternatives":[', ways[0], b'],"more":', more, b',"reasons":[', reasons),
            *(b'],"updated":', updated, b',"notice":', notice, _RECEIPT, base, b',"to":', target, b",", self._how),
        )
        receipt = (
            *(b',"known_at":', known_at, b',"list_version":', listed, b',"outcome":', outcome, b',"steps":['),
            *(steps[1], b'],"alternatives":[', ways[1], b'],"reasons":[', codes, b"],", self._signer),
            b'"signature":"',
        )
        signed = (
            *(_FORMAT, self._signer, b'"known_at":', known_at, b',"list_version":', listed, b',"outcome":', outcome),
            *(b',"question":{', self._alternatives, base, self._removed, target, b'},"reasons":[', codes),
            *(_RULES, steps[2], b"]}"),
        )
        body = (b'{"at":', b"".join(told), b"".join(receipt))
        return SignableJson(body, (b'{"alternatives":[%b],"at":' % ways[2], b"".join(signed)))

    def _way(self, steps: Iterable[PathwayStep]) -> StepFragments:
        return _joined([self._step(step) for step in steps])

    def _step(self, step: PathwayStep) -> StepFragments:
        found = self._steps.get(id(step))
        if found is None:
            found = step, _written(step)
            if len(self._steps) >= _MOST:
                self._steps.clear()
            self._steps[id(step)] = found  # which keeps the step, so that no other gets its id
        return found[1]

    def _reason(self, reason: Reason) -> bytes:
        found = self._reasons.get(id(reason))
        if found is None:
            found = reason, _REASON.dump_json(reason, by_alias=True)
            if len(self._reasons) >= _MOST:
                self._reasons.clear()
            self._reasons[id(reason)] = found
        return found[1]


def write_pathway(
    answer: Pathway | PathwayData, through_removed: bool, alternatives: int, head: str, key: str
) -> SignableJson:
    """The form of an answer that has no receipt yet. `head`: of the chain of amendments, `key`: the one that signs."""
    return PathwayJsonWriter(through_removed, alternatives, head, key).form(answer)


def _written(step: PathwayStep) -> StepFragments:
    base, target, image = _text(step.base), _text(step.target), _text(step.image_hash)
    return (
        _STEP.dump_json(step, by_alias=True),
        b'{"base":%b,"target":%b,"image_hash":%b}' % (base, target, image),
        b'{"base":%b,"image_hash":%b,"target":%b}' % (base, image, target),
    )


def _joined(ways: list[StepFragments]) -> StepFragments:
    if len(ways) < 2:
        return ways[0] if ways else _NO_WAYS
    sent, told, signed = zip(*ways, strict=True)
    return b",".join(sent), b",".join(told), b",".join(signed)


def _together(ways: list[StepFragments]) -> StepFragments:
    """Ways beside each other, each a list."""
    sent, told, signed = zip(*ways, strict=True)
    return _lists(sent), _lists(told), _lists(signed)


def _lists(ways: Iterable[bytes]) -> bytes:
    return b",".join([b"[%b]" % way for way in ways])


@lru_cache(_WORDS)
def _text(value: str | bool | None) -> bytes:
    """A plain value as JSON."""
    return _ENCODE(value).encode()


@lru_cache(_WORDS)
def _instant(when: datetime | None) -> bytes:
    return _text(when and iso(when))
