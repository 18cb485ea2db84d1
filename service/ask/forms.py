"""An answer with its receipt as it is sent, but for the instant at which it is asked and the signature over that.

It is put together from pieces: a step or a reason that stands in many answers is written once. It is byte by byte
what the models would write.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.keys import Keyring
from service.model.clock import iso
from service.model.outcome import Part
from service.model.pathway import Pathway, PathwayStep
from service.rules.version import RULES

_MOST = 10_000  # pieces kept by one scribe: some 20 MB where each is a long reason

_ENCODE = json.JSONEncoder(ensure_ascii=False).encode

Parts = tuple[bytes, ...]
Way = tuple[str, str, str]
"""Steps as they are sent, as a receipt has them, and as they are signed."""


@dataclass(frozen=True, slots=True)
class Form:
    """What is sent, cut where `at` stands in it, and what is signed, cut likewise."""

    body: Parts
    text: Parts

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return sum(map(len, self.body + self.text))

    def filled(self, at: datetime, keys: Keyring) -> bytes:
        """The answer as of an instant, signed."""
        when = _text(iso(at)).encode()
        signature = keys.sign(when.join(self.text)).encode()
        return b"".join((when.join(self.body), signature, b'"}}'))


class Scribe:
    """Writes answers to questions that were put in one way, with receipts of one key.

    `head`: of the chain of amendments. What pieces it has written it knows by themselves, not by what they say.
    """

    def __init__(self, through_removed: bool, alternatives: int, head: str, key: str) -> None:
        self._how = f'"through_removed":{_text(through_removed)},"alternatives":{alternatives}'
        self._asked = f'"alternatives":{alternatives},"from":', f',"through_removed":{_text(through_removed)},"to":'
        self._head, self._key = _text(head), _text(key)
        self._steps: dict[int, tuple[PathwayStep, Way]] = {}
        self._reasons: dict[int, tuple[Part, str]] = {}

    def form(self, answer: Pathway) -> Form:
        """The form of an answer that has no receipt yet."""
        steps, ways = self._way(answer.steps), [self._way(way) for way in answer.alternatives]
        base, target, outcome = _text(answer.from_), _text(answer.to), _text(answer.outcome)
        known_at, listed = _text(iso(answer.known_at)), _text(answer.list_version)
        codes = ",".join([_text(reason.code) for reason in answer.reasons])
        told = (
            f',"known_at":{known_at},"list_version":{listed},"list_issued":{_text(answer.list_issued)},"from":{base},'
            f'"to":{target},"outcome":{outcome},"steps":[{steps[0]}],"alternatives":[{_ways(ways, 0)}],'
            f'"more":{_text(answer.more)},"reasons":[{self._said(answer.reasons)}],'
            f'"updated":{_text(answer.updated and iso(answer.updated))},"notice":{_text(answer.notice)},'
            f'"receipt":{{"rules":{RULES},"question":{{"from":{base},"to":{target},{self._how}}},"at":'
        )
        receipt = (
            f',"known_at":{known_at},"list_version":{listed},"outcome":{outcome},"steps":[{steps[1]}],'
            f'"alternatives":[{_ways(ways, 1)}],"reasons":[{codes}],"head":{self._head},"key":{self._key},'
            '"signature":"'
        )
        signed = (
            f',"head":{self._head},"key":{self._key},"known_at":{known_at},"list_version":{listed},'
            f'"outcome":{outcome},"question":{{{self._asked[0]}{base}{self._asked[1]}{target}}},'
            f'"reasons":[{codes}],"rules":{RULES},"steps":[{steps[2]}]}}'
        )
        ahead = f'{{"alternatives":[{_ways(ways, 2)}],"at":'
        return Form((b'{"at":', told.encode(), receipt.encode()), (ahead.encode(), signed.encode()))

    def _way(self, steps: Iterable[PathwayStep]) -> Way:
        sent, told, signed = zip(*map(self._step, steps), strict=True) if steps else ((), (), ())
        return ",".join(sent), ",".join(told), ",".join(signed)

    def _step(self, step: PathwayStep) -> Way:
        found = self._steps.get(id(step))
        if found is None:
            found = step, _written(step)
            if len(self._steps) >= _MOST:
                self._steps.clear()
            self._steps[id(step)] = found  # which keeps the step, so that no other gets its id
        return found[1]

    def _said(self, reasons: Iterable[Part]) -> str:
        return ",".join(map(self._reason, reasons))

    def _reason(self, reason: Part) -> str:
        found = self._reasons.get(id(reason))
        if found is None:
            found = reason, reason.model_dump_json(by_alias=True)
            if len(self._reasons) >= _MOST:
                self._reasons.clear()
            self._reasons[id(reason)] = found
        return found[1]


def form(answer: Pathway, through_removed: bool, alternatives: int, head: str, key: str) -> Form:
    """The form of an answer that has no receipt yet. `head`: of the chain of amendments, `key`: the one that signs."""
    return Scribe(through_removed, alternatives, head, key).form(answer)


def _written(step: PathwayStep) -> Way:
    base, target, image = _text(step.base), _text(step.target), _text(step.image_hash)
    return (
        step.model_dump_json(by_alias=True),
        f'{{"base":{base},"target":{target},"image_hash":{image}}}',
        f'{{"base":{base},"image_hash":{image},"target":{target}}}',
    )


def _ways(ways: list[Way], nth: int) -> str:
    return ",".join([f"[{way[nth]}]" for way in ways])


def _text(value: Any) -> str:
    """A plain value as JSON."""
    return _ENCODE(value)
