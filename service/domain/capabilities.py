"""Capabilities: what a route needs a right to."""

from typing import Literal, get_args

Classification = Literal["White", "Green", "Amber", "Red"]


Capability = Literal[
    "service",  # whether it lives, how it is asked, and the keys by which receipts are verified
    "list",  # entries and versions of the list, and a band that the descriptor says
    "pathways",  # pathways, declarations, history, findings, FIR, other bands
    "amendments",  # amendments that were made
    "impact",  # what an amendment would do
    "propose",  # an amendment, for SECAS to accept or reject
    "proposals",  # what was proposed, and how it was decided
    "amend",  # make and revert amendments, load lists and bases, decide on proposals
    "zigbee",  # chipset and stack, and who is exposed
    "zigbee-write",  # say what the chipset and stack are
    "audit",  # who read and wrote restricted data
    "disclosures",  # which organisation was told what, and whose answers an amendment makes untrue
]


CAPABILITIES: tuple[Capability, ...] = get_args(Capability)
