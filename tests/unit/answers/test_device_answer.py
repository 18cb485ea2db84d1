"""The answer for a device, against the oracle and by hand."""

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from tests.reached import reached, reaching
from tests.unit.device_answers import resolve
from tests.unit.oracles.device_answer import Wanted
from tests.unit.oracles.pathway import Oracle
from tests.worlds import NOW, acceptance, declaration, revision, situations, six, world

COMBINED = ["device_model firmware_version", "manufacturer device_type"]


@st.composite
def device_questions(draw):
    """A world with different GBCS versions, an instant, a device by some attributes of an entry, and a target."""
    known, at = draw(situations(most=8))
    versions = {n: draw(st.sampled_from(["", *["GBCS Version 2.0", "GBCS Version 4.1"] * 2])) for n in known.numbers}
    rows = [row.model_copy(update={"gbcs_version": versions[row.entry]}) for row in known.revisions]
    known = world(*rows, *known.declarations, *known.acceptances, beliefs=known.beliefs)
    oracle = Oracle(known, at, through_removed=draw(st.booleans()))
    numbers = sorted(oracle.entries)
    if not numbers:
        return known, at, Wanted(oracle, {"image_hash": {"0" * 64}}, None)
    wanted = Wanted(oracle, {}, draw(st.sampled_from([None, None, *numbers])))
    meant = draw(st.sampled_from(numbers))
    names = draw(st.sampled_from(["image_hash", "firmware_version", "device_model", *COMBINED, "", ""]))
    names = {*names.split(), *draw(st.sets(st.sampled_from(["gbcs_version", "device_type"]), max_size=1))}
    said = {name: {value} for name in names if (value := wanted.value(meant, name))}
    if "device_type" in said and draw(st.booleans()):
        said["device_type"] |= {"Communications Hub"}
    if draw(st.sampled_from([True, False, False])):
        said |= {draw(st.sampled_from(["gbcs_version", "device_type"])): {"9.9"}}
    return known, at, Wanted(oracle, said, wanted.to)


def small_question(to=None, **said):
    """A device in a small world: 1 leads to 2, and 3 to nothing; each entry has another image."""
    known = world(revision(1), revision(2), revision(3), declaration(1), declaration(2, 1), declaration(3))
    return known, NOW, Wanted(Oracle(known, NOW), {name: {value} for name, value in said.items()}, to)


@reaching("no match", "several answers", "one answer", "to one", "to all", "only but for a remark", "reasons")
@given(device_questions())
@example(small_question(image_hash="F" * 64))
@example(small_question(manufacturer="FE01", device_type="Gas Smart Meter"))
@example(small_question(image_hash=f"{1:0>64}"))
@example(small_question(image_hash=f"{1:0>64}", device_type="Communications Hub"))
@example(small_question(image_hash=f"{3:0>64}"))
@example(small_question(image_hash=f"{1:0>64}", to=six(2)))
@example(small_question(image_hash=f"{1:0>64}", gbcs_version="9.9"))
def test_a_device_is_resolved_as_by_the_oracle(question):
    """Matches, twins, agreement, outcome, targets, heads and the separating attribute."""
    known, at, wanted = question
    oracle = wanted.oracle
    answer = resolve(known, wanted.said, wanted.to, at, oracle.through_removed)
    event(f"{answer.outcome} to {'one' if wanted.to else 'all'}")
    bases = sorted(wanted.matches)
    if wanted.allowed:
        reached("only but for a remark")
    differing = sorted({name.replace("_", "-") for number in wanted.entries for name in wanted.differing(number)})
    assert [remark.code for remark in answer.remarks] == [f"{name}-differs" for name in differing]
    assert [match.number for match in answer.matches] == bases
    for match in answer.matches:
        assert {match.number, *match.twins} == wanted.matches[match.number]
        assert (match.outcome, match.standing) == (wanted.outcome(match.number), wanted.standing(match.number))
    if not bases:
        reached("no match")
        assert answer.outcome in ("unknown-device", "unknown-firmware")
    elif len(wanted.answers) > 1:
        reached("several answers")
        assert (answer.outcome, answer.pathway, answer.targets) == ("ambiguous", None, None)
        event(f"separated by {answer.separates.attribute}")
        parts = {part.value: part.matches for part in answer.separates.values}
        assert (answer.separates.attribute, parts) == wanted.separates()
        assert answer.separates.attribute in answer.advice
    else:
        reached("one answer")
        assert_one_answer(answer, wanted, bases)


