"""Every fixed sentence of the answer for a device is read back, and compared with the facts and the outcome."""

from typing import get_args

from hypothesis import example, given, settings

from service.schemas.responses.devices import RemarkCode, ResolveOutcome
from tests.properties import share
from tests.reached import reaching
from tests.unit.answers.test_device_answer import device_questions, small_question
from tests.unit.device_answers import resolve
from tests.unit.oracles.device_answer import Wanted
from tests.unit.oracles.pathway import Oracle
from tests.unit.sentences.devices import ADVICE, REMARKS, STATUS, UNUSED, DeviceCase
from tests.worlds import NOW, declaration, revision, world

MODEL = {"device_model": {"00010101"}}


def question(*facts, **said):
    """A device in a world of these facts."""
    known = world(*facts)
    return known, NOW, Wanted(Oracle(known, NOW), {name: {value} for name, value in said.items()}, None)


def test_every_code_has_its_claims():
    """An outcome without advice is one of a pathway; a remark that is new has no claim here."""
    assert set(get_args(ResolveOutcome)) == {*ADVICE.sentences, "route", "none", "already-there"}
    assert REMARKS.sentences.keys() == set(get_args(RemarkCode))


@reaching(*ADVICE.cases, *REMARKS.cases)
@settings(max_examples=share(5, 5))
@given(device_questions())
@example(small_question(image_hash="F" * 64))
@example(small_question(manufacturer="FE01", device_type="Gas Smart Meter"))
@example(small_question(image_hash=f"{1:0>64}", device_type="Communications Hub"))
@example(question(revision(1, gbcs_version="GBCS Version 2.0"), image_hash=f"{1:0>64}", gbcs_version="9.9"))
@example(question(revision(1), manufacturer="FE02", device_model="00010101"))
@example(question(revision(1, fw="10"), manufacturer="FE01", device_model="00010101", firmware_version="0000000A"))
@example(question(revision(1), revision(2), declaration(1), firmware_version=f"{1:0>8}"))
@example(question(revision(1, status="Removed"), declaration(1), firmware_version=f"{1:0>8}"))
def test_devices(asked):
    """Of all outcomes; the inventory gives a status, and a field on which nothing depends."""
    known, at, wanted = asked
    found = resolve(known, wanted.said, wanted.to, at, wanted.oracle.through_removed, (STATUS,), (UNUSED,))
    case = DeviceCase(wanted, found)
    if found.outcome in ADVICE.sentences:
        ADVICE.check(found.outcome, found.advice, case)
    else:
        assert found.advice is None
    for remark in found.remarks:
        REMARKS.check(remark.code, remark.text, case)
