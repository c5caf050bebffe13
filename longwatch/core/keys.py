# SPDX-License-Identifier: Apache-2.0
"""Keys that live outside the database: 32 random bytes from a variable, a command or a private file."""

import base64
import binascii
import os
import secrets
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from longwatch.core import environment as settings
from longwatch.core.environment import Environment, Setting, SettingError, current
from longwatch.core.errors import LongwatchError

KEY_BYTES = 32
# Base64 with its line end, and room for a second line end; a longer file is no key.
LONGEST_TEXT = 64
COMMAND_SECONDS = 30.0
OTHERS = 0o077
FOLDER = "keys"


class KeyUnusable(LongwatchError):
    """A key cannot be had, or not safely; the sentence never holds any of it."""

    default_code = "key_unusable"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what its file is called, and the two settings that come before the file."""

    name: str
    value: Setting
    command: Setting

    def file(self, environment: Environment) -> Path:
        """Where the key is kept when neither setting is made."""
        return environment.data / FOLDER / self.name


LEDGER = Key("ledger", settings.LEDGER_KEY, settings.LEDGER_KEY_COMMAND)
EVIDENCE = Key("evidence", settings.EVIDENCE_KEY, settings.EVIDENCE_KEY_COMMAND)
EXPORT = Key("export", settings.EXPORT_KEY, settings.EXPORT_KEY_COMMAND)
RECEIPTS = Key("receipts", settings.RECEIPT_KEY, settings.RECEIPT_KEY_COMMAND)


def load_key(key: Key, environment: Environment | None = None) -> bytes:
    """The 32 bytes of a key: from its variable, else its command, else its file, which is made on first use.

    Refuses a key of another length, a command that fails, and a file that others can read.
    """
    environment = environment or current()
    if environment.is_set(key.value):
        return _decoded(environment.text(key.value), key.value.name)
    if environment.is_set(key.command):
        return _decoded(_said(environment.text(key.command), key.command.name), key.command.name)
    return kept_key(key.file(environment))


def is_kept_in_file(key: Key, environment: Environment) -> bool:
    """Whether we keep the key ourselves, rather than a variable or a command."""
    return not environment.is_set(key.value) and not environment.is_set(key.command)


def kept_key(file: Path) -> bytes:
    """The key in a private file; the first of several starters makes it. Refuses a file that others can read."""
    if not file.exists():
        write_key(file, secrets.token_bytes(KEY_BYTES))
    return read_key(file)


def read_key(file: Path) -> bytes:
    """The key in an existing file; refuses a link, a file that others can read, and what is no key."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise KeyUnusable(f"The key {file} cannot be read: {error.strerror}.") from None
    with os.fdopen(handle, "rb") as stream:
        if os.fstat(handle).st_mode & OTHERS:
            raise KeyUnusable(f"Others can read the key {file}: take that from them (chmod 600), or replace the key.")
        text = stream.read(LONGEST_TEXT)
    return _decoded(text.decode("ascii", "replace"), str(file))


def write_key(file: Path, key: bytes) -> None:
    """Keep a key in a new private file, whole or not at all; leaves an existing one alone."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(base64.b64encode(key) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        # link() fails when the name exists, so first starters agree on one key; rename would not.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)


def _said(command: str, name: str) -> str:
    """What the command prints; its own complaints go to standard error, where the operator sees them."""
    try:
        words = shlex.split(command)
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=COMMAND_SECONDS)
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired):
        raise KeyUnusable(f"The command in {name} could not be run to its end.") from None
    if done.returncode:
        raise KeyUnusable(f"The command in {name} failed with status {done.returncode}.")
    return done.stdout.decode("ascii", "replace")


def _decoded(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingError(name, f"the base64 of {KEY_BYTES} random bytes")
    return key
