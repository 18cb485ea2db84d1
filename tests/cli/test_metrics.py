"""Metrics on a port of their own: what was asked is counted, and nothing that is told in confidence."""

import re
import shutil
import socket
import urllib.error
import urllib.request

import pytest

from tests.cli.conftest import run


def fetched(url, method="GET", body=None):
    """The status and the text of an answer, good or bad."""
    asked = urllib.request.Request(url, body, {"Content-Type": "text/csv"}, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


@pytest.fixture(scope="module")
def counted(loading, serve, tmp_path_factory):
    """A server of the examples, and where it tells its metrics."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = shutil.copytree(loading[0], tmp_path_factory.mktemp("counted") / "graph")
    server = serve(folder, PATHWAYS_METRICS_PORT=str(port))
    assert f"http://127.0.0.1:{port}/metrics" in server.said
    return server.url, f"http://127.0.0.1:{port}/metrics"


def counts(metrics):
    """Requests by route, method and status, as the metrics tell them."""
    status, text = fetched(metrics)
    assert status == 200
    pattern = r'^pathways_request_seconds_count\{method="(\w+)",route="([^"]*)",status="(\d+)"\} (\d+)\.0$'
    return {(route, method, int(code)): int(n) for method, route, code, n in re.findall(pattern, text, re.M)}


def test_what_is_asked_is_counted_by_route_and_not_by_what_the_caller_wrote(counted):
    """Good and bad, known and strange; a path or a method of the caller's choosing makes no label of its own."""
    url, metrics = counted
    before = counts(metrics)
    asked = [("/v1/pathways?from=1&to=34", "GET"), ("/v1/pathways?from=1&to=46", "GET"), ("/v1/entries/15", "GET")]
    asked += [("/v1/pathways?from=x&to=34", "GET"), ("/nowhere/of/mine", "GET"), ("/v1/entries/15", "DELETE")]
    for path, method in asked:
        fetched(url + path, method)
    after = counts(metrics)
    assert {key: n - before.get(key, 0) for key, n in after.items() if n != before.get(key, 0)} == {
        ("/v1/pathways", "GET", 200): 2,
        ("/v1/pathways", "GET", 422): 1,
        ("/v1/entries/{number}", "GET", 200): 1,
        ("/v1/entries/{number}", "other", 405): 1,
        ("none", "GET", 404): 1,
    }


def test_restricted_requests_move_nothing_that_the_metrics_tell(counted):
    """Neither a reading nor a writing, neither a good one nor a refused one."""
    url, metrics = counted
    before = fetched(metrics)[1]
    file = b"Entry.number,ZigBee.stack_vendor\n15,Acme\n"
    restricted = [
        ("/v1/zigbee/exposure?stack_vendor=Acme", "GET", None, 200),
        ("/v1/zigbee/entries?stack_vendor_=Acme", "GET", None, 422),
        ("/v1/audit", "GET", None, 200),
        ("/v1/zigbee?file=z.csv&reason=test", "POST", file, 200),
        ("/v1/zigbee?file=z.csv&reason=test", "POST", b"Entry.number\nnone\n", 422),
    ]
    for path, method, body, status in restricted:
        assert fetched(url + path, method, body)[0] == status
    assert fetched(metrics)[1] == before


def test_the_service_itself_does_not_tell_them(counted):
    """Whoever asks the service is not whoever runs it."""
    assert fetched(f"{counted[0]}/metrics")[0] == 404


def test_a_port_that_is_taken_ends_the_start_and_is_named(folder):
    """Not a server without the metrics that its owner relies on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run(folder, "serve", "--port", "0", PATHWAYS_METRICS_PORT=str(port))
    assert ran.code == 2
    assert f"127.0.0.1:{port}" in ran.err
