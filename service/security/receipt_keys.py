"""The keys that sign receipts: a folder with `signing.pem` and, for every key there ever was, `<id>.pub.pem`.

A rotation puts another key in the place of `signing.pem`; the public half of the former one stays, so that its
receipts stay good. What is written appears whole under its name or not at all.
"""

import base64
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from service.errors import ReceiptKeysInvalid
from service.schemas.responses.receipts import PublicKey, ReceiptKeys

SIGNING_FILE, PUBLIC_SUFFIX = "signing.pem", ".pub.pem"


class Keyring:
    """The key that signs, read once, and all by which receipts may be verified."""

    def __init__(self, folder: Path) -> None:
        """Opens the folder, and makes it with a key where it is not there yet.

        Raises ReceiptKeysInvalid where a key cannot be read, is none, or is gone though others were kept.
        """
        self._folder = folder
        with _refused(folder):
            self._private = _signing(folder)
            self._public = self._private.public_key()
            self.id = key_id(self._public)
            _keep(folder, self._public)
            self._known = _kept(folder)

    def sign(self, text: bytes) -> str:
        """The signature over bytes, in base64."""
        return base64.b64encode(self._private.sign(text)).decode()

    def has_key(self, key: str) -> bool:
        """Whether a key is, or was, one of this service. A rotation by another process is seen."""
        if key not in self._known:
            with _refused(self._folder):
                self._known = _kept(self._folder)
        return key in self._known

    def verifies(self, key: str, signature: str, text: bytes) -> bool:
        """Whether that key, which must be known, made the signature over these very bytes."""
        try:
            raw = base64.b64decode(signature, validate=True)
            self._known[key].verify(raw, text)
        except (ValueError, InvalidSignature):
            return False
        return base64.b64encode(raw).decode() == signature  # two texts of one signature would be two receipts

    def public_keys(self) -> ReceiptKeys:
        """All public keys: the one that signs here, and the others, by their ids."""
        with _refused(self._folder):
            self._known = _kept(self._folder)
        others = [_shown(key) for name, key in sorted(self._known.items()) if name != self.id]
        return ReceiptKeys(current=_shown(self._public), former=others)


def rotate_signing_key(folder: Path) -> str:
    """Puts a new key in the place of the one that signs, and gives its id. Raises ReceiptKeysInvalid where that fails.

    A server that is running signs with the former one until it is started again; both are good.
    """
    with _refused(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):
            _keep(folder, _private(folder / SIGNING_FILE).public_key())
        new = Ed25519PrivateKey.generate()
        _keep(folder, new.public_key())
        with _written(folder, _pem(new)) as made:
            os.replace(made, folder / SIGNING_FILE)
        return key_id(new.public_key())


def key_id(key: Ed25519PublicKey) -> str:
    """The first 16 hex digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def _signing(folder: Path) -> Ed25519PrivateKey:
    """The key that signs; the first start makes one. Of two that start at once the first one's is taken by both."""
    folder.mkdir(mode=0o700, exist_ok=True)
    place = folder / SIGNING_FILE
    if not place.exists():
        if _kept(folder) and not place.exists():
            raise ValueError(
                f"{SIGNING_FILE} is gone, though keys were kept: bring it back, or `pathways receipts rotate`"
            )
        with _written(folder, _pem(Ed25519PrivateKey.generate())) as made, suppress(FileExistsError):
            os.link(made, place)
    return _private(place)


def _private(place: Path) -> Ed25519PrivateKey:
    found = load_pem_private_key(place.read_bytes(), None)
    if not isinstance(found, Ed25519PrivateKey):
        raise ValueError(f"{place.name} is no Ed25519 key")
    return found


def _kept(folder: Path) -> dict[str, Ed25519PublicKey]:
    found = {}
    for place in sorted(folder.glob(f"*{PUBLIC_SUFFIX}")):
        key = load_pem_public_key(place.read_bytes())
        if not isinstance(key, Ed25519PublicKey) or place.name != key_id(key) + PUBLIC_SUFFIX:
            raise ValueError(f"{place.name} is no Ed25519 key of that name")
        found[key_id(key)] = key
    return found


def _keep(folder: Path, key: Ed25519PublicKey) -> None:
    place = folder / (key_id(key) + PUBLIC_SUFFIX)
    if not place.exists():
        with _written(folder, _shown(key).pem.encode()) as made:
            os.replace(made, place)


@contextmanager
def _written(folder: Path, text: bytes) -> Iterator[Path]:
    """A file that only its owner may read, whole and on the disk before it gets its name."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".new", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _shown(key: Ed25519PublicKey) -> PublicKey:
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return PublicKey(key=key_id(key), pem=pem, raw=key.public_bytes_raw().hex())


@contextmanager
def _refused(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        raise ReceiptKeysInvalid(f"{folder}: {wrong}. It is left as it is.") from wrong
