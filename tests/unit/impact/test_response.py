"""The response for an impact: its lists, its pages, and the findings beside the answers."""

from datetime import timedelta

from service.rules.impact.counters import FINDING_CLASSES, IMPACT_CLASSES, LISTED_CLASSES, PageWindow
from service.rules.impact.differences import find_differences
from service.rules.impact.edits import edit_digest_lines, propose_change
from service.rules.impact.response import impact_response
from tests.unit.impacts import ALL_THERE_IS, SOON, chain, edit, impact
from tests.worlds import NOW, hardware


def test_findings_are_no_part_of_the_id_nor_of_being_empty():
    """What was found before is asked again without them; an impact on findings alone changes no answer."""
    known = chain(1, 2, 3)
    with_, without = impact(known, edit(3, 2, 777), context=ALL_THERE_IS), impact(known, edit(3, 2, 777))
    assert (with_.id, with_.empty, without.findings) == (without.id, True, None)


def test_pages():
    """Findings come after all other lists; pages follow each other without gap or repetition."""
    here = propose_change(chain(1, 2, 3, 4).facts, [edit(2, 777), edit(4, 777)], NOW)
    first, _ = impact_response(here, ["x"], NOW, NOW, PageWindow(1000), ALL_THERE_IS)
    window, rows = PageWindow(2), {kind: [] for kind in LISTED_CLASSES}
    while window:
        page, window = impact_response(here, ["x"], NOW, NOW, window, ALL_THERE_IS)
        assert page.findings.counts == first.findings.counts
        for kind in LISTED_CLASSES:
            rows[kind] += getattr(page.findings if kind in FINDING_CLASSES else page, kind.replace("-", "_"))
    for kind in LISTED_CLASSES:
        assert rows[kind] == getattr(first.findings if kind in FINDING_CLASSES else first, kind.replace("-", "_"))
    assert first.findings.counts == {"new": len(rows["new"]), "gone": len(rows["gone"])}
    assert all(rows[kind] for kind in ("lost", "new", "gone"))


KNOWN_AT = NOW - timedelta(days=1)


def test_the_response_has_all_parts_of_the_impact():
    """Instants, counts of all differences, the rows, the summary, the replaced periods, the models and the remarks."""
    edits = [edit(3, 1, 777, since=SOON)]
    proposed = propose_change(chain(1, 2, 3).facts, edits, NOW)
    told, following = impact_response(proposed, edit_digest_lines(edits), NOW, KNOWN_AT, PageWindow())
    assert (told.at, told.known_at, told.dates, following) == (NOW, KNOWN_AT, [NOW, SOON], None)
    assert told.counts == dict.fromkeys(IMPACT_CLASSES, 0) | {"lost": 1, "shorter": 1, "stranded": 1}
    assert [(row.from_, row.to, row.at) for row in told.lost] == [("000002", "000003", SOON)]
    (shorter,) = told.shorter
    assert (shorter.before.entries, shorter.after.entries) == (["000001", "000002", "000003"], ["000001", "000003"])
    assert [row.entry for row in told.stranded] == ["000002"]
    assert told.summary.startswith("1 step is withdrawn and 1 added.")
    assert [(row.entry, row.valid_from) for row in told.replaces] == [("000003", SOON)]
    assert (told.manufacturers, told.device_models) == (["FE01"], [hardware("A")])
    assert [(remark.code, remark.base) for remark in told.remarks] == [("pending", "000777")]
    assert told.findings is None


def test_a_pair_that_differs_at_two_dates_counts_once():
    """Beneath the numbers of different pairs and findings, each date has its own numbers."""
    edits = [edit(2, withdraw=True), edit(4, withdraw=True, since=SOON)]
    told = impact(chain(1, 2, 3, 4), *edits, context=ALL_THERE_IS)
    assert [(row.from_, row.to) for row in told.lost if row.at == NOW] == [
        ("000001", "000002"), ("000001", "000003"), ("000001", "000004"),
    ]  # fmt: skip
    assert len(told.lost) == 8
    assert (told.counts["lost"], told.counts["stranded"]) == (5, 2)
    assert [(row.at, row.counts["lost"], row.counts["stranded"]) for row in told.by_date] == [(NOW, 3, 1), (SOON, 5, 2)]
    assert [row.at for row in told.by_date] == told.dates
    found = told.findings
    assert [(row.at, len([one for one in found.new if one.at == row.at])) for row in found.by_date] == [
        (row.at, row.counts["new"]) for row in found.by_date
    ]
    different = {one.model_dump_json(exclude={"since": True, "at": True}) for one in found.new}
    assert len(found.new) > found.counts["new"] == len(different)


def test_the_id_is_that_of_the_differences_on_every_page():
    """The lines given identify the edits; other lines give another id."""
    proposed = propose_change(chain(1, 2, 3).facts, [edit(2, withdraw=True)], NOW)
    due = find_differences(proposed.before, proposed.after, proposed.changes, NOW, PageWindow()).id(["x"])
    told, following = impact_response(proposed, ["x"], NOW, NOW, PageWindow(1))
    assert (told.id, [row.to for row in told.lost]) == (due, ["000002"])
    second, _ = impact_response(proposed, ["x"], NOW, NOW, following)
    assert (second.id, second.counts, [row.to for row in second.lost]) == (due, told.counts, ["000003"])
    assert impact_response(proposed, ["y"], NOW, NOW, PageWindow())[0].id != due
