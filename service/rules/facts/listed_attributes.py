"""Groups the attributes of a list entry as JSON responses show them, with null for an attribute that the list leaves
blank.
"""

from service.domain.facts import EntryContent
from service.rules.facts.image_descriptor import parse_band
from service.schemas.responses.entries import Certificate, CpaCertificate, ListedAttributes, ManufacturerImage

_CPA_KINDS = {"[E]": "expiry", "[R]": "review"}
"""The kind of a CPA certificate's date, by the prefix of the certificate number."""


def to_listed_attributes(number: str, content: EntryContent) -> ListedAttributes:
    """Builds the part of a response that shows the attributes of an entry on the list, grouped by certificate and
    image.
    """
    return ListedAttributes.model_validate(
        {
            "number": number,
            "status": content.status,
            "device_type": content.device_type,
            "manufacturer": content.manufacturer,
            "model": content.model,
            "hardware_version": content.hardware_version,
            "hardware_revision": content.hardware_revision,
            "device_model": content.device_model[-8:],
            "firmware_version": content.firmware_version,
            "smets_chts_version": content.smets_chts_version or None,
            "gbcs_version": content.gbcs_version or None,
            "cpa": CpaCertificate.model_validate(
                {
                    "number": content.cpa_number or None,
                    "kind": _CPA_KINDS.get(content.cpa_number[:3]),
                    "security_characteristics": content.cpa_characteristics or None,
                    "date": content.cpa_date or None,
                }
            ),
            "dlms": Certificate(number=content.dlms_number or None, version=content.dlms_version or None),
            "zse": Certificate(number=content.zse_number or None, version=content.zse_version or None),
            "image": ManufacturerImage(
                creator=content.image_creator or None,
                hash=content.image_hash or None,
                descriptor=content.image_descriptor or None,
            ),
            "band": parse_band(content.image_descriptor),
        }
    )
