"""The impact is the difference of two all-pairs answers, for random worlds and random edits."""

from collections import defaultdict

from hypothesis import event, example, given
from hypothesis import strategies as st

from service.domain.edits import Edit
from service.rules.facts.changeset import ChangeSet, RowChanges, complete_changes
from service.rules.facts.edit_judgement import judge_edits
from service.rules.impact.counters import IMPACT_CLASSES, PageWindow
from service.rules.impact.differences import find_differences, response_row
from tests.reached import reached, reaching
from tests.unit.oracles.impact import difference, instants, models
from tests.worlds import DATES, NOW, PENDING, World, declaration, revision, situations, six, world, worlds

ALL = PageWindow(limit=10**9)
LATER = (DATES[0], DATES[2], NOW.replace(month=3), NOW.replace(month=9))


def believed(facts, beliefs=None) -> World:
    """Facts as a world, for the oracle."""
    groups = (facts.revisions, facts.declarations, facts.acceptances)
    return World(*([row for rows in group.values() for row in rows] for group in groups), beliefs or {})


@st.composite
def edits(draw, known):
    """One to three statements of bases, for entries of the world, from the beginning or from a date on."""
    found = []
    for entry in draw(st.lists(st.sampled_from(known.numbers), min_size=1, max_size=3, unique=True)):
        others = [number for number in (*known.numbers, PENDING) if number != entry]
        bases = draw(st.one_of(st.none(), st.lists(st.sampled_from(others), max_size=4, unique=True)))
        accept = draw(st.lists(st.sampled_from(bases), unique=True)) if bases else []
        accept = tuple(number for number in accept if number != PENDING)
        since = draw(st.sampled_from([None, *LATER]))
        found.append(Edit(entry, None if bases is None else tuple(bases), accept, since))
    return found


@st.composite
def changed_worlds(draw, over_time):
    """A world and edits to it."""
    known = draw(worlds(7, over_time, draw(st.sampled_from(["AAABBCDEF", "AB", "A"]))))
    return known, draw(edits(known))


def expanded(result, before, after):
    """The differences found: (class, at) → the pairs, each with both answers; entries that are stranded."""
    rows, _ = result.counters.page()
    return _expanded({kind: map(response_row, rows.get(kind, [])) for kind in IMPACT_CLASSES}, before, after)


def expanded_page(impact, before, after):
    """The same of an impact as it is told, of which all stands on one page."""
    return _expanded({kind: getattr(impact, kind.replace("-", "_")) for kind in IMPACT_CLASSES}, before, after)


def _expanded(rows, before, after):
    listed = defaultdict(set)
    for kind in IMPACT_CLASSES:
        for row in rows[kind]:
            listed[kind, row.at] |= set(_pairs(kind, row, before, after))
    return dict(listed)


def _pairs(kind, row, before, after):
    if kind == "stranded":
        return [row.entry]
    if kind in ("now-unknown", "now-known"):
        of_model = models(before, after, row.at)[row.from_.device_model]
        bases = of_model - set(row.from_.except_) - {row.to}
        assert len(bases) == row.count
        ends = (("none", ()), ("unknown", ()))
        return [(base, row.to, *(ends if kind == "now-unknown" else ends[::-1])) for base in bases]
    return [(row.from_, row.to, *((way.outcome, tuple(way.entries)) for way in (row.before, row.after)))]


def check(before, after, changes, now=NOW):
    """The rules' difference against the oracle's, at every instant that was compared; and none was left out."""
    result = find_differences(before, after, changes, now, ALL)
    worlds_ = believed(before), believed(after)
    listed, dates = expanded(result, *worlds_), sorted(result.dates)
    assert {at for _, at in listed} <= set(dates)
    last = None
    for at in instants(*worlds_, now):
        expected = difference(*worlds_, at)
        if at in result.dates:
            last = expected
            assert {kind: rows for (kind, when), rows in listed.items() if when == at} == expected
        assert last == expected, "an instant at which answers change was left out"
    different, dated = defaultdict(set), {at: {} for at in dates}
    for (kind, at), rows in listed.items():
        event(kind)
        reached(kind)
        reached("a difference")
        different[kind] |= {row if kind == "stranded" else row[:2] for row in rows}
        dated[at][kind] = len(rows)
    counters = result.counters
    assert {kind: n for kind, n in counters.counts.items() if n} == {
        kind: len(some) for kind, some in different.items()
    }
    assert {at: {kind: n for kind, n in counters.dated[at].items() if n} for at in dates} == dated


LINE = world(*map(revision, (1, 2, 3)), declaration(1), declaration(2, 1), declaration(3, 2))
OPEN = world(*map(revision, (1, 2, 3)), declaration(1), declaration(2, 1))


