"""Finds the attributes of an entry in which the words of a search stand."""

from collections.abc import Sequence

from service.domain.facts import CONTENT_FIELDS, EntryContent

_JSON_NAMES = {
    "cpa_number": "cpa.number",
    "cpa_characteristics": "cpa.security_characteristics",
    "cpa_date": "cpa.date",
    "dlms_number": "dlms.number",
    "dlms_version": "dlms.version",
    "zse_number": "zse.number",
    "zse_version": "zse.version",
    "image_creator": "image.creator",
    "image_hash": "image.hash",
    "image_descriptor": "image.descriptor",
}
"""The names in JSON of those attributes that have another name in the graph."""

_AFTER_HARDWARE = CONTENT_FIELDS.index("firmware_version")
_ORDER = (
    "number",
    *CONTENT_FIELDS[:_AFTER_HARDWARE],
    "device_model",
    *CONTENT_FIELDS[_AFTER_HARDWARE:],
    "manufacturer_name",
)
"""The attributes of an entry in the order of its JSON."""


def matched_attributes(number: str, content: EntryContent, name: str | None, words: Sequence[str]) -> list[str]:
    """Returns the names in JSON of the attributes of an entry that contain a word of a search, in any case.

    `name` is the name of the company behind the entry's manufacturer code. A word may stand in the device model
    (manufacturer, model and hardware) without standing in one of its parts.
    """
    others = {"number": number, "device_model": content.device_model, "manufacturer_name": name or ""}
    texts = vars(content) | others
    return [_JSON_NAMES.get(name, name) for name in _ORDER if any(word in texts[name].lower() for word in words)]
