"""Warnings on a step. A warning never changes which pathway is preferred."""

from datetime import UTC, datetime, timedelta

import pytest

from service.domain.clock import END
from service.rules.pathfinding.snapshot import RecordedIdentity
from tests.unit.questions import ask, way
from tests.worlds import DATES, NOW, acceptance, declaration, revision, world

FIRST, SECOND, THIRD, FOURTH = DATES
PLAIN = [revision(1), revision(2), declaration(2, 1)]


def warnings_by_step(known, base=1, target=2, **question):
    """Code and text of each warning, step by step."""
    answer = ask(known, base, target, **question)
    assert answer.outcome == "route"
    return [{said.code: said.text for said in step.warnings} for step in answer.steps]


def codes(known, base=1, target=2, **question):
    """The codes of the warnings, step by step."""
    return [list(said) for said in warnings_by_step(known, base, target, **question)]


def test_a_plain_step_has_no_warnings():
    """The list of warnings is empty."""
    assert codes(world(*PLAIN)) == [[]]


def test_removed_base():
    """At the start, and within a pathway through removed entries."""
    assert codes(world(revision(1, status="Removed"), *PLAIN[1:])) == [["removed-base"]]
    on_the_way = [revision(3, status="Removed"), declaration(3, 1), revision(2), declaration(2, 3)]
    assert codes(world(revision(1), *on_the_way), through_removed=True) == [[], ["removed-base"]]


def test_a_removed_base_with_a_listed_twin_is_listed():
    """The image is still on the list."""
    twins = [revision(1, status="Removed"), revision(9, fw=1, image=1)]
    assert codes(world(*twins, *PLAIN[1:])) == [[]]


def test_identity_change():
    """An accepted step to another device model names both device models."""
    known = world(revision(1, "B"), *PLAIN[1:], acceptance(1, 2))
    text = warnings_by_step(known)[0]["identity-change"]
    assert "FE01-00020101" in text
    assert "FE01-00010101" in text


def test_no_image():
    """The step has no image hash."""
    known = world(revision(1), revision(2, image=""), declaration(2, 1))
    assert codes(known) == [["no-image"]]
    assert ask(known, 1, 2).steps[0].image_hash is None


def test_a_base_without_an_image_is_no_warning():
    """The meter already runs the base."""
    assert codes(world(revision(1, image=""), *PLAIN[1:])) == [[]]


@pytest.mark.parametrize(("part", "stop"), [(1, True), (2, False)])
def test_fragment(part, stop):
    """k of n; only the last fragment is a place to stop."""
    known = world(revision(1), revision(2, image_descriptor=f"Fragment {part} of 2 of 4.8.0"), declaration(2, 1))
    text = warnings_by_step(known)[0]["fragment"]
    assert f"{part} of 2" in text
    assert ("not stop here" in text) is stop


def test_a_whole_image_is_no_fragment():
    """1 of 1 is a complete image; only the descriptor of the target counts."""
    known = world(
        revision(1, image_descriptor="Fragment 1 of 2"), revision(2, image_descriptor="Fragment 1 of 1"), PLAIN[2]
    )
    assert codes(known) == [[]]


def test_the_descriptor_of_any_twin_makes_a_fragment():
    """Twins share one image."""
    twins = [revision(2), revision(6, fw=2, image=2, image_descriptor="Fragment 1 of 2 of 4.8.0")]
    assert codes(world(revision(1), *twins, declaration(2, 1))) == [["fragment"]]


@pytest.mark.parametrize(("number", "word"), [("[E] X1", "expiry"), ("[R] X1", "review"), ("X1", "certificate date")])
def test_certificate_date_passed(number, word):
    """The text says expiry or review, and that the certificate may have been renewed."""
    known = world(revision(1), revision(2, cpa_number=number, cpa_date="2023-06-30"), declaration(2, 1))
    text = warnings_by_step(known)[0]["certificate-date-passed"]
    assert word in text
    assert "renewed" in text


def test_a_certificate_date_is_compared_with_the_date_of_at():
    """From the day after; the day of `at` counts, not that of the question."""
    known = world(revision(1), revision(2, cpa_number="[E] X1", cpa_date="2023-06-30"), declaration(2, 1))
    last_hour = datetime(2023, 6, 30, 23, 59, tzinfo=UTC)
    assert codes(known, at=last_hour) == [[]]
    assert codes(known, at=last_hour + timedelta(minutes=1)) == [["certificate-date-passed"]]
    assert codes(known, at=THIRD, known_at=NOW) == [[]]


@pytest.mark.parametrize("text", ["", "soon", "19-02-2020", "01/02/2020"])
def test_an_unreadable_date_gives_no_warning(text):
    """The text of the list stays as it is."""
    assert codes(world(revision(1), revision(2, cpa_number="[E] X1", cpa_date=text), declaration(2, 1))) == [[]]


@pytest.mark.parametrize("status", ["Current", "Removed"])
def test_ambiguous_version(status):
    """Another image of this device model has the same version."""
    known = world(*PLAIN, revision(7, fw=2, image=7, status=status))
    assert codes(known) == [["ambiguous-version"]]
    assert "000007" in warnings_by_step(known)[0]["ambiguous-version"]


def test_a_version_is_not_ambiguous_for_a_twin_or_another_device_model():
    """A twin is the same image; and the version of the base does not matter."""
    known = world(*PLAIN, revision(6, fw=2, image=2), revision(7, "B", fw=2), revision(8, fw=1, image=8))
    assert codes(known) == [[]]


@pytest.mark.parametrize(("base", "target"), [(9, 2), (1, 6), (9, 6)])
def test_by_twin(base, target):
    """The declared pair is another one, and both ends are twins of its entries."""
    known = world(*PLAIN, revision(9, fw=1, image=1), revision(6, fw=2, image=2))
    assert codes(known, base, target) == [["by-twin"]]
    assert codes(known, 1, 2) == [[]]


