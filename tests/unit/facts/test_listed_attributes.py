"""The attributes of an entry in the form of a response."""

import pytest

from service.domain.facts import CONTENT_FIELDS, EntryContent
from service.rules.facts.listed_attributes import to_listed_attributes

TEXTS = {name: name for name in CONTENT_FIELDS}
HARDWARE = {"manufacturer": "FE01", "model": "0001", "hardware_version": "02", "hardware_revision": "03"}
GROUPED = ("cpa", "dlms", "zse", "image")


def attributes(**content):
    """The attributes of an entry whose other texts are the names of their fields."""
    return to_listed_attributes("000001", EntryContent(**{**TEXTS, **HARDWARE, **content}))


def test_every_attribute_is_in_its_group():
    """The device model is that of DUIS: model, hardware version and hardware revision."""
    found = attributes()
    assert (found.number, found.device_model, found.gbcs_version) == ("000001", "00010203", "gbcs_version")
    assert (found.cpa.number, found.cpa.security_characteristics, found.cpa.date) == (
        "cpa_number",
        "cpa_characteristics",
        "cpa_date",
    )
    assert (found.dlms.number, found.dlms.version) == ("dlms_number", "dlms_version")
    assert (found.zse.number, found.zse.version) == ("zse_number", "zse_version")
    assert (found.image.creator, found.image.hash, found.image.descriptor) == (
        "image_creator",
        "image_hash",
        "image_descriptor",
    )


def test_a_blank_attribute_is_null():
    """In every group."""
    blank = attributes(**{name: "" for name in CONTENT_FIELDS if name.startswith(GROUPED)}, gbcs_version="")
    assert blank.gbcs_version is None
    for group in (blank.cpa, blank.dlms, blank.zse, blank.image):
        assert set(group.model_dump().values()) == {None}


@pytest.mark.parametrize(("number", "kind"), [("[E] X1", "expiry"), ("[R] X1", "review"), ("X1", None)])
def test_the_prefix_of_the_certificate_number_gives_the_kind_of_its_date(number, kind):
    """Without a prefix the kind is unknown."""
    assert attributes(cpa_number=number).cpa.kind == kind


def test_the_band_is_that_of_the_descriptor():
    """None if the descriptor has none."""
    assert attributes(image_descriptor="Full image; Dual Band").band == "Dual Band"
    assert attributes(image_descriptor="Full image").band is None
