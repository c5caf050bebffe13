# SPDX-License-Identifier: Apache-2.0
"""The master key outside the database, and the keys of records that it locks."""

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from longwatch.core.environment import EVIDENCE_OLD_KEYS, Environment, SettingError, current
from longwatch.core.errors import Conflict, LongwatchError
from longwatch.core.keys import EVIDENCE, KEY_BYTES, is_kept_in_file, kept_key, load_key, write_key

NONCE_BYTES = 12
# One for each rotation that backups may still need.
MOST_OLD = 50


class Locked(LongwatchError):
    """Evidence that cannot be opened, because its key was destroyed or the master key is another one."""

    status = 410
    default_code = "evidence_locked"


def new_record_key() -> bytes:
    """The key of a record."""
    return secrets.token_bytes(KEY_BYTES)


def name_of(master: bytes) -> str:
    """What a wrapped key says of the master key it needs; tells nothing about the key itself."""
    return hashlib.sha256(b"longwatch evidence master key" + master).hexdigest()[:16]


def wrap(master: bytes, key_id: UUID, record_key: bytes) -> bytes:
    """A record's key, locked by the master key and bound to its identifier."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(master).encrypt(nonce, record_key, key_id.bytes)


def unwrap(master: bytes, key_id: UUID, wrapped: bytes) -> bytes:
    """The record's key; refuses (410) what another master key locked, or what belongs to another identifier."""
    try:
        return AESGCM(master).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.bytes)
    except (InvalidTag, ValueError):
        raise Locked("This evidence cannot be opened: its key does not fit. Tell an administrator.") from None


def master_key() -> bytes:
    """The master key that locks new keys."""
    return _current(_state())


def open_key(key_id: UUID, wrapped: bytes, master: str) -> bytes:
    """A record's key, by whichever of our master keys locked it."""
    key = _masters(_state()).get(master)
    if key is None:
        raise Locked("This evidence was locked with a master key that this server does not have.")
    return unwrap(key, key_id, wrapped)


def renew_kept_master(environment: Environment | None = None) -> bool:
    """Make a new master key beside the old one, when we keep it ourselves; otherwise the operator has to."""
    environment = environment or current()
    if not is_kept_in_file(EVIDENCE, environment):
        return False
    file = EVIDENCE.file(environment)
    before = kept_key(file)
    old = _old_file(file, name_of(before))
    if len(_old_files(file)) >= MOST_OLD:
        raise Conflict(f"There are {MOST_OLD} old keys beside {file}: remove those that no backup needs.")
    write_key(old, before)
    draft = file.with_name(f".{file.name}.next")
    draft.unlink(missing_ok=True)
    write_key(draft, secrets.token_bytes(KEY_BYTES))
    draft.replace(file)
    return True


# Files may change under a running server: what they hold is remembered as long as nobody writes them.
State = tuple[tuple[str, ...], tuple[tuple[str, int], ...]]


def _state() -> State:
    environment = current()
    file = EVIDENCE.file(environment)
    files = [each for each in (file, *_old_files(file)) if each.exists()]
    settings = tuple(
        environment.variables.get(s.name, "") for s in (EVIDENCE.value, EVIDENCE.command, EVIDENCE_OLD_KEYS)
    )
    return (*settings, str(file)), tuple((str(each), each.stat().st_mtime_ns) for each in files)


@cache
def _current(state: State) -> bytes:
    return load_key(EVIDENCE)


@cache
def _masters(state: State) -> Mapping[str, bytes]:
    environment = current()
    old = [_decoded(text) for text in environment.names(EVIDENCE_OLD_KEYS)]
    kept = [kept_key(file) for file in _old_files(EVIDENCE.file(environment))]
    return {name_of(key): key for key in (*kept, *old, load_key(EVIDENCE))}


def _old_file(file: Path, name: str) -> Path:
    return file.with_name(f"{file.name}.old-{name}")


def _old_files(file: Path) -> list[Path]:
    return sorted(file.parent.glob(f"{file.name}.old-*"))


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingError(EVIDENCE_OLD_KEYS.name, f"the base64 of {KEY_BYTES} random bytes each")
    return key