def assert_one_answer(answer, wanted, bases):
    """All matches agree, and the answer is that of each match."""
    [(outcome, ways, standing)] = wanted.answers
    assert (answer.outcome, answer.separates, answer.standing) == (outcome, None, standing)
    if standing and standing != "onward":
        reached("reasons")
        assert {reason.code: reason.entries for reason in answer.reasons} == wanted.reasons(bases[0])
        assert answer.reasons
    else:
        assert answer.reasons == []
    reached("to one" if wanted.to else "to all")
    if wanted.to:
        assert answer.pathway.from_ == bases[0]
        assert tuple(step.target for step in answer.pathway.steps) == ways
        assert (answer.targets, answer.heads) == (None, None)
    else:
        assert tuple((item.entry, item.steps) for item in answer.targets) == ways
        assert answer.heads == sorted({number for base in bases for number in wanted.heads(base)})
        assert answer.pathway is None


def test_twins_are_one_match():
    """Twins have one answer; the lowest listed number represents them, whatever its GBCS version."""
    twin = {"fw": 9, "image": "9"}
    known = world(
        revision(1, status="Removed", **twin), revision(2, gbcs_version="GBCS Version 2.0", **twin),
        revision(3, gbcs_version="GBCS Version 2.1", **twin), revision(4), declaration(4, 1),
    )  # fmt: skip
    answer = resolve(known, {"firmware_version": "00000009"}, six(4))
    assert (answer.outcome, [(m.number, m.twins) for m in answer.matches]) == (
        "route",
        [("000002", ["000001", "000003"])],
    )
    later = resolve(known, {"firmware_version": "00000009", "gbcs_version": "2.1"}, six(4))
    assert [(m.number, m.twins) for m in later.matches] == [("000003", ["000001", "000002"])]


def test_two_pathways_to_one_target_are_two_answers():
    """One meter needs an intermediate step and the other does not, so the answer has no pathway."""
    same = {"fw": 9}
    known = world(
        revision(1, **same), revision(2, **same), revision(3), revision(4),
        declaration(3, 1), declaration(4, 3, 2), declaration(1), declaration(2),
    )  # fmt: skip
    answer = resolve(known, {"firmware_version": "00000009"}, six(4))
    assert {match.outcome for match in answer.matches} == {"route"}
    assert (answer.outcome, answer.pathway) == ("ambiguous", None)
    assert answer.separates.attribute == "image_hash"
    assert [part.matches for part in answer.separates.values] == [["000001"], ["000002"]]


def test_one_pathway_from_two_matches_is_one_answer():
    """The same step from a removed and from a listed entry; each match has its own warnings."""
    same = {"fw": 9}
    known = world(
        revision(1, **same), revision(2, status="Removed", **same), revision(4),
        declaration(4, 1, 2), declaration(1), declaration(2),
    )  # fmt: skip
    answer = resolve(known, {"firmware_version": "00000009"}, six(4))
    assert (answer.outcome, answer.pathway.from_, [s.target for s in answer.pathway.steps]) == (
        "route",
        "000001",
        ["000004"],
    )
    codes = {match.number: {warning.code for warning in match.warnings} for match in answer.matches}
    assert "removed-base" in codes["000002"] - codes["000001"]


def test_a_removed_entry_is_a_match():
    """It is never a head, even if nothing can be reached from it."""
    known = world(revision(1, status="Removed"), revision(2), declaration(2, 1))
    answer = resolve(known, {"image_hash": f"{1:0>64}"})
    assert (answer.outcome, [item.entry for item in answer.targets], answer.heads) == ("route", ["000002"], ["000002"])
    alone = resolve(world(revision(1, status="Removed"), declaration(1)), {"image_hash": f"{1:0>64}"})
    assert (alone.outcome, alone.targets, alone.heads) == ("none", [], [])


def test_heads_are_all_ends_and_no_cycle():
    """Two final entries are two heads, in the order of their numbers; a cycle has none."""
    known = world(
        *map(revision, range(1, 7)), declaration(1), *(declaration(n, 1) for n in (3, 2)), declaration(4, 1, 5)
    )
    known = world(*known.revisions, *known.declarations, declaration(5, 4), declaration(6))
    answer = resolve(known, {"firmware_version": f"{1:0>8}"})
    assert answer.heads == ["000002", "000003"]
    assert [(item.entry, item.steps) for item in answer.targets] == [(six(n), 1 if n < 5 else 2) for n in range(2, 6)]
    itself = resolve(known, {"firmware_version": f"{3:0>8}"})
    assert (itself.outcome, itself.targets, itself.heads) == ("none", [], ["000003"])


