"""The reasons why an exposed entry has no migration path: the case of each, and its neighbour without it."""

import pytest

from tests.unit.exposures import HAS, NOT, only, seen_of
from tests.worlds import declaration, revision


def test_what_is_not_known_is_never_taken_for_safe():
    """An entry of which nothing, too little, or something that may be the same is told is no way out."""
    facts = [revision(n) for n in (1, 2, 3, 4)] + [declaration(n, 1) for n in (2, 3, 4)] + [declaration(1)]
    alike = {"stack_vendor": "ACME", "stack_version": "1.0"}
    found = only(seen_of(facts, {1: HAS, 2: {}, 3: {"stack_vendor": "ACME"}, 4: alike}), 1)
    assert found.steps is None
    assert [(why.code, why.entries) for why in found.blocked_by] == [
        ("none-known-clear", []),
        ("not-told", ["000002", "000003", "000004"]),
    ]


def test_what_no_way_could_join_blocks_nothing():
    """An entry of other hardware that is known not to have it is no help, and is not named as one."""
    facts = [revision(1), declaration(1), revision(2, model="C"), declaration(2)]
    found = only(seen_of(facts, {1: HAS, 2: NOT}), 1)
    assert [(why.code, why.entries) for why in found.blocked_by] == [("none-known-clear", [])]


def why(facts, said):
    """The reasons that block entry 1: code, text, entries and steps."""
    reasons = only(seen_of(facts, said), 1).blocked_by
    return [(reason.code, reason.text, reason.entries, reason.steps) for reason in reasons]


NO_WAY = (
    "no-declared-way",
    "The declarations in force give no pathway from this entry to 000002, known to be clear.",
    ["000002"],
    [],
)
CASES = {
    "nothing is clear": (
        [revision(1), declaration(1)],
        {1: HAS},
        [
            (
                "none-known-clear",
                "No entry of this device model, or of a device model joined to it, is known to be clear.",
                [],
                [],
            )
        ],
    ),
    "the ZigBee data of a reachable entry are not known": (
        [revision(1), revision(2), revision(3), declaration(1), declaration(2), declaration(3, 1)],
        {1: HAS, 2: NOT},
        [
            (
                "not-told",
                "A pathway leads to 000003, whose ZigBee data are not known. Ask the manufacturer.",
                ["000003"],
                [],
            ),
            NO_WAY,
        ],
    ),
    "a declaration is missing": (
        [revision(1), revision(2), declaration(1)],
        {1: HAS, 2: NOT},
        [
            (
                "not-declared",
                "No Firmware Upgrade Path was supplied for 000002. A declaration could give a pathway.",
                ["000002"],
                [],
            ),
            NO_WAY,
        ],
    ),
    "a base awaits acceptance": (
        [revision(1, "B"), revision(2), declaration(1), declaration(2, 1)],
        {1: HAS, 2: NOT},
        [
            (
                "only-through-held",
                "There would be a pathway if somebody accepted the bases that await acceptance: 000001 → 000002.",
                ["000001", "000002"],
                ["000001", "000002"],
            ),
            NO_WAY,
        ],
    ),
    "the only pathway leads through a removed entry": (
        [
            *(revision(1), revision(2), revision(3, status="Removed")),
            *(declaration(1), declaration(3, 1), declaration(2, 3)),
        ],
        {1: HAS, 2: NOT, 3: HAS},
        [
            (
                "only-through-removed",
                "There would be a pathway if steps could lead to removed entries: 000001 → 000003 → 000002.",
                ["000003"],
                ["000001", "000003", "000002"],
            ),
            NO_WAY,
        ],
    ),
    "the clear entry itself is removed": (
        [revision(1), revision(2, status="Removed"), declaration(1), declaration(2, 1)],
        {1: HAS, 2: NOT},
        [
            (
                "only-through-removed",
                "There would be a pathway if steps could lead to removed entries: 000001 → 000002.",
                ["000002"],
                ["000001", "000002"],
            ),
            NO_WAY,
        ],
    ),
    "the pathway leads the other way": (
        [revision(1), revision(2), declaration(1, 2), declaration(2)],
        {1: HAS, 2: NOT},
        [
            (
                "opposite-direction",
                "Declared pathways lead from 000002 to this entry, but not back.",
                ["000002"],
                [],
            ),
            NO_WAY,
        ],
    ),
    "no step leads to the clear entry": (
        [revision(1), revision(2), declaration(1), declaration(2)],
        {1: HAS, 2: NOT},
        [NO_WAY],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_reasons_of_each_case_are_exactly_these(case):
    """The code, the text, the entries and the steps of every reason, in their order."""
    facts, said, due = CASES[case]
    assert why(facts, said) == due


def test_more_than_twenty_entries_are_counted_and_not_named():
    """The evidence has all entries; the text names twenty and counts the others."""
    facts = [revision(1), declaration(1), *(fact for n in range(2, 24) for fact in (revision(n), declaration(n, 1)))]
    _, (code, text, entries, _) = why(facts, {1: HAS})
    assert (code, entries) == ("not-told", [f"{n:06}" for n in range(2, 24)])
    assert text.startswith("A pathway leads to 000002, 000003,")
    assert "000021 and 2 more, whose" in text
    exact = [fact for fact in facts if fact.entry not in ("000022", "000023")]
    assert "000020 and 000021, whose" in why(exact, {1: HAS})[1][1]


def test_twins_of_a_removed_entry_are_named_too():
    """Both entries of one image are removed; the steps show one of them."""
    removed = [revision(n, fw=7, image=7, status="Removed") for n in (3, 4)]
    facts = [revision(1), revision(2), *removed, declaration(1), declaration(3, 1), declaration(2, 3)]
    ((code, _, entries, steps), _) = why(facts, {1: HAS, 2: NOT, 3: HAS, 4: HAS})
    assert (code, entries, steps) == ("only-through-removed", ["000003", "000004"], ["000001", "000003", "000002"])
