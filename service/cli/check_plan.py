"""`pathways check FROM TO…` and `pathways check --device-model M --firmware F TO…`: checks a plan of firmware upgrades
step by step.
"""

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
    parse_entry_argument,
    parse_question,
)
from service.cli.output import as_of_line, end_lines, print_answer, print_remarks, receipt_lines, route_text
from service.cli.receipts import keyring
from service.cli.resolve import match_lines
from service.cli.session import open_cache, server_call
from service.schemas.requests.plan_check import MAX_PLAN_ENTRIES, PlanQuestion
from service.schemas.responses.plan_check import PlanCheck, Verdict

_EXIT_CODES: dict[Verdict, int] = {"go": 0, "stop": REFUSED, "ask": CANNOT_SAY}

Entries = Annotated[
    list[str],
    typer.Argument(
        parser=parse_entry_argument,
        metavar="FROM TO...",
        help="The entry that the meter runs, unless options describe the device; then the entries that it is to run.",
    ),
]


def check_plan(
    entries: Entries,
    manufacturer: Manufacturer = None,
    device_model: DeviceModel = None,
    firmware: Firmware = None,
    gbcs: Gbcs = None,
    device_type: DeviceType = None,
    image_hash: ImageHash = None,
    status: Status = None,
    at: At = None,
    known_at: KnownAt = None,
    through_removed: ThroughRemoved = False,
    as_json: AsJson = False,
) -> None:
    """Check a plan of entries step by step and print the verdict: go, stop or ask."""
    device = device_fields(manufacturer, device_model, firmware, gbcs, device_type, image_hash, status)
    plan = _plan(entries, device) | {"through_removed": through_removed} | as_of_parameters(at, known_at)
    question = parse_question(PlanQuestion, plan, DEVICE_OPTIONS)
    body = question.model_dump_json(exclude_defaults=True)
    with open_cache(server_call(f"POST /v1/pathways/check {body}")) as cache:
        answer = answer_receipts.check_plan_with_receipt(cache, cache.as_of, question, keyring())
    if answer.device and not as_json:
        print_remarks(answer.device.remarks)
    print_answer(answer, lambda: _answer_lines(answer), as_json)
    sys.exit(_EXIT_CODES[answer.verdict])


def _plan(entries: list[str], device: dict[str, str | None]) -> dict[str, object]:
    """Returns the plan as the fields of a request body: all entries as steps, or a device and the entries as targets.

    Raises typer.BadParameter for a plan with too few entries, or too many.
    """
    described = any(device.values())
    count = len(entries) + described
    if not 2 <= count <= MAX_PLAN_ENTRIES:
        raise typer.BadParameter(f"the plan has {count} entries; 2 to {MAX_PLAN_ENTRIES} are expected")
    return {"device": device, "targets": entries} if described else {"steps": entries}


def _answer_lines(answer: PlanCheck) -> Iterator[str]:
    yield answer.text
    yield as_of_line(answer)
    yield from end_lines(answer.verdict, answer.holds_until)
    yield from match_lines(answer.device) if answer.device else ()
    for number, step in enumerate(answer.steps, start=1):
        yield f"{number}. {step.base} → {step.target}  {step.code}: {step.text}"
        if step.code == "not-a-base":
            yield f"   the route: {route_text(step.steps)}"
        yield from (f"   ! {warning.code}: {warning.text}" for warning in step.warnings)
    if answer.unfinished:
        yield f"! {answer.unfinished.text}"
    yield answer.notice
    yield from receipt_lines(answer.receipt)