def test_a_head_may_lead_on_through_removed_entries():
    """Removed entries count only if the question goes through them."""
    known = world(revision(1), revision(2, status="Removed"), declaration(1), declaration(2, 1))
    assert resolve(known, {"firmware_version": f"{1:0>8}"}).heads == ["000001"]
    through = resolve(known, {"firmware_version": f"{1:0>8}"}, through_removed=True)
    assert ([item.entry for item in through.targets], through.heads) == (["000002"], [])


def test_without_targets_a_missing_declaration_gives_unknown():
    """An undeclared entry counts only if it is of the same device model."""
    said = {"firmware_version": f"{1:0>8}"}
    answer = resolve(world(revision(1), declaration(1), revision(2)), said)
    assert (answer.outcome, answer.targets, answer.heads) == ("unknown", [], ["000001"])
    assert "ask the manufacturer" in answer.advice
    assert resolve(world(revision(1), declaration(1), revision(2, "B")), said).outcome == "none"


def test_a_blank_gbcs_version_fits_every_version():
    """Both entries match, and the image hash separates them."""
    same = {"fw": 9}
    known = world(
        revision(1, gbcs_version="GBCS Version 2.0", **same), revision(2, gbcs_version="", **same),
        revision(3, gbcs_version="GBCS Version 2.1", **same), revision(4), declaration(4, 1), declaration(1),
    )  # fmt: skip
    answer = resolve(known, {"firmware_version": "00000009", "gbcs_version": "2.0"}, six(4))
    assert [match.number for match in answer.matches] == ["000001", "000002"]
    assert answer.separates.attribute == "image_hash"


def test_the_attribute_with_the_fewest_answers_separates():
    """Of three answers, the type leaves two and the image none. Ties follow the order of the JSON."""
    same = {"fw": 9, "image": "9"}
    known = world(
        revision(1, "A", **same), revision(2, "B", **same), revision(3, "D", **same), revision(4), revision(5, "B"),
        declaration(4, 1), declaration(5, 2), declaration(1), declaration(2), declaration(3),
    )  # fmt: skip
    answer = resolve(known, {"image_hash": f"{9:0>64}"})
    assert answer.separates.attribute == "device_model"
    two = world(revision(1, "A", **same), revision(3, "D", **same), revision(4), declaration(4, 1), declaration(3))
    assert resolve(two, {"image_hash": f"{9:0>64}"}).separates.attribute == "device_type"
    several = resolve(two, {"firmware_version": "00000009", "device_type": ["Gas Smart Meter", "Communications Hub"]})
    assert several.separates.attribute == "device_type"


def test_matches_of_two_device_models_can_agree():
    """One image on two device models; from both, the same entry is next by an accepted step."""
    same = {"fw": 9, "image": "9"}
    known = world(
        revision(1, "A", **same), revision(2, "B", **same), revision(4), declaration(4, 1, 2), declaration(1),
        acceptance(2, 4),
    )  # fmt: skip
    answer = resolve(known, {"image_hash": f"{9:0>64}"}, six(4))
    assert (answer.outcome, len(answer.matches)) == ("route", 2)
    assert [[w.code for w in match.warnings] for match in answer.matches] == [[], ["identity-change"]]


def test_a_status_that_differs_only_gives_a_remark():
    """The rest of the answer is the same."""
    known, said = world(revision(1, status="Removed"), revision(2), declaration(2, 1)), {"image_hash": f"{1:0>64}"}
    plain = resolve(known, said)
    assert resolve(known, said, statuses=("Expired", "Cancelled")) == plain
    [remark] = (told := resolve(known, said, statuses=("Active",))).remarks
    assert (remark.code, "Active" in remark.text, "000001 as Removed" in remark.text) == ("status-differs", True, True)
    assert told.model_copy(update={"remarks": []}) == plain


NAMED = {"manufacturer": "FE01", "device_model": "00010101", "firmware_version": f"{1:0>8}"}


@pytest.mark.parametrize("said", [NAMED, {"image_hash": f"{1:0>64}"}], ids=["by name", "by image"])
def test_a_device_that_is_known_is_not_unknown(said):
    """Another GBCS version or device type than the only match has is a remark each; the answer stands."""
    known = world(revision(1, gbcs_version="GBCS Version 2.0"), revision(2), declaration(1), declaration(2, 1))
    plain = resolve(known, said, six(2))
    told = resolve(known, said | {"gbcs_version": "3.2", "device_type": "Communications Hub"}, six(2))
    assert [(remark.code, remark.text) for remark in told.remarks] == [
        (
            "device-type-differs",
            "The inventory says device type Communications Hub; the list in force has 000001 with "
            f"{known.revisions[0].device_type}.",
        ),
        (
            "gbcs-version-differs",
            "The inventory says GBCS version 3.2; the list in force has 000001 with 2.0.",
        ),
    ]
    assert (plain.outcome, told.model_copy(update={"remarks": []})) == ("route", plain)


