"""Warnings on a step: they inform, they do not choose. One behaviour each."""

from datetime import UTC, datetime, timedelta

import pytest

from service.domain.clock import END
from service.rules.pathfinding.snapshot import IdentityBelief
from tests.unit.questions import ask, way
from tests.worlds import DATES, NOW, acceptance, declaration, revision, world

FIRST, SECOND, THIRD, FOURTH = DATES
PLAIN = [revision(1), revision(2), declaration(2, 1)]


def warned(known, base=1, target=2, **question):
    """Code and text of each warning, step by step."""
    answer = ask(known, base, target, **question)
    assert answer.outcome == "route"
    return [{said.code: said.text for said in step.warnings} for step in answer.steps]


def codes(known, base=1, target=2, **question):
    """The codes alone."""
    return [list(said) for said in warned(known, base, target, **question)]


def test_a_plain_step_has_no_warnings():
    """Nothing to say is said as nothing."""
    assert codes(world(*PLAIN)) == [[]]


def test_removed_base():
    """The meter runs what is no longer listed; the same on the way, where that was asked for."""
    assert codes(world(revision(1, status="Removed"), *PLAIN[1:])) == [["removed-base"]]
    on_the_way = [revision(3, status="Removed"), declaration(3, 1), revision(2), declaration(2, 3)]
    assert codes(world(revision(1), *on_the_way), through_removed=True) == [[], ["removed-base"]]


def test_a_removed_base_with_a_listed_twin_is_listed():
    """The image is still on the list."""
    twins = [revision(1, status="Removed"), revision(9, fw=1, image=1)]
    assert codes(world(*twins, *PLAIN[1:])) == [[]]


def test_identity_change():
    """An accepted step to another device model says from which to which."""
    known = world(revision(1, "B"), *PLAIN[1:], acceptance(1, 2))
    text = warned(known)[0]["identity-change"]
    assert "FE01-00020101" in text
    assert "FE01-00010101" in text


def test_no_image():
    """Nothing to hash: the step is told, its hash is not."""
    known = world(revision(1), revision(2, image=""), declaration(2, 1))
    assert codes(known) == [["no-image"]]
    assert ask(known, 1, 2).steps[0].image_hash is None


def test_a_base_without_an_image_is_no_warning():
    """It runs already."""
    assert codes(world(revision(1, image=""), *PLAIN[1:])) == [[]]


@pytest.mark.parametrize(("part", "stop"), [(1, True), (2, False)])
def test_fragment(part, stop):
    """k of n; do not stop at any but the last."""
    known = world(revision(1), revision(2, image_descriptor=f"Fragment {part} of 2 of 4.8.0"), declaration(2, 1))
    text = warned(known)[0]["fragment"]
    assert f"{part} of 2" in text
    assert ("not stop here" in text) is stop


def test_a_whole_image_is_no_fragment():
    """1 of 1 is all of it; and it is the target that is looked at."""
    known = world(
        revision(1, image_descriptor="Fragment 1 of 2"), revision(2, image_descriptor="Fragment 1 of 1"), PLAIN[2]
    )
    assert codes(known) == [[]]


def test_a_fragment_is_told_though_only_a_twin_is_described_as_one():
    """One image listed twice is a fragment under either number: a meter must not be left on it."""
    twins = [revision(2), revision(6, fw=2, image=2, image_descriptor="Fragment 1 of 2 of 4.8.0")]
    assert codes(world(revision(1), *twins, declaration(2, 1))) == [["fragment"]]


@pytest.mark.parametrize(("number", "word"), [("[E] X1", "expiry"), ("[R] X1", "review"), ("X1", "certificate date")])
def test_certificate_date_passed(number, word):
    """Expiry or review told apart, and that it may have been renewed since."""
    known = world(revision(1), revision(2, cpa_number=number, cpa_date="2023-06-30"), declaration(2, 1))
    text = warned(known)[0]["certificate-date-passed"]
    assert word in text
    assert "renewed" in text


def test_a_certificate_date_is_compared_with_the_date_of_at():
    """Before that date: not on the day itself, whatever the hour; and `at` counts, not the day of asking."""
    known = world(revision(1), revision(2, cpa_number="[E] X1", cpa_date="2023-06-30"), declaration(2, 1))
    last_hour = datetime(2023, 6, 30, 23, 59, tzinfo=UTC)
    assert codes(known, at=last_hour) == [[]]
    assert codes(known, at=last_hour + timedelta(minutes=1)) == [["certificate-date-passed"]]
    assert codes(known, at=THIRD, known_at=NOW) == [[]]


@pytest.mark.parametrize("text", ["", "soon", "19-02-2020", "01/02/2020"])
def test_what_is_no_date_proves_nothing(text):
    """It stays as the list has it."""
    assert codes(world(revision(1), revision(2, cpa_number="[E] X1", cpa_date=text), declaration(2, 1))) == [[]]


