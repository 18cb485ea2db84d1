"""docs/answers.md shows the answers of the service, on both engines."""

import pytest

from examples.answers import PAGE, _table, page
from tests.conftest import open_empty


def test_the_page_shows_the_answers_of_the_service(engine, request, tmp_path_factory):
    """`python -m examples.answers` writes the page again when an answer changes."""
    assert page(lambda: open_empty(engine, request, tmp_path_factory.mktemp("scene"))) == PAGE.read_text("utf-8")


def test_a_code_without_an_example_is_an_error():
    """A new code must appear on the page."""
    with pytest.raises(LookupError, match="brand-new"):
        _table("Reasons", ("known", "brand-new"), {"known": "| a row |"})
