"""docs/answers.md is what the service answers, on both engines."""

import pytest

from examples.answers import PAGE, _table, page
from tests.conftest import open_empty


def test_the_page_is_what_is_answered(engine, request, tmp_path_factory):
    """Written anew by `python -m examples.answers` whenever an answer changes."""
    assert page(lambda: open_empty(engine, request, tmp_path_factory.mktemp("scene"))) == PAGE.read_text("utf-8")


def test_a_code_that_no_question_shows_is_an_error():
    """So that a new one cannot be left out."""
    with pytest.raises(LookupError, match="brand-new"):
        _table("Reasons", ("known", "brand-new"), {"known": "| a row |"})
