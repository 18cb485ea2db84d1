"""Warnings about cycles on edits, against networkx."""

import networkx as nx
from hypothesis import event, example, given
from hypothesis import strategies as st

from service.domain.edits import Edit
from service.rules.facts.changeset import facts_after
from service.rules.facts.edit_judgement import judge_edits
from service.rules.facts.grouped_facts import row_in_force
from tests.reached import reached, reaching
from tests.unit.impact.test_differences_against_oracle import changed_worlds
from tests.worlds import NOW, declaration, revision, six, world

BACK = world(revision(1), revision(2), declaration(1), declaration(2, 1)), [Edit(six(1), (six(2),))]

CYCLES = (
    world(*map(revision, range(1, 6)), declaration(1), declaration(2, 1), declaration(3), declaration(4, 3)),
    [Edit(six(1), (six(2), six(5))), Edit(six(3), (six(4), six(5)))],
)
"""Two cycles without an entry in common, and a base beside both."""


@reaching("a cycle")
@given(st.booleans().flatmap(changed_worlds))
@example(BACK)
@example(CYCLES)
def test_a_base_in_a_cycle_with_its_target_gives_a_warning(drawn):
    """Each base of an edit that can be reached from the edited entry when the edit is judged."""
    known, edits = drawn
    judgement = judge_edits(known.facts, edits, NOW)
    facts = facts_after(known.facts, judgement.changes)
    expected = set()
    for edit in edits:
        if edit.entry in (*judgement.changed, *judgement.unchanged):
            graph = declared_graph(facts, max(NOW, edit.effective_from or NOW))
            bases = [base for base in edit.bases or () if base in facts.revisions]
            expected |= {(edit.entry, base) for base in bases if nx.has_path(graph, edit.entry, base)}
    reached("a cycle", len(expected))
    assert {(r.edit.entry, r.entry) for r in judgement.remarks if r.code == "cycle"} == expected
    event(f"{len(expected)} in a cycle, {len(edits)} edits")


def declared_graph(facts, at):
    """The graph of the declarations in force at an instant."""
    graph = nx.DiGraph()
    graph.add_nodes_from(facts.revisions)
    for target, rows in facts.declarations.items():
        row = row_in_force(rows, at)
        graph.add_edges_from((base, target) for base in (row.bases if row else ()))
    return graph
