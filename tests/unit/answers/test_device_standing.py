"""Where a device stands without a target, and why nothing leads on; test_device_answer.py compares with the oracle."""

from tests.unit.device_answers import resolve
from tests.worlds import declaration, revision, six, world


def test_where_a_device_stands():
    """Onward, unknown, head and dead end, each with its reasons and whom to ask."""
    said = {"firmware_version": f"{1:0>8}"}
    onward = resolve(world(revision(1), revision(2), declaration(1), declaration(2, 1)), said)
    assert (onward.standing, onward.reasons) == ("onward", [])
    unknown = resolve(world(revision(1), revision(2), declaration(1)), said)
    assert (unknown.standing, unknown.outcome) == ("unknown", "unknown")
    assert [(r.code, r.entries, r.manufacturers) for r in unknown.reasons] == [
        ("not-declared", ["000002"], ["FE01"]), ("no-declared-way", ["000001"], ["FE01"]),
    ]  # fmt: skip
    head = resolve(world(revision(1), declaration(1)), said)
    assert (head.standing, head.outcome, [r.code for r in head.reasons]) == ("head", "none", ["no-declared-way"])
    assert "Ask the manufacturer (FE01)" in head.reasons[0].text
    end = resolve(world(revision(1, status="Removed"), declaration(1)), said)
    assert (end.standing, end.outcome, [r.code for r in end.reasons]) == ("dead-end", "none", ["no-declared-way"])
    to_one = resolve(world(revision(1), declaration(1)), said, six(1))
    assert (to_one.standing, to_one.reasons, to_one.matches[0].standing) == (None, [], None)


def test_what_could_lead_on_is_named():
    """A base that awaits acceptance, and removed targets."""
    said = {"firmware_version": f"{1:0>8}"}
    held = resolve(world(revision(1), revision(2, "B"), declaration(1), declaration(2, 1)), said)
    assert (held.standing, [r.code for r in held.reasons]) == ("head", ["only-through-held", "no-declared-way"])
    assert "000001 as a base of 000002 (other-device-model)" in held.reasons[0].text
    known = world(revision(1), revision(2, status="Removed"), declaration(1), declaration(2, 1))
    removed = resolve(known, said)
    assert (removed.standing, [(r.code, r.entries) for r in removed.reasons]) == (
        "head", [("only-through-removed", ["000002"])]
    )  # fmt: skip
    assert resolve(known, said, through_removed=True).standing == "onward"


def test_a_head_and_a_dead_end_are_two_answers():
    """Two images of one version, one listed and one removed: neither leads on, and the standing is not one."""
    known = world(
        revision(1, image="A"), revision(2, fw=1, image="B", status="Removed"), declaration(1), declaration(2)
    )
    answer = resolve(known, {"firmware_version": f"{1:0>8}"})
    assert (answer.outcome, answer.standing, answer.reasons) == ("ambiguous", None, [])
    assert [match.standing for match in answer.matches] == ["head", "dead-end"]
