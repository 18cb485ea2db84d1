"""Files of ZigBee facts, and of the order of versions, that are sent: loaded as the command line does."""

from loaders.zigbee import read_orders, read_zigbee
from service.application.files.load import LoadOptions
from service.application.files.load_zigbee import load_stack_orders, load_zigbee
from service.application.files.uploads import Upload, bound_refusals, require_loaded
from service.application.zigbee.exposure import ZigbeeContext
from service.schemas.requests.files import StackOrderLoadQuestion, ZigbeeLoadQuestion
from service.schemas.responses.load_reports import LoadReport


def load_zigbee_upload(desk: ZigbeeContext, upload: Upload[ZigbeeLoadQuestion]) -> LoadReport:
    """Loads ZigBee facts, or says what that would do. Raises FileRefused where nothing of them is taken."""
    options = _options(desk, upload.asked, upload.asked.skip_refused)
    with bound_refusals():
        found = read_zigbee(upload.file, desk.limits)
        return require_loaded(load_zigbee(desk.graph, desk.clock, found, options, desk.reader), options.skip_refused)


def load_stack_order_upload(desk: ZigbeeContext, upload: Upload[StackOrderLoadQuestion]) -> LoadReport:
    """Declares the order of versions, or says what that would do. Raises FileRefused where nothing of it is taken."""
    with bound_refusals():
        found = read_orders(upload.file, desk.limits)
        return require_loaded(
            load_stack_orders(desk.graph, desk.clock, found, _options(desk, upload.asked), desk.reader), False
        )


def _options(desk: ZigbeeContext, asked: StackOrderLoadQuestion, skip_refused: bool = False) -> LoadOptions:
    return LoadOptions(
        asked.dry_run, skip_refused, made_by=desk.reader.who, reason=asked.reason, evidence=asked.evidence
    )
