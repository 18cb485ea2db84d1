"""Arguments and options that several commands share, and the parsers of their values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from service.domain.clock import iso, parse_instant
from service.domain.names import parse_entry_number
from service.schemas.invalid_fields import invalid_fields
from service.schemas.responses.problems import InvalidField

Question = TypeVar("Question", bound=BaseModel)


def parse_instant_argument(text: str) -> datetime:
    """Parses the instant in a command-line argument. Raises typer.BadParameter for a malformed one."""
    try:
        return parse_instant(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def parse_entry_argument(text: str) -> str:
    """Parses the entry number in a command-line argument to six digits. Raises typer.BadParameter for a malformed
    one.
    """
    try:
        return parse_entry_number(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def parse_question(
    model: type[Question], values: Mapping[str, Any], option_names: Mapping[str, str] | None = None
) -> Question:
    """Builds the model of a question from the options of a command.

    Raises typer.BadParameter, which names each option with a malformed value. `option_names` has the options with names
    that differ from the model's fields.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        fields = invalid_fields(error.errors())
        raise typer.BadParameter("; ".join(_with_option(field, option_names or {}) for field in fields)) from error


def _with_option(field: InvalidField, option_names: Mapping[str, str]) -> str:
    name = field.where.rpartition(".")[2]
    if name in ("request", "device"):
        return field.detail
    return f"{option_names.get(name, '--' + name.replace('_', '-'))}: {field.detail}"


def as_of_parameters(at: datetime | None, known_at: datetime | None) -> dict[str, str]:
    """Returns the instants `at` and `known_at` as parameters of an HTTP request. Leaves out an instant that is None."""
    return {name: iso(instant) for name, instant in (("at", at), ("known_at", known_at)) if instant}


AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
ThroughRemoved = Annotated[
    bool, typer.Option("--through-removed", help="Allow steps to entries whose status is Removed.")
]
From = Annotated[
    str, typer.Argument(parser=parse_entry_argument, metavar="FROM", help="The entry that the meter runs.")
]
To = Annotated[
    str, typer.Argument(parser=parse_entry_argument, metavar="TO", help="The entry that the meter is to run.")
]
OptionalFrom = Annotated[
    str | None, typer.Argument(parser=parse_entry_argument, metavar="FROM", help="The entry that the meter runs.")
]
OptionalTo = Annotated[
    str | None, typer.Argument(parser=parse_entry_argument, metavar="TO", help="The entry that the meter is to run.")
]
Since = Annotated[
    datetime | None,
    typer.Option("--since", parser=parse_instant_argument, metavar="DATE", help="Only changes after this instant."),
]
At = Annotated[
    datetime | None,
    typer.Option(
        "--at", parser=parse_instant_argument, metavar="DATE", help="The instant at which facts hold; default: now."
    ),
]
KnownAt = Annotated[
    datetime | None,
    typer.Option(
        "--known-at",
        parser=parse_instant_argument,
        metavar="DATE",
        help="Use only facts recorded up to this instant; default: now.",
    ),
]
ImpactLimit = Annotated[
    int, typer.Option("--limit", min=1, help="Most differences to print as text; JSON has all of them.")
]
Effective = Annotated[
    datetime | None,
    typer.Option(
        "--effective",
        parser=parse_instant_argument,
        metavar="DATE",
        help="The instant from which rows without an Effective_From hold.",
    ),
]
Manufacturer = Annotated[str | None, typer.Option("--manufacturer", help="Four hex digits.")]
DeviceModel = Annotated[
    str | None, typer.Option("--device-model", help="Eight hex digits, or a form such as FE01-10020100.")
]
Firmware = Annotated[str | None, typer.Option("--firmware", help="Eight hex digits.")]
Gbcs = Annotated[str | None, typer.Option("--gbcs", help="GBCS version, such as 2.0.")]
DeviceType = Annotated[str | None, typer.Option("--device-type", help="A word of the CPL or of DUIS.")]
ImageHash = Annotated[str | None, typer.Option("--hash", help="SHA-256 of the image.")]
Status = Annotated[
    str | None,
    typer.Option("--status", help="The status in the inventory; the answer remarks where the list differs."),
]

DEVICE_OPTIONS = {"firmware_version": "--firmware", "gbcs_version": "--gbcs", "image_hash": "--hash"}
"""The options with names that differ from the field of a device that they set."""

_DEVICE_FIELDS = (
    "manufacturer",
    "device_model",
    "firmware_version",
    "gbcs_version",
    "device_type",
    "image_hash",
    "status",
)


def device_fields(*values: str | None) -> dict[str, str | None]:
    """Returns the description of a device for a request body, from the values of all options of a device in the order
    of their definition above.
    """
    return dict(zip(_DEVICE_FIELDS, values, strict=True))
