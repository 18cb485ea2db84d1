"""Rate limits: for each caller, for probes, and for wrong keys."""

import pytest

from service.domain.callers import PUBLIC, Caller
from service.errors import TooManyRequests
from service.security.rate_limits import MAX_ADDRESS_FAILURES, MAX_FAILURES, RateLimiter, client_network

A, B = Caller("aaaaaaaa"), Caller("bbbbbbbb")


def test_a_caller_gets_the_remaining_count_and_the_retry_time():
    """The retry time is within a minute."""
    rates = RateLimiter(3, 1)
    assert [rates.count_request(A, "192.0.2.1").left for _ in range(3)] == [2, 1, 0]
    with pytest.raises(TooManyRequests, match="3 requests a minute") as refused:
        rates.count_request(A, "192.0.2.1")
    assert 1 <= refused.value.extra["retry_after"] <= 60


def test_callers_have_separate_limits():
    """Even from one address, and separate from the public at that address."""
    rates = RateLimiter(1, 1)
    for caller in (A, B, PUBLIC):
        assert rates.count_request(caller, "192.0.2.1").left == 0
    assert rates.count_request(PUBLIC, "192.0.2.2").left == 0
    assert rates.count_request(PUBLIC, "192.0.2.1", probe=True).left == 0
    with pytest.raises(TooManyRequests):
        rates.count_request(A, "198.51.100.7")


def test_a_costly_request_counts_as_several():
    """But a limit below its cost allows one a minute, so that no limit shuts a route for good."""
    rates = RateLimiter(10, 3)
    assert [rates.count_request(A, "192.0.2.1", cost=4).left for _ in range(2)] == [6, 2]
    with pytest.raises(TooManyRequests):
        rates.count_request(A, "192.0.2.1", cost=4)
    assert rates.count_request(PUBLIC, "192.0.2.1", cost=4).left == 0
    with pytest.raises(TooManyRequests):
        rates.count_request(PUBLIC, "192.0.2.1")


def test_without_a_limit_nothing_is_counted():
    """No count is returned either."""
    rates = RateLimiter(0, 0)
    assert {rates.count_request(caller, "192.0.2.1") for caller in (A, PUBLIC) for _ in range(50)} == {None}


def test_too_many_wrong_keys_of_one_prefix_block_the_prefix_at_the_address():
    """Neither other addresses nor other prefixes are affected."""
    rates = RateLimiter(0, 0)
    for _ in range(MAX_FAILURES):
        rates.require_few_failures("192.0.2.1", "aaaaaaaa", known=True)
        rates.count_failure("192.0.2.1", "aaaaaaaa")
    with pytest.raises(TooManyRequests):
        rates.require_few_failures("192.0.2.1", "aaaaaaaa", known=True)
    rates.require_few_failures("192.0.2.2", "aaaaaaaa", known=False)
    rates.require_few_failures("192.0.2.1", "bbbbbbbb", known=False)


def test_too_many_wrong_keys_block_unknown_prefixes_at_the_address():
    """A key of a known caller is still looked at, whatever others behind the same address send."""
    rates = RateLimiter(0, 0)
    for number in range(MAX_ADDRESS_FAILURES):
        assert not rates.is_suspect("192.0.2.1")
        rates.require_few_failures("192.0.2.1", f"{number:08}", known=False)
        rates.count_failure("192.0.2.1", f"{number:08}")
    assert rates.is_suspect("192.0.2.1")
    with pytest.raises(TooManyRequests):
        rates.require_few_failures("192.0.2.1", "zzzzzzzz", known=False)
    rates.require_few_failures("192.0.2.1", "zzzzzzzz", known=True)
    rates.require_few_failures("192.0.2.2", "zzzzzzzz", known=False)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_ipv6_addresses_are_grouped_by_network(address, expected):
    """An IPv6 network has too many addresses for a limit on each."""
    assert client_network(address) == expected
