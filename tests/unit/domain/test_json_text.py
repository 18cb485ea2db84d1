"""JSON in which a name occurs once: every repeated name is found, with its path."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.json_text import RepeatedNames, parse_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_json_without_repeated_names_is_parsed_as_by_the_library(value):
    """The same value, whatever its shape."""
    assert parse_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ('{"a": 1, "a": 1}', ["a"]),
        ('{"a": 1, "b": 2, "a": 3, "b": 4, "a": 5}', ["a", "b"]),
        ('{"edits": [{"entry": "1"}, {"entry": "1", "entry": "2"}]}', ["edits.1.entry"]),
        ('{"a": {"x": 1, "x": 2}, "b": [[{"y": 1, "y": 1}]], "a": 1}', ["a", "a.x", "b.0.0.y"]),
        ('[{"a": 1, "\\u0061": 2}]', ["0.a"]),
        ('{"a": {}, "": 1, "": 2}', [""]),
    ],
)
def test_repeated_names_are_refused_with_their_paths(text, paths):
    """Also where both values are equal, and where one name is escaped."""
    with pytest.raises(RepeatedNames) as refused:
        parse_json(text.encode())
    assert refused.value.paths == paths


def test_a_text_with_thousands_of_repeated_names_has_a_short_list():
    """The first twenty."""
    text = "[" + ",".join('{"a": 1, "a": 2}' for _ in range(5_000)) + "]"
    with pytest.raises(RepeatedNames) as refused:
        parse_json(text.encode())
    assert refused.value.paths == [f"{nth}.a" for nth in range(20)]
