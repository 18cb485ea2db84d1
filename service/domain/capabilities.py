"""The capabilities, such as reading pathways: each route of the HTTP API requires the right to one of them."""

from typing import Literal, get_args

Classification = Literal["White", "Green", "Amber", "Red"]


Capability = Literal[
    "service",  # health, the OpenAPI document, and the keys that verify receipts
    "list",  # entries and versions of the list, and bands that image descriptors state
    "pathways",  # pathways, declarations, history, findings, FIR, other bands
    "amendments",  # recorded amendments
    "impact",  # the impact of a proposed amendment
    "propose",  # propose an amendment, for SECAS to accept or reject
    "proposals",  # proposals and their decisions
    "amend",  # make and revert amendments, load lists and bases, decide on proposals
    "zigbee",  # chipsets and stacks, and exposed entries
    "zigbee-write",  # load chipsets and stacks
    "audit",  # the audit of restricted data
    "disclosures",  # the disclosure log, and the disclosed answers that a change makes outdated
    "own-disclosures",  # the answers in the disclosure log that the caller's own organisation received
]


CAPABILITIES: tuple[Capability, ...] = get_args(Capability)
