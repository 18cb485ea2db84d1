"""Kinds of work: slots that are not shared, restricted work that nobody counts, writes that stand or leave nothing."""

import asyncio
import inspect
import threading

import pytest
from fastapi.routing import APIRoute

from loaders.bases import read_bases
from service.api.authorisation import GuardedRoute
from service.api.caller_watch import CallerWatch
from service.api.work_runner import WorkCaller
from service.api.work_runners import WorkRunnersByKind
from service.app import API_ROUTERS
from service.application.files import load
from service.domain.classification import RESTRICTED
from service.domain.limits import Limits
from service.domain.load_options import LoadOptions
from service.domain.work import WorkLimits, run_rules, working
from service.errors import Overloaded, WorkStopped
from service.repositories import compartments
from service.settings import Settings
from tests.conftest import EXAMPLES, load_examples

ACCEPT = EXAMPLES / "bases-accept.csv"
SETTINGS = Settings(expensive_slots=1, expensive_per_caller=1, expensive_queue=0)


async def never_gone():
    """A connection that stays open."""
    await asyncio.Event().wait()


def asking(runner, compute, name="a"):
    """A task in which a caller waits for a computation."""
    return asyncio.create_task(runner.run(WorkCaller(name, CallerWatch(never_gone)), compute))


def test_restricted_work_of_one_organisation_refuses_no_other_and_is_not_counted():
    """While it takes all of its slots, another organisation and public questions are answered."""
    counted, held, begun = [], threading.Event(), threading.Event()
    runners = WorkRunnersByKind(SETTINGS, elsewhere=lambda *_: "elsewhere")
    runners.observe(lambda *row: counted.append(row))

    def compute():
        begun.set()
        held.wait(10)
        return run_rules(max, 1, 2)

    async def run():
        ssc = asking(runners.runner("restricted", "SSC"), compute)
        await asyncio.to_thread(begun.wait, 10)
        with pytest.raises(Overloaded):
            await asking(runners.runner("restricted-load", "SSC"), lambda: 1, "b")
        assert await asking(runners.runner("restricted", "Manufacturer"), lambda: 2) == 2
        assert counted == []
        assert await asking(runners.runner("question", "Manufacturer"), lambda: run_rules(max, 1, 2)) == "elsewhere"
        assert counted == [("question", "admitted")]
        held.set()
        assert await ssc == 2  # computed here: restricted data never leave this process

    asyncio.run(run())


def test_loads_compute_in_this_process_and_amendments_elsewhere():
    """A load may have the facts of the whole graph, too many to send."""
    runners = WorkRunnersByKind(SETTINGS, elsewhere=lambda *_: "elsewhere")

    async def run():
        assert await asking(runners.loads, lambda: run_rules(max, 1, 2)) == 2
        assert await asking(runners.amendments, lambda: run_rules(max, 1, 2)) == "elsewhere"

    asyncio.run(run())


def routes():
    """All routes of the API."""
    return [route for module in API_ROUTERS for route in module.router.routes if isinstance(route, GuardedRoute)]


def test_restricted_routes_have_restricted_work_and_no_other_has():
    """A route about restricted data in the slots of all would tell of the SSC by a refusal."""
    kinds = {route.name: route.work for route in routes() if route.work and route.capability in RESTRICTED}
    assert kinds == {
        "list_zigbee_entries": "restricted",
        "get_exposure": "restricted",
        "get_device_exposure": "restricted",
        "download_exposure": "restricted",
        "load_zigbee": "restricted-load",
        "load_stack_order": "restricted-load",
    }
    others = {route.work for route in routes() if route.capability not in RESTRICTED}
    assert others == {None, "question", "amendment", "load"}


def test_every_route_that_needs_work_names_its_kind():
    """Without a kind the route finds no work in the scope of the request."""
    needing = {route.name for route in routes() if "work" in inspect.signature(route.endpoint).parameters}
    assert needing == {route.name for route in routes() if route.work}
    assert all(isinstance(route, APIRoute) for route in routes())


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_load_without_caller_leaves_nothing_or_stands(graph, clock, monkeypatch, moment):
    """Stopped before its commit it leaves the graph as it was; stopped afterwards it is recorded."""
    load_examples(graph, clock)
    clock.forward(hours=1)
    before, work = compartments.read_state(graph), WorkLimits()
    file = read_bases(ACCEPT, Limits(), None)
    if moment == "before":
        report_of = load.bases_report
        monkeypatch.setattr(load, "bases_report", lambda *given, **more: (work.stop(), report_of(*given, **more))[1])
        with working(work), pytest.raises(WorkStopped):
            load.load_bases(graph, clock, file, LoadOptions(made_by="test", reason="test"))
        assert compartments.read_state(graph) == before
    else:
        with working(work):
            assert load.load_bases(graph, clock, file, LoadOptions(made_by="test", reason="test")).applied
            work.stop()
        assert compartments.read_state(graph).sequence == before.sequence + 1
