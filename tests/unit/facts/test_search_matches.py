"""The attributes in which the words of a search stand."""

import pytest

from service.domain.facts import CONTENT_FIELDS
from service.rules.facts.search_matches import matched_attributes
from tests.worlds import revision

CONTENT = revision(1, image_creator="Larkspur Radio", image_descriptor="Bridge release", cpa_number="[E] A-7").content


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["bridge"], ["image.descriptor"]),
        (["bridge", "larkspur", "a-7"], ["cpa.number", "image.creator", "image.descriptor"]),
        (["000001"], ["number", "firmware_version", "image.hash"]),
        (["fe01-"], ["device_model"]),
        (["north"], ["manufacturer_name"]),
        (["zzz"], []),
        ([], []),
    ],
)
def test_every_attribute_with_a_word_is_named(words, names):
    """By its name in JSON, in the order of the JSON, whatever the case of the list."""
    assert matched_attributes("000001", CONTENT, "Northwind", words) == names


def test_every_attribute_is_looked_at():
    """Each in turn has the only match."""
    plain = CONTENT.model_copy(update=dict.fromkeys(CONTENT_FIELDS, "x"))
    for name in CONTENT_FIELDS:
        matched = matched_attributes("000001", plain.model_copy(update={name: "needle"}), None, ["needle"])
        assert len([found for found in matched if found != "device_model"]) == 1
