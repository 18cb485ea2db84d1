"""The suspected mistakes: what brings each, and the nearest thing that does not."""

from service.rules.findings import suspected_mistakes
from tests.unit.findings_inputs import chain, entries, of
from tests.worlds import declaration, revision


def siblings(*said):
    """One image on several device models, each declared with some of the images 1 and 2 that all have."""
    facts = []
    for nth, bases in enumerate(said):
        board = {"model": "A", "hardware_revision": f"{nth:02}"}
        numbers = [10 * nth + place for place in (1, 2, 3)]
        facts += [revision(n, fw=place, image=place, **board) for n, place in zip(numbers, (1, 2, 3), strict=True)]
        facts += [declaration(numbers[2], *(10 * nth + base for base in bases))]
    return facts


def test_a_lone_exception_among_siblings():
    """All others that carry the image agree; two against two, or two in all, prove nothing."""
    (one,) = of(suspected_mistakes.lone_exceptions, *siblings([2], [2], [1]))
    assert (one.entries, one.evidence.siblings) == (["000023"], ["000003", "000013"])
    assert (one.evidence.own, one.evidence.theirs) == ([f"{1:0>64}"], [f"{2:0>64}"])
    assert of(suspected_mistakes.lone_exceptions, *siblings([2], [2], [1], [1])) == []
    assert of(suspected_mistakes.lone_exceptions, *siblings([2], [1])) == []
    lacking = [fact for fact in siblings([2], [2], [1, 2], [2]) if getattr(fact, "entry", "") != "000021"]
    assert entries(of(suspected_mistakes.lone_exceptions, *lacking)) == [["000023"]]
    unable = [fact for fact in siblings([1, 2], [1, 2], [2]) if getattr(fact, "entry", "") != "000021"]
    assert of(suspected_mistakes.lone_exceptions, *unable) == []


def test_a_base_that_all_else_has_left_behind():
    """All other bases lie two steps beyond it, or all else does and has no way to the target."""
    facts = [*chain(1, 2, 3, 4), revision(5)]
    (one,) = of(suspected_mistakes.left_behind, *facts, declaration(5, 4, 1))
    assert (one.entries, one.evidence.why, one.evidence.beyond) == (
        ["000001", "000005"],
        "other-bases-beyond",
        ["000004"],
    )
    assert of(suspected_mistakes.left_behind, *facts, declaration(5, 4, 3)) == []
    (one,) = of(suspected_mistakes.left_behind, *facts, declaration(5, 1))
    assert (one.evidence.why, one.evidence.beyond) == ("all-else-beyond", ["000002", "000003", "000004"])
    assert of(suspected_mistakes.left_behind, *facts, declaration(5, 3)) == []
    assert of(suspected_mistakes.left_behind, *facts, declaration(5, 4)) == []
    both = [*map(revision, range(1, 6)), declaration(2, 1), declaration(3, 2, 1), declaration(4, 2), declaration(5, 2)]
    assert [(f.entries, f.evidence.beyond) for f in of(suspected_mistakes.left_behind, *both)] == [
        (["000002", "000003"], ["000004", "000005"]),
        (["000002", "000004"], ["000003", "000005"]),
        (["000002", "000005"], ["000003", "000004"]),
    ]
