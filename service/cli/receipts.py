"""`pathways receipts verify|key|rotate`: verifies receipts (signed answers), and manages the keys that sign them."""

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from service.application.pathways import receipts
from service.cli.failures import CANNOT_SAY, REFUSED
from service.cli.options import AsJson
from service.cli.session import open_cache, server_call
from service.errors import ReceiptRefused
from service.security.receipt_keys import Keyring, rotate_signing_key
from service.settings import Settings

app = typer.Typer(help="Verify receipts, print the public keys, and rotate the signing key.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A receipt as JSON, or an answer with a receipt; - reads stdin.")]


def key_folder() -> Path:
    """Returns the folder with the keys that sign receipts (pathway answers); the setting PATHWAYS_RECEIPT_KEYS names
    it.
    """
    return Path(Settings().receipt_keys).expanduser()


def keyring() -> Keyring:
    """Reads the key that signs receipts (signed pathway answers), and the former keys that still verify earlier
    receipts.
    """
    return Keyring(key_folder())


@app.command()
def verify(file: File, as_json: AsJson = False) -> None:
    """Check whether this service signed a receipt of an answer, and whether it gives the same answer today."""
    receipt = receipts.read_receipt(_extract_receipt(_read_bytes(file)))
    with open_cache(server_call("POST /v1/receipts/verify")) as cache:
        verdict = receipts.verify_receipt(cache, cache.as_of, keyring(), receipt)
    typer.echo(verdict.model_dump_json(indent=2) if as_json else f"{verdict.result}: {verdict.text}")
    if not verdict.same:
        # Under other rules a different answer does not prove that the facts were changed.
        sys.exit(CANNOT_SAY if verdict.result in ("older-rules", "newer-rules") else REFUSED)


def _read_bytes(file: Path) -> bytes:
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(receipts.MAX_RECEIPT_BYTES + 1)
        with file.open("rb") as stream:
            return stream.read(receipts.MAX_RECEIPT_BYTES + 1)
    except OSError as error:
        raise ReceiptRefused(f"{file} cannot be read: {error.strerror}") from error


def _extract_receipt(text: bytes) -> bytes:
    """Returns the receipt inside an answer in JSON, or the text itself where it is not such an answer."""
    with suppress(ValueError, RecursionError):
        document = json.loads(text)
        if isinstance(document, dict) and isinstance(document.get("receipt"), dict):
            return json.dumps(document["receipt"]).encode()
    return text


@app.command()
def key() -> None:
    """Print the public keys that verify receipts (signed pathway answers) as JSON, like GET /v1/receipts/key."""
    typer.echo(keyring().public_keys().model_dump_json(indent=2))


@app.command()
def rotate() -> None:
    """Make a new signing key for the next start of the server. Receipts of former keys stay valid."""
    typer.echo(f"The new key is {rotate_signing_key(key_folder())}. Restart the server to use it.")
