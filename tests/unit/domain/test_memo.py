"""What is found out about a terrain is kept with it, and is freed with it: nothing leads back to the whole."""

import gc
import weakref

from hypothesis import given

from service.rules.answers.question import Question, QuestionContext
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
