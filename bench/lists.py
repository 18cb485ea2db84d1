"""The list to measure: the genuine one where it is available, else a generated one; and copies with other keys."""

import csv
import hashlib
import os
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from loaders.lists import read_list
from service.domain.limits import Limits

ROOT = Path(__file__).parents[1]
GENUINE = ROOT / os.environ.get("PATHWAYS_CPL", "../shared/cpl/central-products-list-v2.051.xlsx")
ENTRIES, DEVICE_MODELS, MANUFACTURERS, LARGEST = 729, 162, 19, 24
"""The shape of list 2.051: entries, device models, manufacturers, and entries of the largest device model."""
DENSE = 1400
"""Entries of the dense list, all of one device model."""
HEADING = "Version 2.051 Issued on 21-09-2022"
COLUMNS = {
    "Entry.status": "status",
    "Device_Type.name": "device_type",
    "Device_Model.manufacturer_identifier": "manufacturer",
    "Device_Model.model_identifier": "model",
    "Device_Model.hardware_version.version": "hardware_version",
    "Device_Model.hardware_version.revision": "hardware_revision",
    "Device_Model.model_identifier_concatenated_with_hardware_version": "joined",
    "Device_Model.firmware_version": "firmware_version",
    "SMETS_CHTS Version.Version_number_and_effective_date": "smets_chts_version",
    "GBCS Version.version_number": "gbcs_version",
    "Manufacturer_Image.hash": "image_hash",
}
"""The CSV view's columns after the version and the entry number, and the attribute in each."""


@dataclass(frozen=True)
class Row:
    """An entry of a list: its number, and its attributes by name."""

    number: str
    given: dict[str, str]

    @property
    def device_model(self) -> tuple[str, ...]:
        """The device model of the entry."""
        return tuple(self.given[n] for n in ("manufacturer", "model", "hardware_version", "hardware_revision"))

    @property
    def listed(self) -> bool:
        """Whether a step may lead to this entry."""
        return self.given["status"] == "Current"


def base_list() -> tuple[list[Row], str]:
    """The rows of the list to copy, and `genuine` or `generated`."""
    if GENUINE.is_file():
        return [Row(row.entry, row.given) for row in read_list(GENUINE, Limits()).published.rows], "genuine"
    return generate_list(), "generated"


def generate_list(seed: int = 0) -> list[Row]:
    """A generated list with the shape of the genuine one: few large device models, many small ones."""
    generator = random.Random(seed)
    sizes = [1] * DEVICE_MODELS
    while sum(sizes) < ENTRIES:
        sizes[generator.choices(range(DEVICE_MODELS), [size % LARGEST for size in sizes])[0]] += 1
    models = [place for place, size in enumerate(sizes) for _ in range(size)]
    generator.shuffle(models)
    return [_generate_row(generator, number, model) for number, model in enumerate(models, start=1)]


def generate_dense_list(seed: int = 0) -> list[Row]:
    """A generated list of one large device model."""
    generator = random.Random(seed)
    return [_generate_row(generator, number, 1) for number in range(1, DENSE + 1)]


def _generate_row(generator: random.Random, number: int, model: int) -> Row:
    version = f"{generator.getrandbits(32):08X}"
    given = {
        "status": "Removed" if generator.random() < 0.05 else "Current",
        "device_type": "Single Element Electricity Metering Equipment",
        "manufacturer": f"{model % MANUFACTURERS:04X}",
        "model": f"{model:04X}",
        "hardware_version": "01",
        "hardware_revision": "00",
        "firmware_version": version,
        "smets_chts_version": "SMETS2 V2.0",
        "gbcs_version": "GBCS Version 2.0",
        "image_hash": _hash(version) if generator.random() < 0.73 else "",
    }
    return Row(f"{number:06d}", given)


def copy_list(rows: Sequence[Row], copies: int) -> list[Row]:
    """Copies of a list, each with its own numbers, manufacturers and images."""
    makers = {code: place for place, code in enumerate(sorted({row.given["manufacturer"] for row in rows}))}
    return [
        Row(f"{nth * len(rows) + place:06d}", row.given | _renamed(row, nth * len(makers), nth, makers))
        for nth in range(copies)
        for place, row in enumerate(rows, start=1)
    ]


def _renamed(row: Row, first_maker: int, nth: int, makers: dict[str, int]) -> dict[str, str]:
    given = row.given
    return {
        "manufacturer": f"{first_maker + makers[given['manufacturer']]:04X}",
        "model": f"{(int(given['model'], 16) + nth) % 0x10000:04X}",
        "image_hash": _hash(f"{nth}.{given['image_hash']}") if given["image_hash"] else "",
    }


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest().upper()


def write_list(rows: Iterable[Row], path: Path) -> Path:
    """Writes the CSV view of a list, 13 columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["Version", "Entry.number", *COLUMNS])
        for row in rows:
            given = row.given | {"joined": "".join(row.device_model[1:])}
            out.writerow([HEADING, row.number, *(given[name] for name in COLUMNS.values())])
    return path
