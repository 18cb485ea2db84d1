"""The impact of edits, in cases written by hand: differing answers, their dates, the id and the cost."""

import random
from datetime import timedelta

from service.domain.edits import StatusEdit
from service.rules.impact import impact_snapshot
from service.rules.impact.counters import PageWindow
from service.rules.pathfinding import vertex_graph
from tests.unit.impacts import SOON, chain, edit, impact, pairs
from tests.worlds import NOW, acceptance, declaration, revision, six, world


def test_a_status_that_is_supposed():
    """A removed entry is no target any more, and its followers are reached from it alone."""
    found = impact(chain(1, 2, 3), StatusEdit("000002", "Removed"))
    assert pairs(found.lost) == [(1, 2), (1, 3)]
    assert [one.entry for one in found.stranded] == ["000001"]
    assert found.summary.startswith("1 step is withdrawn and 0 added. 000001 loses its pathway to 000002 and 000003.")
    later = impact(chain(1, 2, 3), StatusEdit("000002", "Removed", SOON))
    assert (pairs(later.lost), {change.at for change in later.lost}) == ([(1, 2), (1, 3)], {SOON})
    assert later.dates == [NOW, SOON]


def test_a_target_of_which_nobody_can_say_any_more():
    """It is told once for a device model, with those from which it is as before."""
    known = world(*chain(1, 2, 3).revisions, *chain(1, 2, 3).declarations, revision(4), declaration(4))
    found = impact(known, edit(4, withdraw=True))
    (row,) = found.now_unknown
    assert (row.to, row.from_.device_model, row.from_.except_, row.count) == ("000004", "FE01-00010101", [], 3)
    assert found.counts["now-unknown"] == 3
    assert "the facts no longer show whether 000004 can be reached" in found.summary
    back = impact(world(*known.revisions, *known.declarations[:-1]), edit(4))
    assert [(row.to, row.count) for row in back.now_known] == [("000004", 3)]


def test_an_accepted_step_joins_device_models():
    """What becomes reachable in the other device model is told, and both are named."""
    known = world(*chain(1, 2).revisions, *chain(1, 2).declarations, revision(3, "C"), revision(4, "C"))
    known = world(*known.revisions, *known.declarations, declaration(4, 3), declaration(3))
    found = impact(known, edit(3, 2, accept=[2]))
    assert pairs(found.gained) == [(1, 3), (1, 4), (2, 3), (2, 4)]
    assert (found.manufacturers, found.device_models) == (["FE01", "FE02"], ["FE01-00010101", "FE02-00010101"])
    held = impact(known, edit(3, 2))
    assert (held.empty, [(r.code, r.base, r.held) for r in held.remarks]) == (
        True,
        [("held", "000002", "other-manufacturer")],
    )


def test_an_acceptance_that_lapses_is_part_of_the_impact():
    """A declaration that drops the base takes the way with it."""
    known = world(revision(1, "B"), revision(2), declaration(2, 1), acceptance(1, 2))
    assert pairs(impact(known, edit(2)).lost) == [(1, 2)]


def test_the_id_knows_no_clock():
    """A minute later, in another order or on another page it is the same; another edit or another fact is another."""
    known = chain(1, 2, 3, 4)
    one = impact(known, edit(3, withdraw=True), edit(4, 1))
    assert one.id == impact(known, edit(4, 1), edit(3, withdraw=True), now=NOW + timedelta(minutes=1)).id
    assert one.id == impact(known, edit(3, withdraw=True), edit(4, 1), window=PageWindow(1)).id
    assert one.id != impact(known, edit(3, withdraw=True)).id
    more = world(*known.revisions, revision(5), *known.declarations, declaration(5, 1), declaration(1, 5))
    assert one.id != impact(more, edit(3, withdraw=True), edit(4, 1)).id
    assert impact(known, edit(4, 1)).id != impact(known, edit(4, 1, since=NOW)).id


def test_only_what_can_be_touched_is_searched(monkeypatch):
    """Cost follows the edit: of 500 entries in a dense device model those alone that lie behind what it changes; and
    where one base among many is dropped, those alone whose preferred way took it."""
    draw, searched = random.Random(7), []
    numbers = draw.sample(range(1, 900), 500)
    bases = {place: draw.sample(numbers[:place], min(place, 8)) for place in range(1, 500)}
    said = [declaration(numbers[place], *named) for place, named in bases.items()]
    known = world(*map(revision, numbers), *said, declaration(numbers[0]))
    for module, name in ((vertex_graph, "costs_to"), (impact_snapshot, "costs_from")):
        genuine = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *given, of=genuine: searched.append(given[2]) or of(*given))
    assert impact(known, edit(numbers[480], withdraw=True)).counts["lost"] > 0
    assert 0 < len(set(searched)) <= 20
    searched.clear()
    assert any(impact(known, edit(numbers[20], *bases[20][1:])).counts.values())
    assert 0 < len(set(searched)) <= 100


def test_what_holds_still_is_told_of_each_date():
    """Of two device models, one is edited from a later date on: what the other loses now is told of that date too."""
    rows = [revision(number, "A" if number < 3 else "C") for number in range(1, 5)]
    known = world(*rows, declaration(2, 1), declaration(4, 3), declaration(1), declaration(3))
    found = impact(known, edit(2), edit(4, since=SOON))
    assert found.dates == [NOW, SOON]
    assert [(pair.from_, pair.at) for pair in found.lost] == [("000001", NOW), ("000001", SOON), ("000003", SOON)]


def test_ways_with_a_blank_image_are_compared_from_their_beginning():
    """Of two ways with one blank image each the first in the order of the numbers is preferred, wherever it lies."""
    blank = (3, 5)
    rows = [revision(number, image="" if number in blank else number) for number in range(1, 7)]
    said = [declaration(2, 1), declaration(3, 1), declaration(4, 3), declaration(5, 2), declaration(1)]
    known = world(*rows, *said, declaration(6, kind="none"))
    (gained,) = (pair for pair in impact(known, edit(6, 4, 5)).gained if pair.from_ == "000001")
    assert gained.after.entries == [six(number) for number in (1, 2, 5, 6)]
