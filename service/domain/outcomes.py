"""The outcomes of pathways, devices and plans, the standings of devices, and the codes of the reasons for no route."""

from typing import Literal

Outcome = Literal["route", "already-there", "none", "unknown"]
Standing = Literal["onward", "head", "dead-end", "unknown"]
ResolveOutcome = Literal[Outcome, "ambiguous", "unknown-device", "unknown-firmware"]
Verdict = Literal["go", "stop", "ask"]

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