ONE_IMAGE = "the same image listed twice."
NO_PROOF = "listed with the same version and no image hash, so nothing proves that they are one."


@pytest.mark.parametrize(
    ("base_image", "target_image", "proofs"),
    [
        (1, 2, {(9, 2): ONE_IMAGE, (1, 6): ONE_IMAGE, (9, 6): ONE_IMAGE}),
        ("", 2, {(9, 2): NO_PROOF, (1, 6): ONE_IMAGE, (9, 6): NO_PROOF}),
        (1, "", {(9, 2): ONE_IMAGE, (1, 6): NO_PROOF, (9, 6): NO_PROOF}),
        ("", "", {(9, 2): NO_PROOF, (1, 6): NO_PROOF, (9, 6): NO_PROOF}),
    ],
)
def test_by_twin_claims_one_image_only_with_a_hash(base_image, target_image, proofs):
    """The end that the declaration does not name must have a hash."""
    bases = [revision(number, fw=1, image=base_image) for number in (1, 9)]
    targets = [revision(number, fw=2, image=target_image) for number in (2, 6)]
    known = world(*bases, *targets, declaration(2, 1))
    said = {pair: warnings_by_step(known, *pair)[0]["by-twin"] for pair in proofs}
    whose = {(9, 2): ", with a twin of 000009 as its base", (1, 6): "", (9, 6): ""}
    assert said == {pair: f"Declared for 000002{whose[pair]}: {proof}" for pair, proof in proofs.items()}


def test_cycle():
    """Each end can be reached from the other, over any number of steps."""
    known = world(*PLAIN, revision(3), declaration(3, 2), declaration(1, 3))
    assert codes(known) == [["cycle"]]
    assert codes(known, 1, 3) == [["cycle"], ["cycle"]]


def test_no_cycle_through_a_removed_entry():
    """Except in a question through removed entries."""
    known = world(revision(1, status="Removed"), *PLAIN[1:], declaration(1, 2))
    assert codes(known) == [["removed-base"]]
    assert codes(known, through_removed=True) == [["removed-base", "cycle"]]


def believed(number, model="FE01-00010101", fw=None, image=None, since=FIRST, until=END):
    """The identity that was recorded for an entry over an interval of recorded time."""
    return RecordedIdentity(since, until, (model, f"{fw or number:0>8}", f"{image or number:0>64}"))


@pytest.mark.parametrize("entry", [1, 2])
@pytest.mark.parametrize("before", [{"model": "FE01-00020101"}, {"fw": "7"}, {"image": "7"}])
def test_old_declaration(entry, before):
    """The recorded device model, version or hash of an end was different when the step was declared."""
    beliefs = {f"{entry:06}": [believed(entry, **before, until=THIRD), believed(entry, since=THIRD)]}
    old = world(*PLAIN[:2], declaration(2, 1, declared=SECOND), beliefs=beliefs)
    new = world(*PLAIN[:2], declaration(2, 1, declared=THIRD), beliefs=beliefs)
    assert codes(old) == [["old-declaration"]]
    assert f"{entry:06}" in warnings_by_step(old)[0]["old-declaration"]
    assert codes(new) == [[]]


def test_an_unchanged_end_gives_no_old_declaration():
    """Nor does an end that was not recorded yet."""
    beliefs = {"000001": [believed(1)], "000002": [believed(2, fw="7", since=THIRD)]}
    assert codes(world(*PLAIN[:2], declaration(2, 1, declared=SECOND), beliefs=beliefs)) == [[]]


def test_a_declaration_is_old_if_the_shown_base_changed():
    """The declaration also names a twin that did not change."""
    beliefs = {"000009": [believed(9, fw="7", until=THIRD), believed(9, fw="1", image="1", since=THIRD)]}
    twins = [revision(1), revision(9, fw=1, image=1), revision(2)]
    known = world(*twins, declaration(2, 1, 9, declared=SECOND), beliefs=beliefs)
    assert way(ask(known, 9, 2)) == ["000009", "000002"]
    assert codes(known, 9, 2) == [["old-declaration"]]


@pytest.mark.parametrize(("image", "proof"), [(1, ONE_IMAGE), ("", NO_PROOF)])
def test_a_declared_base_that_awaits_acceptance_gives_no_step(image, proof):
    """Only its twin is accepted: the step comes by that twin, whose identity alone can make the declaration old."""
    twins = [revision(number, "B", fw=1, image=image) for number in (1, 9)]
    past = believed(1, model="FE01-00020101", fw="7", until=THIRD)
    known = world(
        *twins, revision(2), declaration(2, 1, 9, declared=SECOND), acceptance(9, 2), beliefs={"000001": [past]}
    )
    said = warnings_by_step(known)[0]
    assert said["by-twin"] == f"Declared for 000002, with a twin of 000001 as its base: {proof}"
    assert list(said) == ["identity-change", "by-twin"]


def test_warnings_come_in_the_order_of_the_contract():
    """Whatever their number."""
    target = revision(2, image="", image_descriptor="Fragment 1 of 2", cpa_number="[E] X1", cpa_date="2020-01-01")
    known = world(
        *[revision(1, "B", status="Removed"), target, revision(7, fw=2), declaration(2, 1), acceptance(1, 2)],
        *[declaration(1, 2), acceptance(2, 1, "A", "B")],
        beliefs={"000001": [believed(1, fw="7")]},
    )
    assert codes(known, through_removed=True) == [
        [
            *["removed-base", "identity-change", "no-image", "fragment", "certificate-date-passed"],
            *["ambiguous-version", "cycle", "old-declaration"],
        ]
    ]