def test_another_image_is_another_firmware():
    """A hash that contradicts the only match is no remark, and neither is another version."""
    known = world(revision(1), declaration(1))
    for name, value in (("image_hash", "F" * 64), ("firmware_version", "0000FFFF")):
        answer = resolve(known, NAMED | {name: value})
        assert (answer.outcome, answer.remarks, len(answer.known)) == ("unknown-firmware", [], 1)


def test_only_one_match_may_differ():
    """Of two images of the version, neither is meant; nor is the only entry of a version or a device model."""
    said = {"device_type": "Communications Hub"}
    two = world(revision(1, image="A"), revision(2, fw=1, image="B"), declaration(1))
    assert resolve(two, NAMED | said).outcome == "unknown-firmware"
    one = world(revision(1), declaration(1))
    assert resolve(one, {"firmware_version": f"{1:0>8}"} | said).outcome == "unknown-device"
    assert resolve(one, {"device_model": "00010101"} | said).outcome == "unknown-firmware"
    assert resolve(one, NAMED | said).outcome == "none"


def test_unused_fields_are_named():
    """In every answer, matched or not; without values."""
    for said in (NAMED, NAMED | {"firmware_version": "0000FFFF"}, {"image_hash": "F" * 64}):
        [remark] = resolve(world(revision(1), declaration(1)), said, unused=("UPRN", "DeviceID")).remarks
        assert (remark.code, remark.text) == ("not-used", "No answer depends on UPRN and DeviceID.")


def test_an_unknown_device_says_who_else_has_the_model():
    """Entries of the eight digits under another code are known, those that fit otherwise possible; none is used."""
    known = world(revision(1), revision(2), declaration(1), declaration(2, 1))
    answer = resolve(known, NAMED | {"manufacturer": "FE09"}, six(2))
    assert (answer.outcome, answer.matches) == ("unknown-device", [])
    assert [entry.number for entry in answer.known] == ["000001", "000002"]
    assert [entry.number for entry in answer.possible] == ["000001"]
    assert "under manufacturer code FE01, which the service has not used" in answer.advice
    alone = resolve(known, NAMED | {"device_model": "99990101"})
    assert (alone.outcome, alone.known, alone.possible, "FE01" in alone.advice) == ("unknown-device", [], [], False)


KNOWN = [revision(1, fw="00041001"), revision(2, fw="00040A01", gbcs_version="GBCS Version 2.0"), revision(3, fw="10")]


def test_an_unknown_firmware_gives_the_known_entries():
    """All entries of the device model; another spelling of the version is possible, but not used."""
    said = {"device_model": "00010101", "manufacturer": "FE01"}
    answer = resolve(world(*KNOWN[1:]), said | {"firmware_version": "00041001"}, six(3))
    assert (answer.outcome, answer.matches, answer.pathway) == ("unknown-firmware", [], None)
    assert [entry.number for entry in answer.known] == ["000002", "000003"]
    assert [entry.number for entry in answer.possible] == ["000002"]
    assert "service request 11.2" in answer.advice
    assert "not used" in answer.advice
    other = resolve(world(*KNOWN[1:]), said | {"firmware_version": "0000FFFF"})
    assert (other.outcome, other.possible, "not used" in other.advice) == ("unknown-firmware", [], False)


def test_a_spelling_on_the_list_is_used_as_it_is():
    """With both spellings on the list, there is no possible entry."""
    answer = resolve(world(*KNOWN), {"device_model": "00010101", "firmware_version": "00041001"})
    assert ([match.number for match in answer.matches], answer.possible) == (["000001"], [])


def test_a_possible_spelling_must_agree_with_all_other_attributes():
    """An entry with another GBCS version is not possible."""
    said = {"device_model": "00010101", "firmware_version": "00041001", "gbcs_version": "4.1"}
    answer = resolve(world(*KNOWN[1:]), said)
    assert (answer.outcome, len(answer.known), answer.possible) == ("unknown-firmware", 2, [])


@pytest.mark.parametrize("said", [{"image_hash": "F" * 64}, {"firmware_version": "FFFFFFFF"}])
def test_without_a_device_model_no_entries_are_known(said):
    """The service guesses nothing; the advice says how to check the device."""
    answer = resolve(world(*KNOWN), said)
    assert (answer.outcome, answer.known, answer.possible) == ("unknown-device", [], [])
    assert "service request 11.2" in answer.advice
