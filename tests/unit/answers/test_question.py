"""The network of a question, and the paths that the rules ask for."""

from tests.unit.questions import setting
from tests.worlds import DATES, declaration, revision, world

FIRST, SECOND, THIRD, _ = DATES


def numbers(context, path):
    """The entry numbers of a path, or None."""
    return path and [int(number) for number in context.numbers(path)]


def test_the_paths_of_a_question():
    """Declared, through removed entries, through held bases, and from the target to the base."""
    facts = [revision(1), revision(2, status="Removed"), revision(3), revision(4, "B")]
    known = world(*facts, declaration(2, 1), declaration(3, 2, 4), declaration(4, 1))
    context = setting(known, 1, 3)
    assert numbers(context, context.path) is None
    assert numbers(context, context.path_through_removed) == [1, 2, 3]
    assert numbers(context, context.path_through_held) == [1, 4, 3]
    back = setting(world(revision(1), revision(2), declaration(2, 1)), 2, 1)
    assert (back.path, numbers(back, back.reverse_path)) == (None, [1, 2])


def test_without_held_bases_the_path_through_held_bases_is_the_declared_one():
    """Also where there is none."""
    route = setting(world(revision(1), revision(2), declaration(2, 1)), 1, 2)
    assert numbers(route, route.path_through_held) == [1, 2]
    none = setting(world(revision(1), revision(2)), 1, 2)
    assert none.path_through_held is None


def test_an_entry_on_no_list_in_force_has_no_vertex():
    """There are no paths from or to this entry."""
    context = setting(world(revision(1, since=SECOND), revision(2), declaration(2, 1)), 1, 2, at=FIRST)
    assert (context.start, context.path, context.reverse_path) == (None, None, None)
    assert setting(world(revision(1, since=SECOND), revision(2)), 1, 2, at=THIRD).start is not None


def test_members_are_all_entries_of_a_vertex():
    """The entry of the question represents the vertex."""
    context = setting(world(revision(1), revision(9, fw=1, image=1), revision(2)), 9, 2)
    assert context.numbers([context.start]) == ["000009"]
    assert context.members([context.goal, context.start]) == ["000001", "000002", "000009"]
