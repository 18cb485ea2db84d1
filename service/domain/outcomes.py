"""The outcomes of pathways, the standings of devices, and the codes of the reasons why a pathway has no route."""

from typing import Literal

Outcome = Literal["route", "already-there", "none", "unknown"]
Standing = Literal["onward", "head", "dead-end", "unknown"]

ReasonCode = Literal[
    "target-not-listed",
    "not-yet-listed",
    "other-device-model",
    "declared-none",
    "not-declared",
    "only-through-held",
    "only-through-removed",
    "opposite-direction",
    "not-at-this-time",
    "no-declared-way",
]
