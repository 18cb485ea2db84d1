"""Reads and loads uploaded files of ZigBee facts and of stack orders, with the same reports as the command line."""

from loaders.zigbee import read_orders, read_zigbee
from service.application.files.load_stack_orders import load_stack_orders
from service.application.files.load_zigbee import load_zigbee
from service.application.files.uploads import Upload, bound_refusals, require_loaded
from service.application.zigbee.exposure import ZigbeeContext
from service.domain.load_options import LoadOptions
from service.schemas.requests.files import StackOrderLoadQuestion, ZigbeeLoadQuestion
from service.schemas.responses.load_reports import LoadReport


def load_zigbee_upload(context: ZigbeeContext, upload: Upload[ZigbeeLoadQuestion]) -> LoadReport:
    """Loads a file of ZigBee facts, or with `dry_run` reports what loading would change. Raises FileRefused."""
    skip_refused = upload.question.skip_refused
    options = _options(context, upload.question, skip_refused)
    with bound_refusals():
        file = read_zigbee(upload.file, context.limits)
        report = load_zigbee(context.graph, context.clock, file, options, context.reader)
        return require_loaded(report, skip_refused)


def load_stack_order_upload(context: ZigbeeContext, upload: Upload[StackOrderLoadQuestion]) -> LoadReport:
    """Loads the order of stack versions, or with `dry_run` reports what loading would change. Raises FileRefused."""
    options = _options(context, upload.question)
    with bound_refusals():
        file = read_orders(upload.file, context.limits)
        report = load_stack_orders(context.graph, context.clock, file, options, context.reader)
        return require_loaded(report, skip_refused=False)


def _options(context: ZigbeeContext, question: StackOrderLoadQuestion, skip_refused: bool = False) -> LoadOptions:
    made_by, reason, evidence = context.reader.who, question.reason, question.evidence
    return LoadOptions(question.dry_run, skip_refused, made_by=made_by, reason=reason, evidence=evidence)
