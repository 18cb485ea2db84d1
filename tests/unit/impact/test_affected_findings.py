"""The entries whose findings a change can affect, and the facts on which these findings depend."""

from service.rules.facts.changeset import ChangeSet, RowChanges, changes_between
from service.rules.impact.affected_findings import (
    RelatedEntries,
    affected_entries,
    declared_bases,
    iterate_facts,
    restrict_facts,
)
from tests.worlds import acceptance, declaration, revision, six, world


def numbers(entries):
    """Entry numbers as integers."""
    return sorted(map(int, entries))


def affected(before, after):
    """The entries whose findings may differ, and the targets, by the change from one list of facts to another."""
    some, other = world(*before).facts, world(*after).facts
    found = affected_entries(some, other, changes_between(some, other))
    return numbers(found.entries), numbers(found.targets)


ROWS = [
    *(revision(1, image=11), revision(2, image=12), revision(3, "B", image=11), revision(4, "C"), revision(5, "C")),
    *(revision(6, "D"), declaration(6, 4)),
]
"""Entries 1 and 2 of one device model; 3 carries the image of 1; 4 and 5 of another; 6 names the base 4."""


def test_a_declaration_affects_its_device_model_and_the_entries_with_the_same_image():
    """The findings about an image on several device models depend on it; the edited entry alone is a target."""
    assert affected(ROWS, [*ROWS, declaration(2, 1)]) == ([1, 2], [2])
    assert affected(ROWS, [*ROWS, declaration(1, 2)]) == ([1, 2, 3], [1])
    assert affected([*ROWS, declaration(1, 2)], ROWS) == ([1, 2, 3], [1])


def test_an_acceptance_affects_the_device_models_of_both_ends():
    """Both device models become one group, and both ends are targets."""
    assert affected(ROWS, [*ROWS, acceptance(4, 6, "C", "D")]) == ([4, 5, 6], [4, 6])


def test_a_revision_affects_the_targets_that_name_an_entry_of_its_group_as_base():
    """Entry 5 gets another image, and entry 6 names entry 4 of the device model of 5 as a base, so 6 is a target too.

    If the image is that of entries 1 and 3, the device models of these two are affected.
    """
    other = [row for row in ROWS if row.entry != six(5)]
    assert affected(ROWS, [*other, revision(5, "C", image=99)]) == ([4, 5, 6], [5, 6])
    assert affected(ROWS, [*other, revision(5, "C", image=11)]) == ([1, 2, 3, 4, 5, 6], [5, 6])
    assert affected(ROWS, [*ROWS, declaration(5, 4)]) == ([4, 5], [5])


def test_a_dependant_brings_its_device_model_and_the_entries_with_its_image():
    """Entry 8 has the device model of 6, which names a base of the changed group; 9 carries the image of 6."""
    rows = [row for row in ROWS if row.entry != six(6)]
    rows += [revision(6, "D", image=66), declaration(6, 4), revision(8, "D"), revision(9, "E", image=66)]
    other = [row for row in rows if row.entry != six(5)]
    assert affected(rows, [*other, revision(5, "C", image=99)]) == ([4, 5, 6, 8, 9], [5, 6])


def test_no_change_affects_nothing():
    """No entry is edited."""
    found = affected_entries(world(*ROWS).facts, world(*ROWS).facts, ChangeSet())
    assert (found.entries, found.targets) == (frozenset(), frozenset())


def test_a_revision_that_is_closed_counts_as_much_as_one_that_is_added():
    """Entry 4 leaves the list: what names it as a base is affected."""
    before, after = world(*ROWS), world(*(row for row in ROWS if row.entry != six(4)))
    gone = [row for row in before.revisions if row.entry == six(4)]
    found = affected_entries(before.facts, after.facts, ChangeSet(revisions=RowChanges(gone)))
    assert (numbers(found.entries), numbers(found.targets)) == ([4, 5, 6], [4, 6])


def test_related_entries_share_a_device_model_and_siblings_an_image_at_any_time():
    """Before or after the change, in any revision; a blank image is no common image."""
    blank = [revision(7, "D", image=""), revision(8, "E", image="")]
    related = RelatedEntries(world(*ROWS, *blank).facts, world(revision(1, "C", image=77), revision(9, "B")).facts)
    assert numbers(related.of([six(1)])) == [1, 2, 4, 5]
    assert numbers(related.of([six(3)])) == [3, 9]
    assert numbers(related.of([six(99)])) == [99]
    assert numbers(related.siblings([six(1)])) == [1, 3]
    assert numbers(related.siblings([six(2), six(3)])) == [1, 2, 3]
    assert numbers(related.siblings([six(7), six(99)])) == []


def test_the_declared_bases_are_those_of_the_targets_given():
    """In every state of the facts."""
    some, other = world(declaration(1, 2), declaration(3, 4)).facts, world(declaration(1, 5, 6)).facts
    assert numbers(declared_bases((some, other), [six(1)])) == [2, 5, 6]
    assert numbers(declared_bases((some, other), [six(1), six(3)])) == [2, 4, 5, 6]
    assert declared_bases((some, other), []) == set()


def test_restricted_facts_are_those_of_targets_and_entries():
    """Declarations and acceptances of the targets; revisions of the entries."""
    rows = [*map(revision, (1, 2, 3)), declaration(2, 1), declaration(3, 1), acceptance(1, 2), acceptance(2, 3)]
    kept = restrict_facts(world(*rows).facts, {six(2)}, {six(1), six(3)})
    assert (numbers(kept.revisions), numbers(kept.declarations)) == ([1, 3], [2])
    assert list(kept.acceptances) == [(six(1), six(2))]


def test_all_facts_are_iterated_once():
    """Revisions, declarations and acceptances."""
    rows = [*map(revision, (1, 2)), revision(1, status="Removed"), declaration(2, 1), acceptance(1, 2)]
    found = list(iterate_facts(world(*rows).facts))
    assert len(found) == len(rows)
    assert all(row in found for row in rows)
