"""A key by which a caller is known. Its secret is shown once, when it is made, and is kept nowhere."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from service.domain.callers import Caller, parse_roles
from service.domain.clock import END, Instant

KeyState = Literal["good", "not-yet", "expired", "revoked"]


class AccessKey(BaseModel):
    """What is known of a key. `roles` and `manufacturers` have `;` between them; a key that is not revoked is so at
    the end of time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prefix: str
    name: str
    organisation: str
    roles: str
    manufacturers: str
    created: Instant
    expires: Instant
    revoked: Instant

    def state(self, now: datetime) -> KeyState:
        """Whether it is good, and if not, why."""
        if self.revoked <= now:
            return "revoked"
        if self.expires <= now:
            return "expired"
        return "good" if self.created <= now else "not-yet"

    @property
    def caller(self) -> Caller:
        """Whom it makes known."""
        codes = frozenset(code for code in self.manufacturers.split(";") if code)
        return Caller(self.prefix, self.organisation, parse_roles(self.roles), codes)


class ProvenKey(AccessKey):
    """A key with what proves its secret."""

    hash: str


NEVER = END
"""When a key is revoked that nobody has revoked."""
