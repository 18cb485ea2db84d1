"""Callers of the service: their roles, and the manufacturers for which they act (design 8)."""

from dataclasses import dataclass, field
from typing import Literal, get_args

Role = Literal["public", "party", "manufacturer", "ssc", "secas"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller of the service. Every caller has the role `public`, and perhaps other roles.

    `name` is the prefix of the caller's API key, or the subject of the caller's token. `manufacturers` are codes of
    four hex digits.
    """

    name: str
    organisation: str = ""
    roles: frozenset[Role] = frozenset()
    manufacturers: frozenset[str] = field(default=frozenset())

    @property
    def signed_in(self) -> bool:
        """Returns whether the caller presented an API key or a token."""
        return self is not PUBLIC


PUBLIC = Caller("public")
"""A caller without an API key or a token."""


def parse_roles(text: str) -> frozenset[Role]:
    """Parses a text of role names with `;` between them. Raises ValueError for an unknown role."""
    named = {part.strip().lower() for part in text.split(";") if part.strip()}
    unknown = sorted(named - set(ROLES))
    if unknown:
        raise ValueError(f"no such role: {', '.join(unknown)}; there are {', '.join(ROLES)}")
    return frozenset(role for role in ROLES if role in named)
