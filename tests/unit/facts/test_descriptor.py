"""What a free-text descriptor says of fragment and band, in the styles that the list shows."""

import pytest

from service.rules.facts.descriptor import parse_band, parse_fragment


@pytest.mark.parametrize(
    ("descriptor", "expected"),
    [
        ("Fragment 1 of 2 of version 4.8.0", (1, 2)),
        ("Fragment 2 of 2 of version 4.8.0", (2, 2)),
        ("Fragment 1 of 2 of FW Version 01:02:03:04; Dual Band", (1, 2)),
        ("fragment  2  of  3", (2, 3)),
        ("Complete image; FRAGMENT 1 OF 12 of 3.9", (1, 12)),
        ("Fragment 1 of 2\nSub-GHz", (1, 2)),
    ],
)
def test_a_part_of_a_larger_image_is_told(descriptor, expected):
    """k of n, wherever the descriptor says it and in any case."""
    assert parse_fragment(descriptor) == expected


@pytest.mark.parametrize(
    "descriptor",
    [
        "",
        "   ",
        "Fragment 1 of 1 of version 3.9",
        "Fragment of 3.9",
        "Fragment 0 of 2",
        "Fragment 3 of 2",
        "Defragment 1 of 2 times",
        "Image 1 of 2",
        "Complete image",
        "Fragment 1 of 20220101",
    ],
)
def test_a_whole_image_or_an_unclear_text_is_no_fragment(descriptor):
    """1 of 1 is the whole; what counts wrongly or says no k of n proves nothing."""
    assert parse_fragment(descriptor) is None


@pytest.mark.parametrize(
    ("descriptor", "expected"),
    [
        ("Complete image; Single Band (2.4 GHz)", "Single Band (2.4 GHz)"),
        ("Full Image; single band (2.4GHz)", "Single Band (2.4 GHz)"),
        ("Image; Single Band (Sub-GHz)", "Single Band (Sub-GHz)"),
        ("Single Band (868MHz)", "Single Band (Sub-GHz)"),
        ("Single Band ", "Single Band (frequency not stated)"),
        ("Full image Single-Band", "Single Band (frequency not stated)"),
        ("Single Band 2.4 GHz and Sub-GHz", "Single Band (frequency not stated)"),
        ("Dual Band", "Dual Band"),
        ("Fragment 1 of 2 of version 4.8.0; Dual Band", "Dual Band"),
        ("dual-band (2.4 GHz and Sub-GHz)", "Dual Band"),
    ],
)
def test_the_band_is_told_in_the_words_of_the_form(descriptor, expected):
    """One of the form's three bands, or a single band of which the frequency is not stated."""
    assert parse_band(descriptor) == expected


@pytest.mark.parametrize(
    "descriptor",
    ["", "  ", "Full Image\nSupport 2.4GHZ Only", "2.4 GHz", "868 MHz", "Single Band or Dual Band", "Banded"],
)
def test_without_the_words_of_the_form_no_band_is_told(descriptor):
    """A frequency alone, or both bands at once, is not guessed from."""
    assert parse_band(descriptor) is None
