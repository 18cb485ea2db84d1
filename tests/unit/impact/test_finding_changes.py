"""The findings that an impact calls new and gone are the difference of all findings before and after."""

from collections import defaultdict
from dataclasses import replace
from functools import partial

from hypothesis import event, given
from hypothesis import strategies as st

from service.domain.clock import END
from service.domain.edits import StatusEdit
from service.rules.facts.changeset import ChangeSet, RowChanges, complete_changes
from service.rules.facts.edit_judgement import EditJudgement
from service.rules.facts.grouped_facts import Facts
from service.rules.findings import all_findings
from service.rules.impact.edits import ProposedChange, propose_change
from service.rules.impact.finding_changes import FactsForFindings, finding_differences
from service.rules.pathfinding.snapshot import RecordedIdentity
from service.rules.pathfinding.temporal_graph import TimedValue
from tests.reached import reached, reaching
from tests.unit.findings_inputs import listed, seen
from tests.unit.impact.test_differences_against_oracle import LATER, believed, edits
from tests.unit.impacts import ALL_THERE_IS, THRESHOLDS, chain, edit
from tests.unit.impacts import impact as answers_impact
from tests.worlds import DATES, NOW, PENDING, declaration, revision, situations, six, world, worlds

impact = partial(answers_impact, context=ALL_THERE_IS)


def keys(findings):
    """Findings by what makes them what they are."""
    return {one.model_dump_json(exclude={"since": True, "at": True, "evidence": {"declaration"}}) for one in findings}


def whole(given_, at, lists=()):
    """All findings of a world, with the input of the findings that the tests make of it."""
    return keys(all_findings(seen(given_, at, lists, many_routes=1)))


def instants(here, now, lists=()):
    """Now, and every later instant at which a fact begins or ends."""
    rows = [*believed(here.before).revisions, *believed(here.before).declarations, *believed(here.before).acceptances]
    rows += [*believed(here.after).revisions, *believed(here.after).declarations, *believed(here.after).acceptances]
    edges = {edge for row in rows for edge in (row.valid_from, row.valid_to)} | {one.effective_from for one in lists}
    return [now, *sorted(edge for edge in edges if now < edge < END)]


def check(here, now, wider, beliefs):
    """At each instant what is told is the difference; what is told of an instant left out is what was told before."""
    told_ = {one.at: one for one in finding_differences(here, wider, now)}
    assert next(iter(told_)) == now
    last = None
    for at in instants(here, now, wider.lists_after):
        worlds_ = believed(here.before, beliefs), believed(here.after, closed(beliefs, here, now, at))
        lists = ([one for one in some if one.effective_from <= at] for some in (wider.lists, wider.lists_after))
        old, new = (whole(world_, at, known) for world_, known in zip(worlds_, lists, strict=True))
        last = told_.get(at, last)
        reached("new", len(last.new))
        reached("gone", len(last.gone))
        assert (set(last.new), set(last.gone)) == (new - old, old - new)
        assert (keys(last.new.values()), keys(last.gone.values())) == (new - old, old - new)
        assert (len(last.new), len(last.gone)) == (len(new - old), len(old - new))
        for code in {change.code for change in (*last.new.values(), *last.gone.values())}:
            event(code)


def closed(beliefs, here, now, at):
    """What was believed before of what holds at an instant, once a change is made."""
    found_ = defaultdict(list, {entry: list(some) for entry, some in beliefs.items()})
    for row in here.changes.revisions.closed:
        if row.span.contains(at):
            found_[row.entry].append(RecordedIdentity(row.recorded_from, now, row.twin_key))
    return dict(found_)


def former(beliefs):
    """Beliefs as they are fetched."""
    return [TimedValue(DATES[0], END, (entry, one)) for entry, some in beliefs.items() for one in some]


def without_beliefs(given_):
    """A world of which nothing else was believed before."""
    return replace(given_, beliefs={})


@reaching("new", "gone")
@given(st.data())
def test_of_edits(data):
    """Bases from some date on, and supposed statuses, on worlds of many device models; at now and at later dates."""
    known = without_beliefs(data.draw(worlds(8, data.draw(st.booleans()), data.draw(st.sampled_from(["AABBC", "AB"])))))
    said = data.draw(edits(known))
    others = [number for number in known.numbers if number not in {one.entry for one in said}]
    status = st.builds(StatusEdit, st.sampled_from(others or ["000900"]), st.sampled_from(["Current", "Removed"]))
    statuses = data.draw(st.lists(status, max_size=2))
    here = propose_change(known.facts, [*said, *statuses], NOW)
    check(here, NOW, ALL_THERE_IS, {})


@st.composite
def families(draw):
    """Three device models or four that carry the same images, declared alike but for some; and edits to them."""
    letters, images = draw(st.sampled_from(["ABE", "ABEF"])), draw(st.sampled_from([(1, 2), (1, 2, 3)]))
    numbers = {(letter, image): 10 * nth + image for nth, letter in enumerate(letters) for image in images}
    facts = [revision(number, letter, fw=image, image=image) for (letter, image), number in numbers.items()]
    for (letter, image), number in numbers.items():
        named = [numbers[letter, other] for other in images if other < image and draw(st.integers(0, 6))]
        said = draw(st.sampled_from(["bases", "bases", "bases", "bases", "not-supplied"]))
        facts.append(declaration(number, *(named if said == "bases" else ()), kind="" if said == "bases" else said))
    known = world(*facts)
    return known, draw(edits(known))


@reaching("new", "gone")
@given(families())
def test_of_an_image_on_many_device_models(changed):
    """What is declared for one is compared with what is declared for its siblings."""
    known, said = changed
    here = propose_change(known.facts, said, NOW)
    check(here, NOW, ALL_THERE_IS, {})