@pytest.mark.parametrize("status", ["Current", "Removed"])
def test_ambiguous_version(status):
    """Another image of this device model goes by the target's version: who names the version names both."""
    known = world(*PLAIN, revision(7, fw=2, image=7, status=status))
    assert codes(known) == [["ambiguous-version"]]
    assert "000007" in warned(known)[0]["ambiguous-version"]


def test_a_version_is_not_ambiguous_for_a_twin_or_another_device_model():
    """One is the same image, the other is other hardware; and the base's version is not the question."""
    known = world(*PLAIN, revision(6, fw=2, image=2), revision(7, "B", fw=2), revision(8, fw=1, image=8))
    assert codes(known) == [[]]


@pytest.mark.parametrize(("base", "target"), [(9, 2), (1, 6), (9, 6)])
def test_by_twin(base, target):
    """The pair declared is another one, of which these two are twins."""
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
def test_by_twin_says_one_image_only_where_a_hash_proves_it(base_image, target_image, proofs):
    """The end that is not declared itself must have a hash; the hash of the other end proves nothing about it."""
    bases = [revision(number, fw=1, image=base_image) for number in (1, 9)]
    targets = [revision(number, fw=2, image=target_image) for number in (2, 6)]
    known = world(*bases, *targets, declaration(2, 1))
    said = {pair: warned(known, *pair)[0]["by-twin"] for pair in proofs}
    whose = {(9, 2): ", with a twin of 000009 as its base", (1, 6): "", (9, 6): ""}
    assert said == {pair: f"Declared for 000002{whose[pair]}: {proof}" for pair, proof in proofs.items()}


def test_cycle():
    """Both ends reach each other, over however many steps."""
    known = world(*PLAIN, revision(3), declaration(3, 2), declaration(1, 3))
    assert codes(known) == [["cycle"]]
    assert codes(known, 1, 3) == [["cycle"], ["cycle"]]


def test_no_cycle_through_what_may_not_be_entered():
    """A removed base can be left, not reached again, unless removed entries may be stepped to."""
    known = world(revision(1, status="Removed"), *PLAIN[1:], declaration(1, 2))
    assert codes(known) == [["removed-base"]]
    assert codes(known, through_removed=True) == [["removed-base", "cycle"]]


def was(number, model="FE01-00010101", fw=None, image=None, since=FIRST, until=END):
    """What was believed of an entry of device model A over a stretch of recorded time."""
    return IdentityBelief(since, until, (model, f"{fw or number:0>8}", f"{image or number:0>64}"))


@pytest.mark.parametrize("entry", [1, 2])
@pytest.mark.parametrize("before", [{"model": "FE01-00020101"}, {"fw": "7"}, {"image": "7"}])
def test_old_declaration(entry, before):
    """Device model, version or hash of either end was believed to be another when the step was declared."""
    beliefs = {f"{entry:06}": [was(entry, **before, until=THIRD), was(entry, since=THIRD)]}
    old = world(*PLAIN[:2], declaration(2, 1, declared=SECOND), beliefs=beliefs)
    new = world(*PLAIN[:2], declaration(2, 1, declared=THIRD), beliefs=beliefs)
    assert codes(old) == [["old-declaration"]]
    assert f"{entry:06}" in warned(old)[0]["old-declaration"]
    assert codes(new) == [[]]


def test_an_end_that_was_as_it_is_does_not_make_a_declaration_old():
    """Nor does one that was not known yet: there was nothing to change."""
    beliefs = {"000001": [was(1)], "000002": [was(2, fw="7", since=THIRD)]}
    assert codes(world(*PLAIN[:2], declaration(2, 1, declared=SECOND), beliefs=beliefs)) == [[]]


def test_a_declaration_is_old_though_the_base_shown_has_a_twin_that_did_not_change():
    """The declaration names both; the one that is shown as the base was another image when it was named."""
    beliefs = {"000009": [was(9, fw="7", until=THIRD), was(9, fw="1", image="1", since=THIRD)]}
    twins = [revision(1), revision(9, fw=1, image=1), revision(2)]
    known = world(*twins, declaration(2, 1, 9, declared=SECOND), beliefs=beliefs)
    assert way(ask(known, 9, 2)) == ["000009", "000002"]
    assert codes(known, 9, 2) == [["old-declaration"]]


def test_warnings_come_in_the_order_of_the_contract():
    """However many hold."""
    target = revision(2, image="", image_descriptor="Fragment 1 of 2", cpa_number="[E] X1", cpa_date="2020-01-01")
    known = world(
        *[revision(1, "B", status="Removed"), target, revision(7, fw=2), declaration(2, 1), acceptance(1, 2)],
        *[declaration(1, 2), acceptance(2, 1, "A", "B")],
        beliefs={"000001": [was(1, fw="7")]},
    )
    assert codes(known, through_removed=True) == [
        [
            *["removed-base", "identity-change", "no-image", "fragment", "certificate-date-passed"],
            *["ambiguous-version", "cycle", "old-declaration"],
        ]
    ]
