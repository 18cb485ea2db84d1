"""How often one may ask: each caller for itself, probes apart, and wrong keys least of all."""

import pytest

from service.domain.callers import PUBLIC, Caller
from service.errors import TooManyRequests
from service.security.rate_limits import MAX_FAILURES, RateLimiter, client_network

A, B = Caller("aaaaaaaa"), Caller("bbbbbbbb")


def test_a_caller_is_told_what_is_left_and_then_to_wait():
    """The number of seconds is one that it can wait."""
    rates = RateLimiter(3, 1)
    assert [rates.count_request(A, "192.0.2.1").left for _ in range(3)] == [2, 1, 0]
    with pytest.raises(TooManyRequests, match="3 requests a minute") as refused:
        rates.count_request(A, "192.0.2.1")
    assert 1 <= refused.value.extra["retry_after"] <= 60


def test_callers_do_not_spend_what_is_anothers():
    """Not from one address, and not the public's there."""
    rates = RateLimiter(1, 1)
    for caller in (A, B, PUBLIC):
        assert rates.count_request(caller, "192.0.2.1").left == 0
    assert rates.count_request(PUBLIC, "192.0.2.2").left == 0
    assert rates.count_request(PUBLIC, "192.0.2.1", probe=True).left == 0
    with pytest.raises(TooManyRequests):
        rates.count_request(A, "198.51.100.7")


def test_without_limit_nothing_is_counted():
    """Nor told."""
    rates = RateLimiter(0, 0)
    assert {rates.count_request(caller, "192.0.2.1") for caller in (A, PUBLIC) for _ in range(50)} == {None}


def test_too_many_wrong_keys_are_looked_at_no_more():
    """By the address they come from; others go on."""
    rates = RateLimiter(0, 0)
    for _ in range(MAX_FAILURES):
        rates.require_few_failures("192.0.2.1")
        rates.count_failure("192.0.2.1")
    with pytest.raises(TooManyRequests):
        rates.require_few_failures("192.0.2.1")
    rates.require_few_failures("192.0.2.2")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_address_of_many_is_one(address, expected):
    """Whoever has a network of IPv6 has more addresses than anybody counts."""
    assert client_network(address) == expected
