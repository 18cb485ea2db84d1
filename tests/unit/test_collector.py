"""What many answers are made of is let go by itself, so that Python's collector may rest while they are made."""

import gc
import threading
import weakref

import pytest
from hypothesis import given

from service.application.pathways.gc_pause import paused_gc
from service.rules.answers.pathway import build_pathway
from service.rules.answers.question import Question, QuestionContext
from tests.worlds import DATES, NOW, terrain, worlds


@pytest.fixture(autouse=True)
def _on():
    """Whatever a test leaves, the next begins with a collector at work."""
    yield
    gc.enable()


def test_it_rests_until_the_last_block_ends():
    """Blocks within each other, and one in another thread that ends last."""
    began, go = threading.Event(), threading.Event()

    def other():
        with paused_gc():
            began.set()
            assert go.wait(10)

    thread = threading.Thread(target=other)
    with paused_gc():
        with paused_gc():
            assert not gc.isenabled()
        assert not gc.isenabled()
        thread.start()
        assert began.wait(10)
    assert not gc.isenabled()
    go.set()
    thread.join(10)
    assert gc.isenabled()


def test_it_works_again_after_a_failure():
    """An answer that could not be given does not stop it for ever."""
    with pytest.raises(ZeroDivisionError), paused_gc():
        _ = 1 / 0
    assert gc.isenabled()


def test_it_stays_off_where_it_was_off():
    """Whoever turned it off had a reason."""
    gc.disable()
    with paused_gc():
        pass
    assert not gc.isenabled()


def test_cycles_made_meanwhile_are_found_afterwards():
    """They count as old, not as for ever."""

    class Loop:
        """It holds itself."""

    with paused_gc():
        loop = Loop()
        loop.itself = loop
        gone = weakref.ref(loop)
        del loop
    gc.collect()
    assert gone() is None


@given(worlds(most=6, over_time=True))
def test_a_terrain_is_let_go_without_the_collector(found):
    """With all that was found out about it, by whatever was asked: no part of it leads back to the whole."""
    gc.disable()
    try:
        fetched = terrain(found)
        gone = [weakref.ref(fetched)]
        for at in (*DATES, NOW):
            for base in found.numbers:
                for target in found.numbers:
                    for through_removed in (False, True):
                        here = QuestionContext(Question(base, target, at, NOW, through_removed), fetched)
                        build_pathway(here, "1.0", "2022-01-01", 2)
                        gone += weakref.ref(here.network), weakref.ref(here.network.with_held())
        del here, fetched
        assert not any(one() for one in gone)
    finally:
        gc.enable()
