"""`pathways resolve`: the main question, from what an inventory says of a device."""

import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from service.application.pathways import device_resolution
from service.application.pathways.graph_cache import GraphCache
from service.cli.path import pathway_lines
from service.cli.receipts import keyring
from service.cli.session import CANNOT_SAY, REFUSED, AsJson, At, KnownAt, open_graph, print_error
from service.domain.clock import iso, now
from service.schemas.requests.devices import ResolveQuestion
from service.schemas.responses.devices import DeviceMatch, ListedFirmware, Resolution, ResolveOutcome

_EXITS: dict[ResolveOutcome, int] = {"route": 0, "already-there": 0, "none": REFUSED}

_HEADS: dict[ResolveOutcome, str] = {
    "route": "there is a way on",
    "already-there": "already there",
    "none": "there is no way on",
    "unknown": "nobody can say: a declaration that is missing could make a way on",
    "ambiguous": "it may run any of these, and their answers differ",
    "unknown-device": "no entry in force then is as told",
    "unknown-firmware": "the device model is known, this firmware of it is not",
}

_OPTIONS = {"firmware_version": "--firmware", "gbcs_version": "--gbcs", "image_hash": "--hash"}


def resolve(
    manufacturer: Annotated[str | None, typer.Option("--manufacturer", help="Four hex digits.")] = None,
    device_model: Annotated[
        str | None, typer.Option("--device-model", help="Eight hex digits, or such as FE01-10020100.")
    ] = None,
    firmware: Annotated[str | None, typer.Option("--firmware", help="Eight hex digits.")] = None,
    gbcs: Annotated[str | None, typer.Option("--gbcs", help="GBCS version, such as 2.0.")] = None,
    device_type: Annotated[str | None, typer.Option("--device-type", help="As the list or DUIS has it.")] = None,
    image_hash: Annotated[str | None, typer.Option("--hash", help="SHA-256 of the image.")] = None,
    status: Annotated[
        str | None, typer.Option("--status", help="What the inventory says; told where the list differs.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="N", help="The entry it shall run; default: all it can reach.")
    ] = None,
    at: At = None,
    known_at: KnownAt = None,
    through_removed: Annotated[bool, typer.Option("--through-removed", help="Step to removed entries too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print where a device can go from here, by what an inventory says of it."""
    said = {
        "manufacturer": manufacturer,
        "device_model": device_model,
        "firmware_version": firmware,
        "gbcs_version": gbcs,
        "device_type": device_type,
        "image_hash": image_hash,
        "status": status,
    }
    instants = {"at": at and iso(at), "known_at": known_at and iso(known_at)}
    asked = _asked({"device": said, "to": to, **instants, "through_removed": through_removed})
    with open_graph(f"Ask it: POST /v1/resolve {asked.model_dump_json(exclude_defaults=True)}") as graph:
        memory = GraphCache(graph, now)
        answer = device_resolution.resolve_device_with_receipt(memory, memory.as_of, asked, keyring())
    typer.echo(answer.model_dump_json(by_alias=True, indent=2) if as_json else "\n".join(_told(answer)))
    sys.exit(_EXITS.get(answer.outcome, CANNOT_SAY))


def _asked(given: dict[str, Any]) -> ResolveQuestion:
    """The question that the options make; a value that is malformed is wrong usage."""
    try:
        return ResolveQuestion.model_validate(given)
    except ValidationError as wrong:
        faults = [f"{_option(fault['loc'])}{fault['msg'].removeprefix('Value error, ')}" for fault in wrong.errors()]
        raise typer.BadParameter("; ".join(faults)) from wrong


def _option(place: tuple[int | str, ...]) -> str:
    name = str(place[-1])
    return "" if name == "device" else f"{_OPTIONS.get(name, '--' + name.replace('_', '-'))}: "


def _told(answer: Resolution) -> Iterator[str]:
    for remark in answer.remarks:
        print_error(f"{remark.code}: {remark.text}")
    yield f"device → {answer.to or 'all that can be reached'}: {_HEADS[answer.outcome]}"
    yield f"list {answer.list_version} of {answer.list_issued}, at {iso(answer.at)}, as known {iso(answer.known_at)}"
    yield from (f"- may run {_match(match)}" for match in answer.matches)
    yield from (f"- known: {_firmware(entry)}" for entry in answer.known)
    yield from (f"- possible, not used: {_firmware(entry)}" for entry in answer.possible)
    if answer.separates:
        yield f"{answer.separates.attribute} separates the answers best:"
        yield from (f"- {part.value or 'none'}: {', '.join(part.matches)}" for part in answer.separates.values)
    if answer.advice:
        yield answer.advice
    yield from _answered(answer)


def _answered(answer: Resolution) -> Iterator[str]:
    if answer.pathway:
        yield from pathway_lines(answer.pathway)
        return
    for item in answer.targets or ():
        yield f"{item.entry}  {item.steps} {'step' if item.steps == 1 else 'steps'}"
    if answer.heads:
        yield f"nothing further is reachable from {', '.join(answer.heads)}"
    yield answer.notice


def _match(match: DeviceMatch) -> str:
    twins = f", twins {', '.join(match.twins)}" if match.twins else ""
    return f"{_firmware(match)}{twins}: {match.outcome}"


def _firmware(entry: ListedFirmware) -> str:
    return (
        f"{entry.number} ({entry.status})  {entry.manufacturer}-{entry.device_model}  firmware {entry.firmware_version}"
        f"  {entry.gbcs_version or 'no GBCS version'}  image hash {entry.image_hash or 'none on the list'}"
    )
