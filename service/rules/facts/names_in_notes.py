"""Reads the names of the companies behind manufacturer codes in the notes of a published list.

The notes are free text. A code has a name where most notes on its entries begin with the same words.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from service.domain.names import DEVICE_TYPES

_DEVICE_WORDS = {word.lower() for name in DEVICE_TYPES for word in name.replace("-", " ").split()}
_PRODUCT_WORDS = _DEVICE_WORDS - {"metering"} | {
    *("esme", "gsme", "ihd", "ppmid", "hcalcs", "comms", "ch", "smip", "smets1", "smets2", "pre-payment", "payment"),
    *("dual", "double", "band", "phase", "eletricity", "version", "release", "firmware", "new", "updated", "removed"),
}
"""Words, in lower case, with which a note goes on from the company to the product. `Metering` is part of company names.
"""


def names_in_notes(notes: Iterable[tuple[str, str]], codes: Mapping[str, str]) -> dict[str, str]:
    """Returns the name of the company by manufacturer code, for each code of which more than half of the notes begin
    with the same words before they come to the product.

    `notes` are entry numbers with what a list says of them, and `codes` has the manufacturer code of each entry.
    """
    openings = defaultdict[str, list[tuple[str, ...]]](list)
    for entry, note in notes:
        opening = _opening(note)
        if entry in codes and opening:
            openings[codes[entry]].append(opening)
    names = {code: _common_words(openings[code]) for code in sorted(openings)}
    return {code: " ".join(words) for code, words in names.items() if words}


def _opening(note: str) -> tuple[str, ...]:
    """Returns the words of a note up to the first one that is about the product or has a digit."""
    words: list[str] = []
    for word in note.split():
        if word.lower().strip("(),") in _PRODUCT_WORDS or any(map(str.isdigit, word)) or word in ("-", "("):
            break
        words.append(word)
    return tuple(words)


def _common_words(openings: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Returns the longest sequence of words with which more than half of the openings begin."""
    common: tuple[str, ...] = ()
    while True:
        longer = Counter(words[: len(common) + 1] for words in openings if len(words) > len(common))
        best, count = max(longer.items(), key=lambda item: (item[1], item[0]), default=((), 0))
        if 2 * count <= len(openings) or best[:-1] != common:
            return common
        common = best
