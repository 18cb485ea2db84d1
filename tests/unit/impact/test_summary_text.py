"""The summary of an impact, sentence by sentence."""

import pytest

from service.rules.impact.summary_text import SummaryBuilder
from tests.unit.impacts import chain, edit, impact


def test_the_summary():
    """A sentence for an email: steps, the lost and gained pathways, and what the facts no longer show."""
    found = impact(chain(1, 2, 3, 4), edit(4, 1), edit(2, withdraw=True))
    assert found.summary == (
        "2 steps are withdrawn and 1 added. 000001 loses its pathway to 000002 and 000003. "
        "000002 and 000003 lose their pathway to 000004. 000003 no longer reaches any entry. "
        "1 pathway becomes shorter. "
        "From some entries, the facts no longer show whether 000002 and 000003 can be reached."
    )
    assert found.counts["lost"] == len(found.lost) == 4
    nothing = impact(chain(1, 2), edit(2, 1, 777))
    assert (nothing.empty, nothing.summary) == (True, "0 steps are withdrawn and 0 added. No pathway changes.")
    assert [remark.code for remark in nothing.remarks] == ["pending"]


def summary(*pairs, targets=(), stranded=(), before=(), after=()):
    """The text for differing pairs (class, base, target), targets (class, target), stranded entries and steps."""
    collected = SummaryBuilder()
    collected.add_steps({(base, "z") for base in before}, {(base, "z") for base in after})
    for pair in pairs:
        collected.add_pair(*pair)
    for target in targets:
        collected.add_entry(*target)
    for entry in stranded:
        collected.add_entry("stranded", entry)
    return collected.text()


NO_STEP = "0 steps are withdrawn and 0 added."
LETTERS = "abcdefgh"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (summary(), f"{NO_STEP} No pathway changes."),
        (summary(before="a", after="bc"), "1 step is withdrawn and 2 added. No pathway changes."),
        (summary(before="ab", after="bc"), "1 step is withdrawn and 1 added. No pathway changes."),
        (summary(("lost", "a", "x")), f"{NO_STEP} a loses its pathway to x."),
        (summary(("gained", "b", "x"), ("gained", "a", "x")), f"{NO_STEP} a and b gain their pathway to x."),
        (summary(("lost", "a", "y"), ("lost", "a", "x")), f"{NO_STEP} a loses its pathway to x and y."),
        (
            summary(("gained", "a", "x"), ("lost", "a", "y")),
            f"{NO_STEP} a loses its pathway to y. a gains its pathway to x.",
        ),
        (summary(stranded="a"), f"{NO_STEP} a no longer reaches any entry."),
        (summary(stranded="ba"), f"{NO_STEP} a and b no longer reach any entry."),
        (summary(("longer", "a", "x")), f"{NO_STEP} 1 pathway becomes longer."),
        (
            summary(("longer", "a", "x"), ("longer", "a", "x"), ("longer", "b", "x")),
            f"{NO_STEP} 2 pathways become longer.",
        ),
        (
            summary(("rerouted", "a", "x"), ("shorter", "a", "y")),
            f"{NO_STEP} 1 pathway becomes shorter. 1 pathway leads through other entries.",
        ),
        (
            summary(targets=[("now-known", "y"), ("now-unknown", "x")]),
            f"{NO_STEP} From some entries, the facts no longer show whether x can be reached. "
            "From some entries, the facts now show that no pathway leads to y.",
        ),
        (summary(stranded=LETTERS[:5]), f"{NO_STEP} a, b, c, d and e no longer reach any entry."),
        (summary(stranded=LETTERS), f"{NO_STEP} a, b, c, d, e and 3 more no longer reach any entry."),
    ],
)
def test_each_sentence(text, due):
    """Steps, pathways by entry, stranded entries, counts of the other classes, and targets; five entries are named."""
    assert text == due


def test_the_largest_groups_of_pathways_come_first_and_the_others_are_counted():
    """Targets with the same bases share a sentence; five sentences, then a count."""
    rows = [
        ("lost", base, f"t{nth}") for nth, letter in enumerate(LETTERS[:7]) for base in (f"{letter}1", f"{letter}2")
    ]
    text = summary(*rows, ("lost", "z", "t7"), ("lost", "y", "t8"), ("lost", "y", "t9"), ("lost", "y", "t10"))
    sentences = text.removeprefix(NO_STEP + " ").removesuffix(".").split(". ")
    assert sentences[0] == "y loses its pathway to t10, t8 and t9"
    assert sentences[1:5] == [
        f"{letter}1 and {letter}2 lose their pathway to t{nth}" for nth, letter in enumerate("abcd")
    ]
    assert sentences[5:] == ["7 more pathways are lost"]
    one_more = [("gained", letter, f"t{letter}") for letter in LETTERS[:6]]
    assert summary(*one_more).endswith("e gains its pathway to te. 1 more pathway is gained.")


def test_the_steps_of_several_instants_are_added():
    """A step that two instants have is counted once."""
    collected = SummaryBuilder()
    collected.add_steps({("a", "z")}, set())
    collected.add_steps({("a", "z")}, {("b", "z"), ("c", "z")})
    assert collected.text() == "1 step is withdrawn and 2 added. No pathway changes."


def test_the_manufacturers_are_those_of_the_device_models():
    """Each once and sorted; a blank device model is none."""
    collected = SummaryBuilder()
    collected.add_device_models("FE02-00010101", "", "FE01-00020101")
    collected.add_device_models("FE01-00010101")
    assert collected.device_models == {"FE02-00010101", "FE01-00020101", "FE01-00010101"}
    assert collected.manufacturers == ["FE01", "FE02"]
