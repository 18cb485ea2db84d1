"""Serialises pathway answers with their receipts (signatures). The instant `at` and the signature are left open, and
filled in for each request.

orjson assembles an answer from fragments, because many answers share steps and reasons, which are then serialised once.
The bytes equal those that the pydantic models would give.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import orjson
from orjson import Fragment
from pydantic import TypeAdapter

from service.domain.clock import iso
from service.rules.records.rules_version import RULES_VERSION
from service.schemas.responses.pathways import Pathway, PathwayData, PathwayStep, Reason
from service.schemas.responses.receipts import FORMAT
from service.security.receipt_keys import Keyring

_MAX_FRAGMENTS = 10_000  # fragments that one writer holds: some 20 MB where each is a long reason
_MAX_INSTANTS = 5_000

_STEP, _REASON = TypeAdapter(PathwayStep), TypeAdapter(Reason)

_GAP = b"\0"
"""The byte that marks a value to fill in later. JSON escapes this byte, so that no other value contains it."""
_LATER = Fragment(_GAP)

SplitBytes = tuple[bytes, ...]
StepFragments = tuple[Fragment, Fragment, Fragment]
"""The JSON of a step in the three forms that the answer, its receipt and the signed text have."""
_NO_STEPS: tuple[Sequence[Fragment], ...] = ((), (), ())


@dataclass(frozen=True, slots=True)
class SignableJson:
    """A response body and the text to sign, both split where the instant `at` and the signature belong.

    `body` is split at `at`, at `at` in the receipt (signed part) and at the signature; `text` is split at `at`.
    """

    body: SplitBytes
    text: SplitBytes

    @property
    def size(self) -> int:
        """Returns the length of the response body and of the text to sign together, in bytes."""
        return sum(map(len, self.body + self.text))

    def fill_at(self, at: datetime, keys: Keyring) -> bytes:
        """Returns the response body with the instant `at` and the signature filled in."""
        instant = b'"%b"' % iso(at).encode()
        start, receipt, end, rest = self.body
        signature = keys.sign(instant.join(self.text)).encode()
        return b"".join((start, instant, receipt, instant, end, b'"', signature, b'"', rest))


class PathwayJsonWriter:
    """Serialises answers to pathway questions with equal options, with receipts (signatures) by one key.

    `head`: the last hash of the chain of amendments. `key`: the id of the signing key. The writer recognises a step or
    a reason that it serialised before by the identity of the object, not by its content.
    """

    def __init__(self, through_removed: bool, alternatives: int, head: str, key: str) -> None:
        self._options = {"through_removed": through_removed, "alternatives": alternatives}
        self._head_and_key = {"head": head, "key": key}
        self._steps: dict[int, tuple[PathwayStep, StepFragments]] = {}
        self._reasons: dict[int, tuple[Reason, Fragment]] = {}

    def write(self, answer: Pathway | PathwayData) -> SignableJson:
        """Returns the JSON of a pathway answer with its receipt (signature). The instant `at` and the signature are
        left open in it.
        """
        sent, in_receipt, signed = self._fragments(answer.steps)
        alternatives = [self._fragments(steps) for steps in answer.alternatives]
        receipt = {
            "format": FORMAT,
            "rules": RULES_VERSION,
            "question": {"from": answer.from_, "to": answer.to, **self._options},
            "at": _LATER,
            "known_at": _instant(answer.known_at),
            "list_version": answer.list_version,
            "outcome": answer.outcome,
            "steps": in_receipt,
            "alternatives": [forms[1] for forms in alternatives],
            "reasons": [reason.code for reason in answer.reasons],
            "holds_until": _holds_until(answer),
            **self._head_and_key,
        }
        text = receipt | {"steps": signed, "alternatives": [forms[2] for forms in alternatives]}
        receipt["signature"] = _LATER
        body = self._body(answer, sent, [forms[0] for forms in alternatives], _LATER, receipt)
        return SignableJson(_split(orjson.dumps(body)), _split(orjson.dumps(text, option=orjson.OPT_SORT_KEYS)))

    def write_unsigned(self, answer: PathwayData) -> bytes:
        """Returns the JSON of a pathway answer (route, or why there is none) to which no signed receipt is added."""
        alternatives = [self._fragments(steps)[0] for steps in answer.alternatives]
        sent = self._fragments(answer.steps)[0]
        return orjson.dumps(self._body(answer, sent, alternatives, _instant(answer.at), None))

    def _body(
        self,
        answer: Pathway | PathwayData,
        steps: Sequence[Fragment],
        alternatives: Sequence[Sequence[Fragment]],
        at: Fragment | str | None,
        receipt: Mapping[str, object] | None,
    ) -> dict[str, object]:
        """Returns the fields of an answer, in the order of the model `Pathway`."""
        return {
            "at": at,
            "known_at": _instant(answer.known_at),
            "list_version": answer.list_version,
            "list_issued": answer.list_issued,
            "from": answer.from_,
            "to": answer.to,
            "outcome": answer.outcome,
            "steps": steps,
            "alternatives": alternatives,
            "more": answer.more,
            "reasons": [self._reason(reason) for reason in answer.reasons],
            "updated": _instant(answer.updated),
            "holds_until": _holds_until(answer),
            "notice": answer.notice,
            "receipt": receipt,
        }

    def _fragments(self, steps: Iterable[PathwayStep]) -> tuple[Sequence[Fragment], ...]:
        """Returns the JSON fragments of steps: one list for each of the three forms of `StepFragments`."""
        return tuple(zip(*[self._step(step) for step in steps], strict=True)) or _NO_STEPS

    def _step(self, step: PathwayStep) -> StepFragments:
        known = self._steps.get(id(step))
        if known is None:
            known = step, _step_fragments(step)
            if len(self._steps) >= _MAX_FRAGMENTS:
                self._steps.clear()
            self._steps[id(step)] = known  # holds the step, so that no other step gets its id
        return known[1]

    def _reason(self, reason: Reason) -> Fragment:
        known = self._reasons.get(id(reason))
        if known is None:
            known = reason, Fragment(_REASON.dump_json(reason, by_alias=True))
            if len(self._reasons) >= _MAX_FRAGMENTS:
                self._reasons.clear()
            self._reasons[id(reason)] = known
        return known[1]


def write_pathway(
    answer: Pathway | PathwayData, through_removed: bool, alternatives: int, head: str, key: str
) -> SignableJson:
    """Returns the JSON of one pathway answer, in which the instant `at` and the signature are left open. The parameters
    are those of `PathwayJsonWriter`.
    """
    return PathwayJsonWriter(through_removed, alternatives, head, key).write(answer)


def _step_fragments(step: PathwayStep) -> StepFragments:
    ends = {"base": step.base, "target": step.target, "image_hash": step.image_hash}
    return (
        Fragment(_STEP.dump_json(step, by_alias=True)),
        Fragment(orjson.dumps(ends)),
        Fragment(orjson.dumps(ends, option=orjson.OPT_SORT_KEYS)),
    )


def _holds_until(answer: Pathway | PathwayData) -> dict[str, object] | None:
    return answer.holds_until.model_dump(mode="json") if answer.holds_until else None


def _split(text: bytes) -> SplitBytes:
    return tuple(text.split(_GAP))


@lru_cache(_MAX_INSTANTS)
def _instant(instant: datetime | None) -> str | None:
    return iso(instant) if instant else None
