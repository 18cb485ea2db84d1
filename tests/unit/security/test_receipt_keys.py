"""The folder of keys: made once, whoever comes first, and never silently anew."""

import multiprocessing

import pytest

from service.errors import ReceiptKeysInvalid
from service.security.receipt_keys import PUBLIC_SUFFIX, SIGNING_FILE, Keyring, rotate_signing_key


def opened(folder, ready, found):
    """Opens the ring in a process of its own, at the same time as others."""
    ready.wait()
    found.put(Keyring(folder).id)


def test_processes_that_start_at_once_have_one_key(tmp_path):
    """Whoever is second takes what the first one made."""
    context = multiprocessing.get_context("spawn")
    ready, found = context.Barrier(4), context.Queue()
    works = [context.Process(target=opened, args=(tmp_path / "keys", ready, found)) for _ in range(4)]
    for work in works:
        work.start()
    told = {found.get(timeout=60) for _ in works}
    for work in works:
        work.join()
    assert told == {Keyring(tmp_path / "keys").id}
    assert len(list((tmp_path / "keys").iterdir())) == 2


def spoil_empty(folder):
    (folder / SIGNING_FILE).write_bytes(b"")


def spoil_other(folder):
    (folder / SIGNING_FILE).write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")


def spoil_gone(folder):
    (folder / SIGNING_FILE).unlink()


def spoil_folder(folder):
    (folder / SIGNING_FILE).unlink()
    (folder / SIGNING_FILE).mkdir()


def spoil_public(folder):
    next(folder.glob(f"*{PUBLIC_SUFFIX}")).write_text("no key")


def spoil_name(folder):
    place = next(folder.glob(f"*{PUBLIC_SUFFIX}"))
    place.with_name("0" * 16 + PUBLIC_SUFFIX).write_bytes(place.read_bytes())


@pytest.mark.parametrize("spoil", [spoil_empty, spoil_other, spoil_gone, spoil_folder, spoil_public, spoil_name])
def test_a_key_that_cannot_be_used_is_refused(tmp_path, spoil):
    """It is told, and nothing is made in its place."""
    Keyring(tmp_path / "keys")
    spoil(tmp_path / "keys")
    before = sorted((p.name, p.is_file() and p.read_bytes()) for p in (tmp_path / "keys").iterdir())
    with pytest.raises(ReceiptKeysInvalid, match="has changed nothing"):
        Keyring(tmp_path / "keys")
    assert sorted((p.name, p.is_file() and p.read_bytes()) for p in (tmp_path / "keys").iterdir()) == before


def test_a_key_that_is_gone_is_replaced_by_a_rotation_alone(tmp_path):
    """Somebody must say so."""
    old = Keyring(tmp_path / "keys").id
    (tmp_path / "keys" / SIGNING_FILE).unlink()
    assert rotate_signing_key(tmp_path / "keys") == Keyring(tmp_path / "keys").id != old


def test_a_folder_whose_parent_is_not_there_is_refused(tmp_path):
    """A misspelt place is no place to put a key."""
    with pytest.raises(ReceiptKeysInvalid):
        Keyring(tmp_path / "no" / "keys")
