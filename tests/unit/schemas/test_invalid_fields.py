"""Validation errors are told in the words of this service, whichever of pydantic's errors it is."""

import re

import pytest
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticUndefined
from pydantic_core._pydantic_core import list_all_errors

from service.schemas.invalid_fields import invalid_fields, validation_sentence, visible
from service.schemas.requests.amendments import AmendmentRequest
from service.schemas.requests.bodies import BatchQuestion
from service.schemas.requests.edits import ImpactQuestion
from service.schemas.requests.files import ListLoadQuestion
from service.schemas.requests.filters import EntrySearchQuestion, FindingsQuestion
from service.schemas.requests.plan_check import PlanQuestion
from service.schemas.requests.proposals import ProposalAcceptance
from service.schemas.requests.queries import PathwayQuestion
from service.schemas.requests.zigbee import DeviceExposureQuestion

ERRORS = {error["type"]: error for error in list_all_errors()}
PHRASES = re.compile(
    r"\b(Input|Value error|Field required|unable to (parse|interpret)|should (be|have|match)|valid (boolean|integer"
    r"|string|list|dictionary)|Extra inputs|Unable"
    r"|Assertion failed|pydantic|instance of|NoneType|literal|constrained)\b"
)


def sentence(model: type[BaseModel], value: object) -> str:
    """What a caller reads who sends this value."""
    with pytest.raises(ValidationError) as wrong:
        model.model_validate(value)
    return validation_sentence(invalid_fields(wrong.value.errors()))


ASK = {"from": "1", "to": "2"}
EDIT = {"entry": "1", "bases": []}
SAID = {"by": "a", "reason": "b"}
TOLD = [
    (PathwayQuestion, ASK | {"through_removed": "yes?"}, 'through_removed must be true or false, not "yes?"'),
    (PathwayQuestion, ASK | {"alternatives": 11}, "alternatives must be at most 10, not 11"),
    (PathwayQuestion, ASK | {"alternatives": "two"}, 'alternatives must be a whole number, not "two"'),
    (PathwayQuestion, {"from": "1"}, "to is missing"),
    (PathwayQuestion, ASK | {"colour": "red"}, "colour is not known here: check its spelling, or leave it out"),
    (PathwayQuestion, ASK | {"from": None}, "from must be text, not null"),
    (PathwayQuestion, [], "request must be an object, not a list"),
    (EntrySearchQuestion, {"status": "listed"}, 'status must be Current or Removed, not "listed"'),
    (EntrySearchQuestion, {"q": "x" * 201}, "q must have at most 200 characters"),
    (FindingsQuestion, {"severity": "bad"}, 'severity must be wrong, missing, doubtful or notice, not "bad"'),
    (BatchQuestion, {"pairs": [["1"]]}, "pairs.0 must have at least 2 items"),
    (BatchQuestion, {"pairs": "1"}, 'pairs must be a list, not "1"'),
    (BatchQuestion, {"pairs": [], "receipts": {}}, "receipts must be true or false, not an object"),
    (BatchQuestion, {"pairs": [], "through_removed": "true"}, 'through_removed must be true or false, not "true"'),
    (PlanQuestion, {"steps": ["1"]}, "steps must have at least 2 items"),
    (PlanQuestion, {}, "request: give either steps, or a device and targets"),
    (ImpactQuestion, {"edits": [EDIT | {"entry": True}]}, "edits.0.entry must be text, not true"),
    (ImpactQuestion, {"edits": [1]}, "edits.0 must be an object, not 1"),
    (ImpactQuestion, {"edits": [{"entry": "1", "status": "x"}]}, 'edits.0.status must be Current or Removed, not "x"'),
    (AmendmentRequest, SAID | {"edits": []}, "edits must not be empty"),
    (
        AmendmentRequest,
        SAID | {"edits": [EDIT], "evidence": {"date": "x"}},
        'evidence.date must be an ISO date such as 2026-01-31, not "x"',
    ),
    (
        AmendmentRequest,
        SAID | {"edits": [EDIT], "evidence": {"date": 0}},
        "evidence.date must be an ISO date such as 2026-01-31, not 0",
    ),
    (ProposalAcceptance, SAID | {"impact": "x"}, 'impact must match the pattern ^([0-9a-f]{64})?$, not "x"'),
    (ListLoadQuestion, {"file": "a.csv", "by": ""}, "by must not be empty"),
    (
        DeviceExposureQuestion,
        {"stack_vendor": "a", "devices": [{"entry": "1", "count": 1.5}]},
        "devices.0.count must be a whole number, not 1.5",
    ),
]


@pytest.mark.parametrize(("model", "value", "expected"), TOLD, ids=[row[2][:40] for row in TOLD])
def test_a_sentence_names_the_field_what_was_expected_and_the_value(model, value, expected):
    """For every kind of error that the requests of this service can raise."""
    assert sentence(model, value) == expected


@pytest.mark.parametrize("kind", ERRORS)
def test_no_error_type_of_pydantic_leaks_its_phrase(kind):
    """Of every type that the installed pydantic knows, whether or not a model of ours raises it."""
    error = ERRORS[kind]
    context, message = error.get("example_context") or {}, error["example_message_python"]
    told = {
        "type": kind,
        "loc": ("body", "field"),
        "msg": message,
        "ctx": context,
        "input": "x",
    }
    (field,) = invalid_fields([told], prefix=1)
    if kind != "value_error":  # its message is the one of this service's own ValueError
        assert message not in field.detail
    assert not PHRASES.search(field.detail), field.detail
    assert field.where == ("body" if kind == "json_invalid" else "field")
    assert field.detail


def test_an_error_type_of_a_later_pydantic_has_a_sentence():
    """The type is not known, and its phrase does not reach the caller."""
    told = {"type": "moon_phase", "loc": ("query", "at"), "msg": "Input should be a valid moon", "input": "new"}
    (field,) = invalid_fields([told], prefix=1)
    assert (field.where, field.detail) == ("at", 'at has a value that is not accepted: "new"')


def test_long_and_invisible_values_are_shown_short_and_escaped():
    """A value cannot break the line that shows it, nor fill it."""
    assert visible("a\u202eb\u0000c\n\u2028é€") == "a\\u202eb\\x00c\\n\\u2028é€"
    text = sentence(PathwayQuestion, ASK | {"through_removed": "\u202e" + "x" * 5_000})
    assert text == f'through_removed must be true or false, not "\\u202e{"x" * 39}…"'
    assert len(sentence(PathwayQuestion, ASK | {"y" * 5_000: "1"})) < 200


def test_a_value_that_is_absent_is_not_shown():
    """FastAPI leaves out the input of some errors."""
    told = {"type": "bool_parsing", "loc": ("query", "x"), "msg": "Input should be a valid boolean"}
    assert invalid_fields([told], 1)[0].detail == "x must be true or false"
    assert invalid_fields([told | {"input": PydanticUndefined}], 1)[0].detail == "x must be true or false"
