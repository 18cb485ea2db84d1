"""Who may what: the table of design 8, in one place. Routes name a capability; whether a caller has it is said here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from service.domain.callers import ROLES, Caller, Role
from service.domain.capabilities import CAPABILITIES, Capability, Class
from service.domain.classification import CLASSES, Classes

Extent = Literal["none", "bare", "own", "all"]
"""How far: not at all; without saying who did it; in full for the caller's own entries, else as `bare` where there is
such a thing and not at all where there is none; in full for all."""

_RANK: dict[Extent, int] = {extent: rank for rank, extent in enumerate(get_args(Extent))}

_ROWS: dict[Capability, tuple[Extent, ...]] = {
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

TABLE: dict[Capability, dict[Role, Extent]] = {name: dict(zip(ROLES, row, strict=True)) for name, row in _ROWS.items()}


@dataclass(frozen=True)
class Rights:
    """The table that holds: that of the design, with what the settings open."""

    rows: Mapping[Capability, Mapping[Role, Extent]]

    def extent(self, caller: Caller, capability: Capability) -> Extent:
        """How far a caller may: the best of what its roles give."""
        row = self.rows[capability]
        return max((row[role] for role in (*caller.roles, "public")), key=_RANK.__getitem__)

    def roles(self, capability: Capability) -> dict[Role, Extent]:
        """Who may it at all, and how far."""
        return {role: extent for role, extent in self.rows[capability].items() if extent != "none"}


def rights(zigbee_to: Iterable[Role] = (), pathways_to: Iterable[Role] = ()) -> Rights:
    """The table with chipset and stack opened to more roles, and pathways to the public: MP231 left both open."""
    opened: dict[Capability, Iterable[Role]] = {"zigbee": zigbee_to, "pathways": pathways_to}
    return Rights({name: {**row, **_all(opened.get(name, ()))} for name, row in TABLE.items()})


def _all(roles: Iterable[Role]) -> dict[Role, Extent]:
    return dict.fromkeys(roles, "all")


EVERYTHING = Rights({capability: dict.fromkeys(ROLES, "all") for capability in CAPABILITIES})
"""Everybody may everything: for a machine of one's own."""


@dataclass(frozen=True, slots=True)
class Access:
    """A caller, with the rights that hold for it."""

    caller: Caller
    rights: Rights

    def extent(self, capability: Capability) -> Extent:
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


def marked(classes: Classes, access: Access, capability: Capability, also: Capability | None = None) -> Class | None:
    """The class of an answer: the strictest of what it shows. `also`: what it shows besides, to whom that is for."""
    shown = [capability, *([also] if also and access.may(also) else [])]
    given = [classes[name] for name in shown if name in classes]
    return max(given, key=CLASSES.index, default=None)
