"""Files of ZigBee facts, and of the order of versions, that are sent: loaded as the command line does."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from loaders.load import Options
from loaders.load_zigbee import load_orders, load_zigbee
from loaders.report import LoadReport, refuse
from loaders.zigbee import read_orders, read_zigbee
from service.ask.zigbee import Desk
from service.errors import BadQuestion
from service.settings import Limits

_LONGEST = 200


def _plain(value: str) -> str:
    if not value.isprintable() or not value.strip():
        raise ValueError("text that can be seen is expected")
    return value.strip()


def _name(value: str) -> str:
    if "/" in value or "\\" in value or not value.casefold().endswith(tuple(MEDIA_TYPES)):
        raise ValueError(f"the name of a file alone is expected, one of {', '.join(MEDIA_TYPES)}")
    if len(value.encode()) > _LONGEST:
        raise ValueError(f"a name of at most {_LONGEST} bytes is expected")
    return value


MEDIA_TYPES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
}
"""What a file is sent as, by the end of its name. No page elsewhere can make a browser send these unasked."""


class OrderSent(BaseModel):
    """How a file is to be loaded; the file itself is the body."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Annotated[str, AfterValidator(_plain), AfterValidator(_name)] = Field(
        max_length=_LONGEST,
        description="The file's own name, which stands in reports and in the record.",
        json_schema_extra={"pattern": r"^[!-.0-\[\]-~]+\.([cC][sS][vV]|[xX][lL][sS][xXmM])$"},
    )
    reason: Annotated[str, AfterValidator(_plain)] = Field(
        min_length=1,
        max_length=2_000,
        description="Why; it stands in the record.",
        json_schema_extra={"pattern": "[!-~]"},
    )
    evidence: str = Field("", max_length=2_000, description="A reference to what it rests on.")
    dry_run: bool = Field(False, description="Say what would change; change nothing.")

    def require(self, content_type: str) -> None:
        """Raises BadQuestion for a body that is not sent as what its name says."""
        wanted = next(kind for suffix, kind in MEDIA_TYPES.items() if self.file.casefold().endswith(suffix))
        if content_type.partition(";")[0].strip().casefold() != wanted.casefold():
            fault = f"{self.file} must be sent as it is, with `Content-Type: {wanted}`"
            raise BadQuestion(f"body: {fault}", errors=[{"where": "body", "detail": fault}])


class ZigbeeSent(OrderSent):
    """The same of a file of ZigBee facts, of which the good rows may be taken."""

    skip_refused: bool = Field(False, description="Apply the good rows, report the rest.")


def told(desk: Desk, limits: Limits, path: Path, asked: ZigbeeSent) -> LoadReport:
    """Loads ZigBee facts, or says what that would do. Raises FileRefused where nothing of them is taken."""
    found = read_zigbee(path, limits)
    report = load_zigbee(desk.graph, desk.clock, found, _options(desk, asked, asked.skip_refused), desk.reader)
    return _taken(report, asked.skip_refused)


def ordered(desk: Desk, limits: Limits, path: Path, asked: OrderSent) -> LoadReport:
    """Declares the order of versions, or says what that would do. Raises FileRefused where nothing of it is taken."""
    report = load_orders(desk.graph, desk.clock, read_orders(path, limits), _options(desk, asked), desk.reader)
    return _taken(report, False)


def _options(desk: Desk, asked: OrderSent, skip_refused: bool = False) -> Options:
    return Options(asked.dry_run, skip_refused, made_by=desk.reader.who, reason=asked.reason, evidence=asked.evidence)


def _taken(report: LoadReport, skip_refused: bool) -> LoadReport:
    if report.refusals and not skip_refused:
        raise refuse(report.refusals)
    return report
