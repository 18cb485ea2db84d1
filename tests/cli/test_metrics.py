"""Metrics on a port of their own: requests are counted, restricted requests are not."""

import json
import re
import shutil
import socket
import urllib.error
import urllib.request

import pytest

from tests.cli.conftest import run


def fetch(url, method="GET", body=None):
    """The status and the text of a response, including error responses."""
    request = urllib.request.Request(url, body, {"Content-Type": "text/csv"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


@pytest.fixture(scope="module")
def counted(loading, serve, tmp_path_factory):
    """A server of the examples with metrics: its URL and the URL of its metrics."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = shutil.copytree(loading[0], tmp_path_factory.mktemp("counted") / "graph")
    server = serve(folder, PATHWAYS_METRICS_PORT=str(port))
    assert f"http://127.0.0.1:{port}/metrics" in server.said
    return server.url, f"http://127.0.0.1:{port}/metrics"


def counts(metrics):
    """Requests by route, method and status, parsed from the metrics."""
    status, text = fetch(metrics)
    assert status == 200
    pattern = r'^pathways_request_seconds_count\{method="(\w+)",route="([^"]*)",status="(\d+)"\} (\d+)\.0$'
    return {(route, method, int(code)): int(n) for method, route, code, n in re.findall(pattern, text, re.M)}


def test_requests_are_counted_by_route_not_by_path(counted):
    """Known and unknown paths and methods; a path or method from the caller adds no label of its own."""
    url, metrics = counted
    before = counts(metrics)
    requests = [("/v1/pathways?from=1&to=34", "GET"), ("/v1/pathways?from=1&to=46", "GET"), ("/v1/entries/15", "GET")]
    requests += [("/v1/pathways?from=x&to=34", "GET"), ("/nowhere/of/mine", "GET"), ("/v1/entries/15", "DELETE")]
    for path, method in requests:
        fetch(url + path, method)
    after = counts(metrics)
    assert {key: n - before.get(key, 0) for key, n in after.items() if n != before.get(key, 0)} == {
        ("/v1/pathways", "GET", 200): 2,
        ("/v1/pathways", "GET", 422): 1,
        ("/v1/entries/{number}", "GET", 200): 1,
        ("/v1/entries/{number}", "other", 405): 1,
        ("none", "GET", 404): 1,
    }


def test_restricted_requests_change_no_metric(counted):
    """Neither reads nor writes, accepted or refused."""
    url, metrics = counted
    before = fetch(metrics)[1]
    file = b"Entry.number,ZigBee.stack_vendor\n15,Acme\n"
    restricted = [
        ("/v1/zigbee/exposure?stack_vendor=Acme", "GET", None, 200),
        ("/v1/zigbee/entries?stack_vendor_=Acme", "GET", None, 422),
        ("/v1/audit", "GET", None, 200),
        ("/v1/zigbee?file=z.csv&reason=test", "POST", file, 200),
        ("/v1/zigbee?file=z.csv&reason=test", "POST", b"Entry.number\nnone\n", 422),
    ]
    for path, method, body, status in restricted:
        assert fetch(url + path, method, body)[0] == status
    assert fetch(metrics)[1] == before


def test_the_metrics_port_has_the_probes(counted):
    """With the same answers as the service's own port, and no others."""
    url, metrics = counted
    base = metrics.removesuffix("/metrics")
    for path in ("/healthz", "/readyz"):
        status, text = fetch(base + path)
        assert (status, json.loads(text)) == (200, json.loads(fetch(url + path)[1]))
    assert "pathways_build_info" in fetch(f"{base}/v1/lists")[1]


def test_the_service_port_has_no_metrics(counted):
    """Metrics are for the operator, not for callers."""
    assert fetch(f"{counted[0]}/metrics")[0] == 404


def test_an_occupied_metrics_port_prevents_the_start(folder):
    """A server without metrics would go unnoticed."""
    with socket.create_server(("127.0.0.1", 0)) as occupied:
        port = occupied.getsockname()[1]
        ran = run(folder, "serve", "--port", "0", PATHWAYS_METRICS_PORT=str(port))
    assert ran.code == 2
    assert f"127.0.0.1:{port}" in ran.err
