"""An answer with its receipt as it is sent, but for the instant at which it is asked and the signature over that."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.keys import Keyring
from service.model.clock import iso
from service.model.pathway import Pathway
from service.rules.receipt import canonical, said

_NO_RECEIPT = b'"receipt":null}'

_ENCODE = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode

Parts = tuple[bytes, ...]


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
        when = _at(iso(at))
        signature = keys.sign(when.join(self.text)).encode()
        return b"".join((when.join(self.body), signature, b'"}}'))


def form(answer: Pathway, through_removed: bool, alternatives: int, head: str, key: str) -> Form:
    """The form of an answer that has no receipt yet. `head`: of the chain of amendments, `key`: the one that signs."""
    receipt = said(answer, through_removed, alternatives, head) | {"key": key}
    bare = answer.model_dump_json(by_alias=True).encode()
    assert bare.endswith(_NO_RECEIPT)
    whole = bare.removesuffix(b"null}") + _json(receipt).removesuffix(b"}") + b',"signature":"'
    at = _at(iso(answer.at))
    body, text = tuple(whole.split(at)), tuple(canonical(receipt).split(at))
    assert (len(body), len(text)) == (3, 2)
    return Form(body, text)


def _at(instant: str) -> bytes:
    """`at` as it stands in JSON, and nowhere else: within a text the quotation marks would be escaped."""
    return b'"at":"%b"' % instant.encode()


def _json(value: dict[str, Any]) -> bytes:
    return _ENCODE(value).encode()
