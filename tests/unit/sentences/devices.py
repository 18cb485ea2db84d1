"""What the advice and the remarks of the answer for a device claim, and whether the facts have it."""

from itertools import zip_longest

from service.domain.duis import DUIS_STATUSES
from service.schemas.responses.devices import Resolution
from tests.unit.oracles.device_answer import Wanted
from tests.unit.sentences.reading import Catalogue, Sentence, numbers

STATUS, UNUSED = "Active", "UPRN"
READ = Sentence(
    "Read the firmware version from the device itself (service request 11.2): an inventory can differ from what the "
    "meter runs.",
    lambda c, v: not c.wanted.matches,
)


class DeviceCase:
    """A device with its answer."""

    def __init__(self, wanted: Wanted, answer: Resolution) -> None:
        self.wanted, self.answer = wanted, answer

    def other_codes(self) -> set[str]:
        """The manufacturers of the entries that have the device model, where the one given has none."""
        said, rows = self.wanted.said, self.wanted.oracle.entries
        alike = {n for n in rows if self.wanted.value(n, "device_model") in said.get("device_model", ())}
        return {rows[number].manufacturer for number in alike} - said.get("manufacturer", set())

    def respelled(self) -> bool:
        """Whether an entry of the device model has the version in the other of two spellings, octet by octet."""
        (said,) = self.wanted.said["firmware_version"]
        rows = self.wanted.oracle.entries.values()
        return any(same_digits(said, row.firmware_version) or same_digits(row.firmware_version, said) for row in rows)

    def differ(self, v, attribute: str) -> bool:
        """Whether the entries that match have the values named, none of which is that of the inventory."""
        said = {number: self.wanted.value(number, attribute) for number in numbers(v["any"])}
        shown = all(f"{number} with {value}" in v["any"] for number, value in said.items())
        differing = not set(said.values()) & self.wanted.said[attribute]
        return shown and differing and said.keys() == set(self.wanted.entries)

    def status(self, v) -> bool:
        """Whether the entry has the status named, which is not that of the inventory."""
        row = self.wanted.oracle.entries[v["entry"]]
        return v["entry"] in self.wanted.matches and v["word"] == row.status != DUIS_STATUSES[STATUS]


def same_digits(decimal: str, hexadecimal: str) -> bool:
    """Whether a version is another one with each octet as decimal or the same."""
    octets = [[text[nth : nth + 2] for nth in range(0, len(text), 2)] for text in (decimal, hexadecimal)]
    pairs = list(zip_longest(*octets, fillvalue="??"))
    return decimal != hexadecimal and all(a == b or f"{int(b, 16):02d}" == a for a, b in pairs)


ADVICE = Catalogue(
    "advice",
    {
        "unknown": [
            Sentence("A declaration that is still missing could make a route: ask the manufacturer.",
                     lambda c, v: {c.wanted.outcome(base) for base in c.wanted.matches} == {"unknown"})
        ],
        "ambiguous": [
            Sentence("The device may run any of these.",
                     lambda c, v: len(c.wanted.matches) > 1 and len(c.wanted.answers) > 1),
            Sentence("Give {word} too: its values separate the answers best.",
                     lambda c, v: v["word"] == c.wanted.separates()[0]),
        ],
        "unknown-device": [
            Sentence("No list in force at that time has such a device. Check the spelling of its attributes.",
                     lambda c, v: not c.wanted.entries),
            READ,
            Sentence("The list has this device model under manufacturer code {any}, which the service has not used.",
                     lambda c, v: set(v["any"].replace(" and ", " ").replace(",", "").split()) == c.other_codes()),
        ],
        "unknown-firmware": [
            READ,
            Sentence("The list has other spellings of this version, which the service has not used.",
                     lambda c, v: c.respelled()),
        ],
    },
)  # fmt: skip
HAS = "; the list in force has {any}."
REMARKS = Catalogue(
    "remark",
    {
        "device-type-differs": [
            Sentence("The inventory says device type {any}.", lambda c, v: c.differ(v, "device_type"))
        ],
        "gbcs-version-differs": [
            Sentence("The inventory says GBCS version {any}.", lambda c, v: c.differ(v, "gbcs_version"))
        ],
        "status-differs": [
            Sentence(f"The inventory says {STATUS}; the list in force has {{entry}} as {{word}}.",
                     lambda c, v: c.status(v))
        ],
        "not-used": [Sentence(f"No answer depends on {UNUSED}.", lambda c, v: True)],
    },
)  # fmt: skip
