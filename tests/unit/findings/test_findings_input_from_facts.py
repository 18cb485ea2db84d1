"""The input of the findings that is built from facts is the one of the temporal graph, which the repository fetches."""

from hypothesis import example, given, settings

from service.domain.clock import END
from service.domain.finding_thresholds import FindingThresholds
from service.rules.findings.findings_input_from_facts import FactsOfEntries
from service.rules.pathfinding.snapshot import RecordedIdentity
from service.rules.pathfinding.temporal_graph import TimedValue
from tests.properties import share
from tests.reached import reached, reaching
from tests.unit.findings_inputs import GAS, listed, seen
from tests.worlds import DATES, NOW, acceptance, declaration, hardware, revision, situations, six, world

JOINED = world(revision(1, "B"), revision(2), declaration(2, 1, 3), acceptance(1, 2), revision(3, "C"))


@reaching("a step", "a held base", "a belief")
@settings(max_examples=share(5, 5))
@given(situations(most=9))
@example((JOINED, NOW))
def test_both_inputs_have_the_same_content(drawn):
    """Entries with their declarations, steps between vertices, held bases, beliefs and first listings."""
    known, at = drawn
    former = [TimedValue(DATES[0], END, (entry, one)) for entry, some in known.beliefs.items() for one in some]
    built, due = (
        FactsOfEntries(known.facts, FindingThresholds(GAS, 7), former).findings_input(at),
        seen(known, at, many_routes=7),
    )
    blank = {"cpa_number": "", "cpa_date": ""}  # findings do not depend on the certificate
    assert built.entries == {number: entry._replace(**blank) for number, entry in due.entries.items()}
    assert (built.network.after, built.network.before) == (due.network.after, due.network.before)
    assert sorted(built.snapshot.held) == sorted(due.snapshot.held)
    assert built.snapshot.beliefs == {entry: some for entry, some in beliefs_at(known, at).items() if some}
    assert built.first_listed == due.first_listed
    assert (built.obliged_device_types, built.many_routes) == (GAS, 7)
    reached("a step", any(built.network.after))
    reached("a held base", len(built.snapshot.held))
    reached("a belief", len(built.snapshot.beliefs))


def beliefs_at(known, at):
    """The earlier beliefs of a world, all of which begin with the first date."""
    return known.beliefs if at >= DATES[0] else {}


def test_only_the_lists_in_effect_at_the_instant_count():
    """A list counts from the instant on at which it takes effect."""
    lists = [listed("1.0", "2022-01-01", DATES[0]), listed("1.1", "2022-07-01", DATES[1])]
    view = FactsOfEntries(world(revision(1)).facts, FindingThresholds(), lists=lists)
    assert [[version.number for version in view.findings_input(at).lists] for at in (DATES[0], DATES[1])] == [
        ["1.0"],
        ["1.0", "1.1"],
    ]


def test_only_the_beliefs_about_the_instant_count():
    """A belief counts within its valid interval, from its start and before its end."""
    belief = RecordedIdentity(DATES[0], END, (hardware("A"), "0" * 8, ""))
    view = FactsOfEntries(
        world(revision(1)).facts, FindingThresholds(), [TimedValue(DATES[1], DATES[2], (six(1), belief))]
    )
    assert [view.findings_input(at).snapshot.beliefs for at in DATES] == [{}, {six(1): [belief]}, {}, {}]


def test_an_entry_without_a_declaration_in_force_is_not_supplied():
    """At each instant the declaration in force, with its bases and both of its instants."""
    rows = [declaration(2, 1, since=DATES[1], until=DATES[2], declared=DATES[2], recorded=DATES[3])]
    view = FactsOfEntries(world(revision(1), revision(2), *rows).facts, FindingThresholds())
    told = [view.findings_input(at).entries[six(2)].declared for at in DATES[:3]]
    assert [row.kind for row in told] == ["not-supplied", "bases", "not-supplied"]
    assert (told[1].id, told[1].bases) == ("d2@2022-07-01", ("000001",))
    assert (told[1].declared, told[1].recorded) == (DATES[2], DATES[3])
