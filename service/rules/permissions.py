"""Who may what: the table of design 8, in one place. Routes name a capability; whether a caller has it is said here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from service.domain.callers import ROLES, Caller, Role
from service.domain.capabilities import CAPABILITIES, Capability, Classification
from service.domain.classification import CLASSIFICATIONS, Classifications

AccessExtent = Literal["none", "bare", "own", "all"]
"""How far: not at all; without saying who did it; in full for the caller's own entries, else as `bare` where there is
such a thing and not at all where there is none; in full for all."""

_RANK: dict[AccessExtent, int] = {extent: rank for rank, extent in enumerate(get_args(AccessExtent))}

_ROWS: dict[Capability, tuple[AccessExtent, ...]] = {
    #                public  party   manufac ssc     secas
    "service":      ("all",  "all",  "all",  "all",  "all"),
    "list":         ("all",  "all",  "all",  "all",  "all"),
    "pathways":     ("none", "all",  "all",  "all",  "all"),
    "amendments":   ("none", "bare", "own",  "all",  "all"),
    "impact":       ("none", "none", "own",  "all",  "all"),
    "propose":      ("none", "none", "own",  "none", "none"),
    "proposals":    ("none", "none", "own",  "none", "all"),
    "amend":        ("none", "none", "none", "none", "all"),
    "zigbee":       ("none", "none", "own",  "all",  "none"),
    "zigbee-write": ("none", "none", "own",  "all",  "none"),
    "audit":        ("none", "none", "none", "all",  "none"),
    "disclosures":  ("none", "none", "none", "none", "all"),
}  # fmt: skip

RIGHTS_TABLE: dict[Capability, dict[Role, AccessExtent]] = {
    name: dict(zip(ROLES, row, strict=True)) for name, row in _ROWS.items()
}


@dataclass(frozen=True)
class Rights:
    """The table that holds: that of the design, with what the settings open."""

    rows: Mapping[Capability, Mapping[Role, AccessExtent]]

    def extent(self, caller: Caller, capability: Capability) -> AccessExtent:
        """How far a caller may: the best of what its roles give."""
        row = self.rows[capability]
        return max((row[role] for role in (*caller.roles, "public")), key=_RANK.__getitem__)

    def roles(self, capability: Capability) -> dict[Role, AccessExtent]:
        """Who may it at all, and how far."""
        return {role: extent for role, extent in self.rows[capability].items() if extent != "none"}


def build_rights(zigbee_roles: Iterable[Role] = (), pathways_roles: Iterable[Role] = ()) -> Rights:
    """The table with chipset and stack opened to more roles, and pathways to the public: MP231 left both open."""
    opened: dict[Capability, Iterable[Role]] = {"zigbee": zigbee_roles, "pathways": pathways_roles}
    return Rights({name: {**row, **_all(opened.get(name, ()))} for name, row in RIGHTS_TABLE.items()})


def _all(roles: Iterable[Role]) -> dict[Role, AccessExtent]:
    return dict.fromkeys(roles, "all")


ALL_RIGHTS = Rights({capability: dict.fromkeys(ROLES, "all") for capability in CAPABILITIES})
"""Everybody may everything: for a machine of one's own."""


@dataclass(frozen=True, slots=True)
class Access:
    """A caller, with the rights that hold for it."""

    caller: Caller
    rights: Rights

    def extent(self, capability: Capability) -> AccessExtent:
        """How far the caller may."""
        return self.rights.extent(self.caller, capability)

    def may(self, capability: Capability) -> bool:
        """Whether the caller may at all."""
        return self.extent(capability) != "none"

    def signed(self, by: str) -> str:
        """Who says so, as it stands in the record: what was said, and whose key or token it was said with."""
        known = ", ".join(part for part in (self.caller.organisation, self.caller.name) if part)
        return f"{by} ({known})" if self.caller.roles else by

    def owns(self, manufacturers: Iterable[str]) -> bool:
        """Whether the caller speaks for all of these manufacturers; of none, nobody is the owner."""
        codes = set(manufacturers)
        return bool(codes) and codes <= self.caller.manufacturers


def classification_of(
    classes: Classifications, access: Access, capability: Capability, also: Capability | None = None
) -> Classification | None:
    """The class of an answer: the strictest of what it shows. `also`: what it shows besides, to whom that is for."""
    shown = [capability, *([also] if also and access.may(also) else [])]
    given = [classes[name] for name in shown if name in classes]
    return max(given, key=CLASSIFICATIONS.index, default=None)
