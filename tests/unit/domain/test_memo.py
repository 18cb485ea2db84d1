"""What is found out about a terrain is kept with it, and is freed with it: nothing leads back to the whole."""

import gc
import re
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given

from service.domain.memo import cached_property
from service.rules.answers.question import Question, QuestionContext
from tests.conftest import ROOT
from tests.unit.questions import build_pathway
from tests.worlds import DATES, NOW, terrain, worlds


@given(worlds(most=6, over_time=True))
def test_a_terrain_is_freed_without_the_garbage_collector(found):
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
                        gone += weakref.ref(here.network), weakref.ref(here.network.with_held_accepted())
        del here, fetched
        assert not any(one() for one in gone)
    finally:
        gc.enable()


class Met:
    """An object whose property is computed only while that of another object is computed too."""

    def __init__(self, meeting):
        self.meeting, self.computed = meeting, 0

    @cached_property
    def value(self):
        """A value that is computed once."""
        self.meeting.wait(5)
        self.computed += 1
        return self.computed


def test_properties_of_two_objects_are_computed_at_once():
    """`functools.cached_property` of Python 3.11 would let one wait for the other: a broken barrier here."""
    meeting = threading.Barrier(2)
    objects = [Met(meeting), Met(meeting)]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda met: met.value, objects)) == [1, 1]
    assert [met.value for met in objects] == [1, 1]
    assert Met.value.__doc__ == "A value that is computed once."


def test_no_module_uses_the_property_that_locks():
    """All of the service and the loaders use that of `domain.memo`."""
    files = [*(ROOT / "service").rglob("*.py"), *(ROOT / "loaders").rglob("*.py")]
    users = [path for path in files if re.search(r"^from functools import .*cached_property", path.read_text(), re.M)]
    assert len(files) > 200
    assert users == []