@reaching("new", "gone")
@given(situations(most=9), st.data())
def test_of_a_list(situation, data):
    """Some entries become twins, change hardware, image or descriptor, are removed or new; and a list is brought."""
    known, now = situation
    other = data.draw(worlds(6, data.draw(st.booleans()), "ABC")).revisions
    some = data.draw(st.permutations([*known.numbers, "000901", PENDING]))[: data.draw(st.integers(1, 3))]
    mapped = dict(zip(sorted({row.entry for row in other}), some, strict=False))
    news = [row.model_copy(update={"entry": mapped[row.entry]}) for row in other if row.entry in mapped]
    gone = [row for row in known.revisions if row.entry in {one.entry for one in news}]
    changes, after = complete_changes(known.facts, ChangeSet(revisions=RowChanges(gone, news)), now)
    here = ProposedChange(known.facts, after, changes, EditJudgement(), [])
    lists = [listed("1.0", "2022-01-01", DATES[0]), listed("1.1", "2022-02-01", DATES[1])]
    issued = data.draw(st.sampled_from(["2021-12-01", "2022-01-15", "2022-03-01"]))
    brought = listed(data.draw(st.sampled_from(["1.1", "1.2"])), issued, data.draw(st.sampled_from([now, END])))
    wider = FactsForFindings(THRESHOLDS, Facts(), former(known.beliefs), lists, brought)
    check(here, now, wider, known.beliefs)


def test_a_finding_is_told_once_a_declaration_makes_it():
    """With its evidence; the number of a declaration that is not made yet is blank, of one that was it is told."""
    known = chain(1, 2, 3)
    found_ = impact(known, edit(3, 2, 777))
    (new,) = (one for one in found_.findings.new if one.code == "pending-base")
    assert (new.entries, new.evidence.base, new.evidence.declaration) == (["000003"], "000777", "")
    assert (found_.findings.gone, found_.findings.dates) == ([], [NOW])
    other = world(*known.revisions, *known.declarations[1:], declaration(2, 1, 777))
    (gone,) = impact(other, edit(2, 1)).findings.gone
    assert (gone.code, gone.evidence.declaration) == ("pending-base", "d2@0001-01-01")


def test_a_finding_that_only_a_later_date_brings():
    """It is told of the date on which it begins; now is compared all the same."""
    found_ = impact(chain(1, 2, 3), edit(3, 2, 777, since=LATER[2])).findings
    assert (found_.dates, found_.counts) == ([NOW, LATER[2]], {"new": 1, "gone": 0})
    assert [(one.code, one.at) for one in found_.new] == [("pending-base", LATER[2])]


def test_siblings_of_other_device_models_are_looked_at():
    """An image that nobody declared: once one entry that carries it is declared, it is a finding about the others."""
    known = world(revision(1, image=9), revision(2, "B", image=9), revision(3), declaration(3))
    found_ = impact(known, edit(1, 3)).findings
    (gone,) = (one for one in found_.gone if one.code == "undeclared")
    (new,) = (one for one in found_.new if one.code == "undeclared")
    assert (gone.entries, new.entries) == (["000001", "000002"], ["000002"])


def test_a_twin_of_a_base_on_another_device_model_is_looked_at():
    """What any twin's descriptor says of a fragment holds, also of a base that is held."""
    rows = [revision(1, image_descriptor="Fragment 2 of 2"), revision(2), revision(3, "C", fw=3, image=3)]
    known = world(*rows, revision(4, "C", fw=3, image=3, image_descriptor="Fragment 1 of 2"), declaration(2))
    (skips,) = (one for one in impact(known, edit(1, 2, 3)).findings.new if one.code == "fragment-skips-part")
    assert skips.evidence.bases == ["000002"]


def relisted(known, number, **content):
    """The findings that are new once a list says something else of an entry."""
    (old,) = known.facts.revisions[six(number)]
    rows = RowChanges([old], [old.model_copy(update={**content, "id": "new"})])
    changes, then = complete_changes(known.facts, ChangeSet(revisions=rows), NOW)
    (one,) = finding_differences(ProposedChange(known.facts, then, changes, EditJudgement(), []), ALL_THERE_IS, NOW)
    return [*one.new.values()]


def test_what_names_an_entry_that_is_listed_otherwise_is_looked_at():
    """Held bases, and the images of bases on whatever device model, with the siblings of what names them."""
    bases = (revision(31, "C", image=5), revision(32, "D", image=5), revision(33, "F", image=5))
    siblings = [revision(number, letter, fw=9, image=9) for number, letter in ((1, "A"), (2, "B"), (3, "E"))]
    known = world(*bases, *siblings, *(declaration(number, 30 + number) for number in (1, 2, 3)))
    new = relisted(known, 31, image_hash=f"{6:0>64}")
    told_ = {(f.code, *f.entries) for f in new}
    assert told_ >= {("lone-exception", "000001"), ("old-declaration", "000001", "000031")}
    (held,) = (f for f in relisted(known, 31, manufacturer="FE01", model="0007") if f.code == "held-base")
    assert (held.evidence.target, held.evidence.code) == ("000001", "other-device-model")


def test_what_is_no_change_is_no_finding():
    """The same finding, by another declaration or since another instant, is neither new nor gone."""
    known = world(*chain(1, 2, 3).revisions, declaration(1), declaration(2, 1, 777), declaration(3, 2))
    found_ = impact(known, edit(2, 777)).findings
    codes = [one.code for one in (*found_.new, *found_.gone)]
    assert "islands" in codes
    assert "pending-base" not in codes
