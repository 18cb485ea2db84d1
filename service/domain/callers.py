"""Who asks: the roles of a caller, and the manufacturers for which it speaks (design 8)."""

from dataclasses import dataclass, field
from typing import Literal, get_args

Role = Literal["public", "party", "manufacturer", "ssc", "secas"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks. Everybody is `public`, whatever other roles there are.

    `name`: the visible prefix of its key, or the subject of its token. `manufacturers`: codes of four hex digits.
    """

    name: str
    organisation: str = ""
    roles: frozenset[Role] = frozenset()
    manufacturers: frozenset[str] = field(default=frozenset())

    @property
    def signed_in(self) -> bool:
        """Whether it has shown a key or a token."""
        return self is not PUBLIC


PUBLIC = Caller("public")
"""Whoever shows nothing."""


def parse_roles(text: str) -> frozenset[Role]:
    """The roles that a text names, `;` between them. Raises ValueError for one that there is not."""
    named = {part.strip().lower() for part in text.split(";") if part.strip()}
    strange = sorted(named - set(ROLES))
    if strange:
        raise ValueError(f"no such role: {', '.join(strange)}; there are {', '.join(ROLES)}")
    return frozenset(role for role in ROLES if role in named)
