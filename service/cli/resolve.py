"""`pathways resolve`: prints the pathway of a device, found by the fields that an inventory has for it."""

import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from service.application.pathways import answer_receipts
from service.cli.failures import CANNOT_SAY, REFUSED
from service.cli.options import (
    DEVICE_OPTIONS,
    AsJson,
    At,
    DeviceModel,
    DeviceType,
    Firmware,
    Gbcs,
    ImageHash,
    KnownAt,
    Manufacturer,
    Status,
    ThroughRemoved,
    as_of_parameters,
    device_fields,
    parse_question,
)
from service.cli.output import as_of_line, end_lines, print_answer, print_remarks, receipt_lines
from service.cli.path import pathway_lines
from service.cli.receipts import keyring
from service.cli.session import open_cache, server_call
from service.domain.outcomes import Standing
from service.schemas.requests.devices import ResolveQuestion
from service.schemas.responses.devices import DeviceMatch, ListedFirmware, Resolution, ResolveOutcome

_EXIT_CODES: dict[ResolveOutcome, int] = {"route": 0, "already-there": 0, "none": REFUSED}

_HEADINGS: dict[ResolveOutcome, str] = {
    "route": "there is a pathway",
    "already-there": "already there",
    "none": "there is no pathway",
    "unknown": "unknown: a missing declaration could make a pathway",
    "ambiguous": "the device may run any of these entries, and their answers differ",
    "unknown-device": "no entry in force at that instant matches this device",
    "unknown-firmware": "the list has the device model, but not this firmware of it",
}

_STANDINGS: dict[Standing, str] = {
    "onward": "standing onward: declared upgrades lead on",
    "head": "standing head: nothing further is reachable, and no missing declaration could lead on",
    "dead-end": "standing dead-end: the entry is removed, and nothing is reachable from it, nor could be",
    "unknown": "standing unknown: nothing is reachable, but a missing declaration could lead on",
}


def resolve(
    manufacturer: Manufacturer = None,
    device_model: DeviceModel = None,
    firmware: Firmware = None,
    gbcs: Gbcs = None,
    device_type: DeviceType = None,
    image_hash: ImageHash = None,
    status: Status = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="N", help="The entry that the meter is to run; default: every reachable entry."),
    ] = None,
    at: At = None,
    known_at: KnownAt = None,
    through_removed: ThroughRemoved = False,
    as_json: AsJson = False,
) -> None:
    """Print the pathway of a device, or the entries that it can reach, from its fields in an inventory."""
    device = device_fields(manufacturer, device_model, firmware, gbcs, device_type, image_hash, status)
    values = {"device": device, "to": to, "through_removed": through_removed} | as_of_parameters(at, known_at)
    question = parse_question(ResolveQuestion, values, DEVICE_OPTIONS)
    with open_cache(server_call(f"POST /v1/resolve {question.model_dump_json(exclude_defaults=True)}")) as cache:
        answer = answer_receipts.resolve_device_with_receipt(cache, cache.as_of, question, keyring())
    if not as_json:
        print_remarks(answer.remarks)
    print_answer(answer, lambda: _answer_lines(answer), as_json)
    sys.exit(_EXIT_CODES.get(answer.outcome, CANNOT_SAY))


def _answer_lines(answer: Resolution) -> Iterator[str]:
    yield f"device → {answer.to or 'every reachable entry'}: {_HEADINGS[answer.outcome]}"
    yield as_of_line(answer)
    yield from end_lines(answer.outcome, answer.holds_until)
    yield from match_lines(answer)
    if answer.separates:
        yield f"{answer.separates.attribute} separates the answers best:"
        yield from (f"- {group.value or 'none'}: {', '.join(group.matches)}" for group in answer.separates.values)
    if answer.advice:
        yield answer.advice
    yield from _pathway_or_target_lines(answer)
    yield from receipt_lines(answer.receipt)


def match_lines(answer: Resolution) -> Iterator[str]:
    """Yields the lines that show a person which entries a device may run, and which firmware the list has instead."""
    yield from (f"- may run {_match_text(match)}" for match in answer.matches)
    yield from (f"- known: {_firmware_text(entry)}" for entry in answer.known)
    yield from (f"- possible, not used: {_firmware_text(entry)}" for entry in answer.possible)


def _pathway_or_target_lines(answer: Resolution) -> Iterator[str]:
    if answer.pathway:
        yield from pathway_lines(answer.pathway)
        return
    if answer.standing:
        yield _STANDINGS[answer.standing]
    yield from (f"- {reason.code}: {reason.text}" for reason in answer.reasons)
    yield from (f"{item.entry}  {item.steps} {'step' if item.steps == 1 else 'steps'}" for item in answer.targets or ())
    if answer.heads:
        yield f"nothing further is reachable from {', '.join(answer.heads)}"
    yield answer.notice


def _match_text(match: DeviceMatch) -> str:
    twins = f", twins {', '.join(match.twins)}" if match.twins else ""
    return f"{_firmware_text(match)}{twins}: {match.outcome}"


def _firmware_text(entry: ListedFirmware) -> str:
    return (
        f"{entry.number} ({entry.status})  {entry.manufacturer}-{entry.device_model}  firmware {entry.firmware_version}"
        f"  {entry.gbcs_version or 'no GBCS version'}  image hash {entry.image_hash or 'none on the list'}"
    )
