"""Fragment and band in free-text descriptors, in the styles of the published list."""

import pytest

from service.rules.facts.image_descriptor import parse_band, parse_fragment


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
def test_a_fragment_is_found_in_the_descriptor(descriptor, expected):
    """k of n, anywhere in the descriptor and in upper or lower case."""
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
    """1 of 1 is a complete image; an impossible or unclear count proves nothing."""
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
def test_the_band_is_found_by_the_words_of_the_form(descriptor, expected):
    """One of the three bands of the form, or a single band without a frequency."""
    assert parse_band(descriptor) == expected


@pytest.mark.parametrize(
    "descriptor",
    ["", "  ", "Full Image\nSupport 2.4GHZ Only", "2.4 GHz", "868 MHz", "Single Band or Dual Band", "Banded"],
)
def test_without_the_words_of_the_form_there_is_no_band(descriptor):
    """The parser guesses nothing from a frequency alone, or from both bands at once."""
    assert parse_band(descriptor) is None
