"""The access rights (design 8). Each route of the HTTP API names a capability, and this module decides whether a caller
has it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from service.domain.callers import ROLES, Caller, Role
from service.domain.capabilities import CAPABILITIES, Capability, Classification
from service.domain.classification import CLASSIFICATIONS, Classifications

AccessExtent = Literal["none", "bare", "own", "all"]
"""The extent of a right.

- `none`: no access.
- `bare`: access without the names of the persons who made a change.
- `own`: full access to the caller's own entries; to others `bare` access, or none if the capability has no bare form.
- `all`: full access to all entries.
"""

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
    "own-disclosures": ("none", "all", "all", "all", "all"),
}  # fmt: skip

RIGHTS_TABLE: dict[Capability, dict[Role, AccessExtent]] = {
    name: dict(zip(ROLES, row, strict=True)) for name, row in _ROWS.items()
}


@dataclass(frozen=True)
class Rights:
    """The access rights in effect: the capabilities of each role by the table of design 8, extended by the settings."""

    rows: Mapping[Capability, Mapping[Role, AccessExtent]]

    def extent(self, caller: Caller, capability: Capability) -> AccessExtent:
        """Returns how far a caller's right to a capability extends: the largest extent that one of the caller's roles
        gives.
        """
        row = self.rows[capability]
        return max((row[role] for role in (*caller.roles, "public")), key=_RANK.__getitem__)

    def roles(self, capability: Capability) -> dict[Role, AccessExtent]:
        """Returns the roles that have a capability, each with the extent of its right."""
        return {role: extent for role, extent in self.rows[capability].items() if extent != "none"}


def build_rights(zigbee_roles: Iterable[Role] = (), pathways_roles: Iterable[Role] = ()) -> Rights:
    """Builds the access rights from the table of design 8, and gives ZigBee data and pathways to the further roles that
    the settings name. The SEC modification MP231 leaves both decisions open.
    """
    opened: dict[Capability, Iterable[Role]] = {"zigbee": zigbee_roles, "pathways": pathways_roles}
    return Rights({name: {**row, **_full_rights(opened.get(name, ()))} for name, row in RIGHTS_TABLE.items()})


def _full_rights(roles: Iterable[Role]) -> dict[Role, AccessExtent]:
    return dict.fromkeys(roles, "all")


ALL_RIGHTS = Rights({capability: dict.fromkeys(ROLES, "all") for capability in CAPABILITIES})
"""Every role has every right: for a service on a private machine."""


@dataclass(frozen=True, slots=True)
class Access:
    """A caller together with the access rights in effect."""

    caller: Caller
    rights: Rights

    def extent(self, capability: Capability) -> AccessExtent:
        """Returns how far the caller's right to a capability extends."""
        return self.rights.extent(self.caller, capability)

    def may(self, capability: Capability) -> bool:
        """Returns whether the caller has a capability, to any extent."""
        return self.extent(capability) != "none"

    def signed(self, by: str) -> str:
        """Returns the author to record for a change: the name that the caller gave, with organisation and name of the
        API key.
        """
        identity = ", ".join(part for part in (self.caller.organisation, self.caller.name) if part)
        return f"{by} ({identity})" if self.caller.roles else by

    def owns(self, manufacturers: Iterable[str]) -> bool:
        """Returns whether the caller acts for all of the manufacturers given. Returns False if none are given."""
        codes = set(manufacturers)
        return bool(codes) and codes <= self.caller.manufacturers


def classification_of(
    classes: Classifications, access: Access, capability: Capability, also: Capability | None = None
) -> Classification | None:
    """Returns the strictest classification (White, Green, Amber or Red) of the data in a response. `capability` is the
    right to the data that every response has. `also` is the right to further data, which only some callers get.
    """
    shown = [capability, *([also] if also and access.may(also) else [])]
    classes_shown = [classes[name] for name in shown if name in classes]
    return max(classes_shown, key=CLASSIFICATIONS.index, default=None)
