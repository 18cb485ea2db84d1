"""`pathways receipts verify|key|rotate`: what the service said, and the keys it signs with."""

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from service.application.pathways import receipts
from service.application.pathways.graph_cache import GraphCache
from service.cli.session import CANNOT_SAY, REFUSED, AsJson, open_graph
from service.domain.clock import now
from service.errors import ReceiptRefused
from service.schemas.responses.receipts import ReceiptVerdict
from service.security.receipt_keys import Keyring
from service.security.receipt_keys import rotate_signing_key as rotated
from service.settings import Settings

app = typer.Typer(help="Verify receipts; see and rotate the keys that sign them.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A receipt as JSON, or an answer that has one; - for stdin.")]


def keyring() -> Keyring:
    """The keys in the folder that the environment names."""
    return Keyring(Path(Settings().receipt_keys).expanduser())


@app.command()
def verify(file: File, as_json: AsJson = False) -> None:
    """Ask whether this service gave a receipt, and whether it still says so."""
    receipt = receipts.read_receipt(_receipt(_text(file)))
    with open_graph("Ask it: POST /v1/receipts/verify") as graph:
        memory = GraphCache(graph, now, work=Settings().alternatives_work)
        found = receipts.verify_receipt(memory, memory.as_of, keyring(), receipt)
    typer.echo(found.model_dump_json(indent=2) if as_json else f"{found.result}: {found.text}")
    sys.exit(_exit(found))


def _exit(found: ReceiptVerdict) -> int:
    """Where other rules answer otherwise, nobody can say whether the facts were changed too."""
    if found.same:
        return 0
    return CANNOT_SAY if found.result in ("older-rules", "newer-rules") else REFUSED


def _text(file: Path) -> bytes:
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(receipts.MAX_RECEIPT_BYTES + 1)
        with file.open("rb") as opened_:
            return opened_.read(receipts.MAX_RECEIPT_BYTES + 1)
    except OSError as wrong:
        raise ReceiptRefused(f"{file}: {wrong.strerror}") from wrong


def _receipt(text: bytes) -> bytes:
    """The receipt of a whole answer, where that is what was given."""
    with suppress(ValueError, RecursionError):
        found = json.loads(text)
        if isinstance(found, dict) and isinstance(found.get("receipt"), dict):
            return json.dumps(found["receipt"]).encode()
    return text


@app.command()
def key() -> None:
    """Print the public keys as JSON, as GET /v1/receipts/key gives them."""
    typer.echo(keyring().public_keys().model_dump_json(indent=2))


@app.command()
def rotate() -> None:
    """Sign with a new key from the next start on. Receipts of the former ones stay good."""
    typer.echo(
        f"The new key is {rotated(Path(Settings().receipt_keys).expanduser())}. Start the server again to use it."
    )
