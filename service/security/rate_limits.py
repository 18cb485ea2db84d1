"""Counts requests per caller in windows of one minute, in the memory of this process."""

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
"""The number of rejected keys with one prefix, or tokens with one subject, that one address may send in a minute."""

MAX_ADDRESS_FAILURES = 100
"""The number of rejected keys and tokens after which one address may send only those of known callers for a minute."""


@dataclass(frozen=True, slots=True)
class RateLimitStatus:
    """A caller's rate limit, the requests that remain in the current window, and the seconds until it ends."""

    most: int
    left: int
    seconds: int


class RateLimiter:
    """Counts requests per API key or token subject, and per address for callers without a credential."""

    def __init__(self, signed_in: int, public: int) -> None:
        """Sets the limits in requests per minute; 0 means no limit."""
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._signed_in = RateLimitItemPerMinute(signed_in) if signed_in else None
        self._public = RateLimitItemPerMinute(public) if public else None
        self._failures = RateLimitItemPerMinute(MAX_FAILURES)
        self._address_failures = RateLimitItemPerMinute(MAX_ADDRESS_FAILURES)

    def count_request(self, caller: Caller, address: str, probe: bool = False, cost: int = 1) -> RateLimitStatus | None:
        """Counts a request as `cost` requests, and returns None if the caller has no limit. Raises TooManyRequests.

        A limit below `cost` allows one such request a minute.
        Counts probes separately, so that other requests from the same address cannot exhaust their limit.
        """
        item = self._signed_in if caller.signed_in else self._public
        if item is None:
            return None
        kind, who = ("caller", caller.name) if caller.signed_in else ("address", client_network(address))
        kind += " probe" if probe else ""
        allowed = self._limiter.hit(item, kind, who, cost=min(cost, item.amount))
        reset, remaining = self._limiter.get_window_stats(item, kind, who)
        seconds = max(1, math.ceil(reset - time.time()))
        if not allowed:
            raise TooManyRequests(
                f"The limit is {item.amount} requests a minute. Try again in {seconds} s.", retry_after=seconds
            )
        return RateLimitStatus(item.amount, max(0, remaining), seconds)

    def count_failure(self, address: str, identity: str) -> None:
        """Counts a rejected key or token from an address.

        `identity` is what the key or token claims: the key's prefix or the token's subject.
        """
        network = client_network(address)
        self._limiter.hit(self._failures, "failed", network, identity)
        self._limiter.hit(self._address_failures, "failed", network)

    def is_suspect(self, address: str) -> bool:
        """Returns whether an address has sent so many rejected keys or tokens that it may send no unknown ones."""
        return not self._limiter.test(self._address_failures, "failed", client_network(address))

    def require_few_failures(self, address: str, identity: str, known: bool) -> None:
        """Raises TooManyRequests after too many rejected keys or tokens with this identity from an address.

        Without `known`, also after too many with any identity.
        """
        allowed = self._limiter.test(self._failures, "failed", client_network(address), identity)
        if not allowed or (not known and self.is_suspect(address)):
            raise TooManyRequests(
                "Your address has sent too many rejected keys or tokens. Try again in a minute.",
                retry_after=WINDOW_SECONDS,
            )


def client_network(address: str) -> str:
    """Returns an IPv4 address, and for an IPv6 address its /64 network, which belongs to one customer.

    An IPv4 address may be written within an IPv6 address, as a server that listens on both sees it.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
