"""Access keys, which identify callers. A key's secret is shown once, at its creation, and is stored nowhere."""

from datetime import datetime
from typing import Literal

from service.domain.callers import Caller, parse_roles
from service.domain.clock import END, Instant
from service.domain.models import FrozenModel

KeyState = Literal["good", "not-yet", "expired", "revoked"]


class AccessKey(FrozenModel):
    """An access key without its hash. `roles` and `manufacturers` are lists with `;` between the items.

    `revoked` is NEVER for a key that is not revoked.
    """

    prefix: str
    name: str
    organisation: str
    roles: str
    manufacturers: str
    created: Instant
    expires: Instant
    revoked: Instant

    def state(self, now: datetime) -> KeyState:
        """The state of the key at an instant: valid ("good"), or the reason why it is not."""
        if self.revoked <= now:
            return "revoked"
        if self.expires <= now:
            return "expired"
        return "good" if self.created <= now else "not-yet"

    @property
    def caller(self) -> Caller:
        """The caller that the key identifies."""
        codes = frozenset(code for code in self.manufacturers.split(";") if code)
        return Caller(self.prefix, self.organisation, parse_roles(self.roles), codes)


class ProvenKey(AccessKey):
    """An access key with the hash that verifies its secret."""

    hash: str


NEVER = END
"""The instant of revocation of a key that is not revoked."""
