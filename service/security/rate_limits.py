"""How often a caller may ask: in a window of a minute, counted in the memory of this process."""

import ipaddress
import math
import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from service.domain.callers import Caller
from service.errors import TooManyRequests

WINDOW_SECONDS = 60
MAX_FAILURES = 20
"""How many keys and tokens that are not accepted an address may show in a minute: each costs work to refuse."""


@dataclass(frozen=True, slots=True)
class RateLimitStatus:
    """What is left to a caller, and for how many seconds its window lasts."""

    most: int
    left: int
    seconds: int


class RateLimiter:
    """Counts the requests of every caller: by key or subject, or by address for whoever shows nothing."""

    def __init__(self, signed_in: int, public: int) -> None:
        """Requests a minute; 0 is without limit."""
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._signed_in = RateLimitItemPerMinute(signed_in) if signed_in else None
        self._public = RateLimitItemPerMinute(public) if public else None
        self._failures = RateLimitItemPerMinute(MAX_FAILURES)

    def count_request(self, caller: Caller, address: str, probe: bool = False) -> RateLimitStatus | None:
        """Counts a request; probes apart, so that none is refused for what others ask from there.

        Raises TooManyRequests; None where there is no limit.
        """
        item = self._signed_in if caller.signed_in else self._public
        if item is None:
            return None
        kind, who = ("caller", caller.name) if caller.signed_in else ("address", client_network(address))
        kind += " probe" if probe else ""
        let = self._limiter.hit(item, kind, who)
        reset, left = self._limiter.get_window_stats(item, kind, who)
        seconds = max(1, math.ceil(reset - time.time()))
        if not let:
            raise TooManyRequests(f"{item.amount} requests a minute are allowed.", retry_after=seconds)
        return RateLimitStatus(item.amount, max(0, left), seconds)

    def count_failure(self, address: str) -> None:
        """Counts a key or token that was not accepted."""
        self._limiter.hit(self._failures, "failed", client_network(address))

    def require_few_failures(self, address: str) -> None:
        """Raises TooManyRequests where an address has shown too many that were not accepted."""
        if not self._limiter.test(self._failures, "failed", client_network(address)):
            raise TooManyRequests(
                "Too many keys or tokens were shown that are not accepted.", retry_after=WINDOW_SECONDS
            )


def client_network(address: str) -> str:
    """The address, or the half of an IPv6 one that one customer has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
