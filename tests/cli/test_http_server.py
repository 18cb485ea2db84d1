"""The limit of open files, which `serve` raises as far as its connections need it."""

import resource

import pytest

from service.cli.http_server import allowed_connections

UNLIMITED = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("soft", "hard", "raised", "allowed"),
    [
        (1_024, UNLIMITED, 2_304, 2_048),
        (1_024, 65_536, 2_304, 2_048),
        (65_536, 65_536, None, 2_048),
        (UNLIMITED, UNLIMITED, None, 2_048),
        (1_024, 1_024, None, 768),
        (256, 1_024, 1_024, 768),
        (64, 64, None, 1),
    ],
)
def test_the_limit_of_open_files_is_raised_where_the_system_allows_it(monkeypatch, soft, hard, raised, allowed):
    """Where it does not, fewer connections are accepted: without a free file the server could accept none at all."""
    limits = []
    monkeypatch.setattr(resource, "getrlimit", lambda which: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda which, limit: limits.append(limit))
    assert allowed_connections(2_048) == allowed
    assert limits == ([] if raised is None else [(raised, hard)])
