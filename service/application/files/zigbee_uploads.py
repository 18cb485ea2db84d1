"""Files of ZigBee facts, and of the order of versions, that are sent: loaded as the command line does."""

from loaders.zigbee import read_orders, read_zigbee
from service.application.files.load import Options
from service.application.files.load_zigbee import load_orders, load_zigbee
from service.application.files.uploads import Upload, bounded, taken
from service.application.zigbee.exposure import Desk
from service.schemas.requests.files import OrderSent, ZigbeeSent
from service.schemas.responses.load_reports import LoadReport


def told(desk: Desk, upload: Upload[ZigbeeSent]) -> LoadReport:
    """Loads ZigBee facts, or says what that would do. Raises FileRefused where nothing of them is taken."""
    options = _options(desk, upload.asked, upload.asked.skip_refused)
    with bounded():
        found = read_zigbee(upload.file, desk.limits)
        return taken(load_zigbee(desk.graph, desk.clock, found, options, desk.reader), options.skip_refused)


def ordered(desk: Desk, upload: Upload[OrderSent]) -> LoadReport:
    """Declares the order of versions, or says what that would do. Raises FileRefused where nothing of it is taken."""
    with bounded():
        found = read_orders(upload.file, desk.limits)
        return taken(load_orders(desk.graph, desk.clock, found, _options(desk, upload.asked), desk.reader), False)


def _options(desk: Desk, asked: OrderSent, skip_refused: bool = False) -> Options:
    return Options(asked.dry_run, skip_refused, made_by=desk.reader.who, reason=asked.reason, evidence=asked.evidence)
