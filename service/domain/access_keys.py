"""API keys, which identify callers. The service shows a key's secret once, at its creation, and stores it nowhere."""

from datetime import datetime
from typing import Literal

from service.domain.callers import Caller, parse_roles
from service.domain.clock import END, Instant
from service.domain.frozen_model import FrozenModel

KeyState = Literal["good", "not-yet", "expired", "revoked"]


class AccessKey(FrozenModel):
    """An API key of a caller, without the hash of its secret.

    `roles` and `manufacturers` are lists with `;` between the items. `revoked` is NEVER for a key that nobody revoked.
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
        """Returns the state of the API key at an instant: "good" if it is valid, else the reason why it is not."""
        if self.revoked <= now:
            return "revoked"
        if self.expires <= now:
            return "expired"
        return "good" if self.created <= now else "not-yet"

    @property
    def caller(self) -> Caller:
        """Returns the caller whom the API key identifies, with roles and manufacturers."""
        codes = frozenset(code for code in self.manufacturers.split(";") if code)
        return Caller(self.prefix, self.organisation, parse_roles(self.roles), codes)


class HashedAccessKey(AccessKey):
    """An API key together with the hash by which the service verifies its secret."""

    hash: str


NEVER = END
"""The instant of revocation of a key that nobody revoked."""
