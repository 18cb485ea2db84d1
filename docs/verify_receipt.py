"""Verifies a receipt offline, with nothing but the public key and the library `cryptography`.

    curl -o keys.json http://HOST/v1/receipts/key        (keep it: one fetched today proves nothing of yesterday)
    python verify_receipt.py RECEIPT.json keys.json

RECEIPT.json is a receipt, or a whole answer that has one. Exit code 0: the service whose keys these are said so.
1: it did not, or not so. 2: wrong usage, or what was given is no receipt or no keys.
"""

import base64
import hashlib
import json
import sys
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that is there twice could be read in two ways."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name is given more than once")
    return dict(pairs)


def read(path: str) -> dict[str, Any]:
    """A JSON object from a file."""
    with open(path, encoding="utf-8") as file:
        found = json.load(file, object_pairs_hook=once)
    if not isinstance(found, dict):
        raise ValueError(f"{path} is no JSON object")
    return found


def signed(receipt: dict[str, Any], keys: dict[str, Any]) -> bool:
    """Whether one of the keys made the signature over all the rest of the receipt, as canonical JSON."""
    said = {name: value for name, value in receipt.items() if name != "signature"}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    for key in [keys["current"], *keys["former"]]:
        raw = bytes.fromhex(key["raw"])
        if hashlib.sha256(raw).hexdigest()[:16] == receipt["key"]:
            try:
                Ed25519PublicKey.from_public_bytes(raw).verify(
                    base64.b64decode(receipt["signature"], validate=True), text
                )
            except InvalidSignature:
                return False
            return True
    return False


def main() -> int:
    """Reads both files and says what they are worth."""
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        receipt, keys = read(sys.argv[1]), read(sys.argv[2])
        receipt = receipt.get("receipt", receipt)
        good = signed(receipt, keys)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        print(f"This cannot be verified: {wrong!r}", file=sys.stderr)
        return 2
    print("signed: the service said so" if good else "NOT SIGNED by these keys as it stands")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