@reaching("lost", "gained", "longer", "shorter", "stranded", "now-unknown", "now-known")
@given(st.booleans().flatmap(changed_worlds))
@example((LINE, [Edit(six(3), ())]))
@example((LINE, [Edit(six(2), ())]))
@example((LINE, [Edit(six(3), (six(1), six(2)))]))
@example((LINE, [Edit(six(3), None)]))
@example((OPEN, [Edit(six(3), ())]))
@example((world(*OPEN.revisions, *OPEN.declarations, declaration(3)), [Edit(six(3), None)]))
@example((world(*LINE.revisions, declaration(1), declaration(2, 1), declaration(3, 1)), [Edit(six(3), (six(2),))]))
def test_of_edits(changed):
    """Outcome and entries of every pair, at now and at every later date on which a fact begins or ends."""
    known, statements = changed
    verdict = judge_edits(known.facts, statements, NOW)
    changes, after = complete_changes(known.facts, verdict.changes, NOW)
    check(known.facts, after, changes)


@reaching("a difference")
@given(situations(most=6), st.data())
def test_of_anything(situation, data):
    """Also where entries become twins, change hardware or image, are removed or are new, as by a list."""
    known, now = situation
    dropped = data.draw(st.sets(st.sampled_from(known.numbers)))
    other = [row for row in data.draw(worlds(6, data.draw(st.booleans()), "AB")).revisions]
    mapped = dict(zip(sorted({row.entry for row in other}), [*known.numbers, "000901", "000902"], strict=False))
    news = [row.model_copy(update={"entry": mapped[row.entry]}) for row in other if row.entry in mapped]
    entries = {row.entry for row in news} | dropped
    gone = [row for row in known.revisions if row.entry in entries]
    changes, after = complete_changes(known.facts, ChangeSet(revisions=RowChanges(gone, news)), NOW)
    check(known.facts, after, changes, now)


@st.composite
def layered(draw):
    """Layers of entries with many ways of one length, some blank images among them; and an edit of one of them."""
    widths = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    size = sum(widths)
    numbers = draw(st.lists(st.integers(1, 99), min_size=size, max_size=size, unique=True))
    layers = [[numbers.pop() for _ in range(width)] for width in widths]
    facts = [revision(n, image=draw(st.sampled_from(["", n, n]))) for layer in layers for n in layer]
    for place, layer in enumerate(layers[1:], start=1):
        earlier = [n for other in layers[:place] for n in other]
        for number in layer:
            named = draw(st.sets(st.sampled_from(earlier), max_size=2)) | set(layers[place - 1])
            facts.append(declaration(number, *sorted(named)))
    known = world(*facts)
    target = draw(st.sampled_from(layers[-1] + layers[1]))
    bases = draw(st.lists(st.sampled_from([n for layer in layers for n in layer if n != target]), unique=True))
    return known, [Edit(six(target), tuple(map(six, bases)))]


AROUND = [declaration(2, 1), declaration(3, 1), declaration(4, 2)]


@reaching("rerouted", "lost")
@given(layered())
@example((world(*map(revision, (1, 2, 3, 4)), *AROUND), [Edit(six(4), (six(3),))]))
def test_among_many_ways(changed):
    """Of many ways as good the first in the order of the numbers, before and after."""
    known, statements = changed
    changes, after = complete_changes(known.facts, judge_edits(known.facts, statements, NOW).changes, NOW)
    check(known.facts, after, changes)


@reaching("several pages")
@given(layered(), st.integers(1, 5))
@example((LINE, [Edit(six(2), ())]), 1)
def test_pages(changed, limit):
    """Pages follow each other without gap or repetition; counts and id are the same on each."""
    known, statements = changed
    changes, after = complete_changes(known.facts, judge_edits(known.facts, statements, NOW).changes, NOW)
    whole = find_differences(known.facts, after, changes, NOW, ALL)
    pages, window = [], PageWindow(limit)
    while window:
        result = find_differences(known.facts, after, changes, NOW, window)
        assert (result.counters.counts, result.id(["x"])) == (whole.counters.counts, whole.id(["x"]))
        rows, window = result.counters.page()
        pages.append([row for kind in IMPACT_CLASSES for row in rows.get(kind, [])])
    reached("several pages", len(pages) > 1)
    rows, _ = whole.counters.page()
    assert [row for page in pages for row in page] == [row for kind in IMPACT_CLASSES for row in rows[kind]]
    assert {len(page) for page in pages[:-1]} <= {limit}
    assert (len(pages[-1]) > 0) == any(rows.values())
