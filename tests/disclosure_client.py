"""A test client of a service with sign-in, used by several organisations, and its disclosure log."""

import time
from contextlib import contextmanager

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.application.disclosures import log
from service.repositories import access_keys as stored
from service.settings import Settings
from tests.callers import key_of

SUPPLIERS = ("Supplier A", "Supplier B")


class DisclosureClient:
    """A test client that sends requests as named callers."""

    def __init__(self, client, sent, clock):
        self.client, self.sent, self.clock = client, sent, clock

    def ask(self, who, path, body=None, status=200, **how):
        """The response to a caller; its status must equal `status`."""
        method = "GET" if body is None else "POST"
        response = self.client.request(method, path, json=body, headers=self.sent[who] | how.pop("headers", {}), **how)
        assert response.status_code == status, response.text
        return response

    def disclosures(self, **filters):
        """The disclosure log as SECAS reads it, newest first, after all pending records are written."""
        wait_until_written(self.client)
        return self.ask("secas", "/v1/disclosures", params={"limit": 1000} | filters).json()["items"]


def wait_until_written(client, seconds=60):
    """Waits until the log has written every pending record."""
    deadline = time.monotonic() + seconds
    while client.app.state.services.disclosure_log.waiting:
        assert time.monotonic() < deadline, "what was told was not written"
        time.sleep(0.005)


@contextmanager
def disclosure_client(graph, clock, **how):
    """A client for each supplier, a party without organisation, SECAS, the SSC and a manufacturer."""
    sent = {"public": {}}
    kinds = {"secas": "secas", "ssc": "ssc", "own": "own", "nobody": "party", **dict.fromkeys(SUPPLIERS, "party")}
    for who, kind in kinds.items():
        made = key_of(kind, clock, organisation="" if who == "nobody" else who)
        stored.add_key(graph, made.key)
        sent[who] = {"Authorization": f"Bearer {made.text}"}
    settings = Settings(auth="on", rate=0, public_rate=0, **how)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log, "_PAUSE", 0.0)
        with TestClient(create_app(settings, graph, clock), raise_server_exceptions=False) as client:
            yield DisclosureClient(client, sent, clock)
