"""Manages the Ed25519 keys that sign receipts, in a folder: `signing.pem`, and `<id>.pub.pem` for every key.

A rotation replaces `signing.pem`. The public key of the former signing key stays, so that its receipts stay verifiable.
This module writes files atomically.
"""

import base64
import hashlib
import os
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
from service.security.private_files import make_private_folder, new_file

SIGNING_FILE, PUBLIC_SUFFIX = "signing.pem", ".pub.pem"


class Keyring:
    """The signing key, and the public keys that verify receipts. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        """Reads the folder, or creates it with a new key.

        Raises ReceiptKeysInvalid if a key file is unreadable or not an Ed25519 key, or if only the signing key is gone.
        """
        self._folder = folder
        with _translated(folder):
            self._private = _load_or_create_signing_key(folder)
            self._public = self._private.public_key()
            self.id = key_id(self._public)
            _write_public_key(folder, self._public)
            self._known = _read_public_keys(folder)

    def sign(self, text: bytes) -> str:
        """Returns the signature of a text, in base64."""
        return base64.b64encode(self._private.sign(text)).decode()

    def has_key(self, key: str) -> bool:
        """Returns whether a key id belongs to this service.

        For an unknown id it reads the folder of the keys again, to which a rotation may have added a key.
        """
        if key not in self._known:
            with _translated(self._folder):
                self._known = _read_public_keys(self._folder)
        return key in self._known

    def verifies(self, key: str, signature: str, text: bytes) -> bool:
        """Returns whether the key signed exactly this text. `has_key` must be true for the id `key`."""
        try:
            raw = base64.b64decode(signature, validate=True)
            self._known[key].verify(raw, text)
        except (ValueError, InvalidSignature):
            return False
        return base64.b64encode(raw).decode() == signature  # base64 is ambiguous; only one text is valid

    def public_keys(self) -> ReceiptKeys:
        """Returns all public keys: the current signing key, and the others ordered by id."""
        with _translated(self._folder):
            self._known = _read_public_keys(self._folder)
        others = [_public_key(key) for name, key in sorted(self._known.items()) if name != self.id]
        return ReceiptKeys(current=_public_key(self._public), former=others)


def rotate_signing_key(folder: Path) -> str:
    """Replaces the signing key by a new one, and returns the id of the new key. Raises ReceiptKeysInvalid.

    A running server signs with the former key until its next start; receipts of both keys are valid.
    """
    with _translated(folder):
        make_private_folder(folder)
        with suppress(FileNotFoundError):
            _write_public_key(folder, _read_private_key(folder / SIGNING_FILE).public_key())
        new = Ed25519PrivateKey.generate()
        _write_public_key(folder, new.public_key())
        with new_file(folder, _pem(new)) as file:
            os.replace(file, folder / SIGNING_FILE)
        return key_id(new.public_key())


def key_id(key: Ed25519PublicKey) -> str:
    """Returns the id of a key: the first 16 hex digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def _load_or_create_signing_key(folder: Path) -> Ed25519PrivateKey:
    """Returns the signing key; the first start creates one.

    Two processes that start at the same time use the same key.
    """
    make_private_folder(folder)
    path = folder / SIGNING_FILE
    if not path.exists():
        if _read_public_keys(folder) and not path.exists():
            raise ValueError(
                f"{SIGNING_FILE} is missing, but public keys exist; restore it, or run `pathways receipts rotate`"
            )
        with new_file(folder, _pem(Ed25519PrivateKey.generate())) as file, suppress(FileExistsError):
            os.link(file, path)
    return _read_private_key(path)


def _read_private_key(path: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path.name} is not an Ed25519 private key")
    return key


def _read_public_keys(folder: Path) -> dict[str, Ed25519PublicKey]:
    keys = {}
    for path in sorted(folder.glob(f"*{PUBLIC_SUFFIX}")):
        key = load_pem_public_key(path.read_bytes())
        if not isinstance(key, Ed25519PublicKey) or path.name != key_id(key) + PUBLIC_SUFFIX:
            raise ValueError(f"{path.name} is not the Ed25519 public key with this id")
        keys[key_id(key)] = key
    return keys


def _write_public_key(folder: Path, key: Ed25519PublicKey) -> None:
    path = folder / (key_id(key) + PUBLIC_SUFFIX)
    if not path.exists():
        with new_file(folder, _public_key(key).pem.encode()) as file:
            os.replace(file, path)


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public_key(key: Ed25519PublicKey) -> PublicKey:
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return PublicKey(key=key_id(key), pem=pem, raw=key.public_bytes_raw().hex())


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ReceiptKeysInvalid(f"{folder}: {error}. The service has changed nothing in this folder.") from error
