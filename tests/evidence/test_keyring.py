# SPDX-License-Identifier: Apache-2.0
"""The master key and what it locks."""

import base64
import os
from pathlib import Path
from uuid import UUID

import pytest

from longwatch.core.environment import SettingError
from longwatch.evidence import keyring
from longwatch.evidence.keyring import Locked

ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGWATCH_DATA", str(tmp_path))


class TestWrap:
    """wrap, unwrap"""

    def test_locks_a_key_for_one_identifier(self) -> None:
        master, key = os.urandom(32), keyring.new_record_key()
        wrapped = keyring.wrap(master, ONE, key)
        assert key not in wrapped
        assert keyring.unwrap(master, ONE, wrapped) == key
        for other, identifier in ((os.urandom(32), ONE), (master, TWO)):
            with pytest.raises(Locked):
                keyring.unwrap(other, identifier, wrapped)


class TestOpenKey:
    def test_opens_what_a_former_master_key_locked(self) -> None:
        before = keyring.master_key()
        key = keyring.new_record_key()
        wrapped = keyring.wrap(before, ONE, key)
        assert keyring.renew_kept_master()
        assert keyring.master_key() != before
        assert keyring.open_key(ONE, wrapped, keyring.name_of(before)) == key

    def test_opens_by_a_former_key_of_the_settings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        old, new = os.urandom(32), os.urandom(32)
        wrapped = keyring.wrap(old, ONE, bytes(32))
        monkeypatch.setenv("LONGWATCH_EVIDENCE_KEY", base64.b64encode(new).decode())
        with pytest.raises(Locked, match="does not have"):
            keyring.open_key(ONE, wrapped, keyring.name_of(old))
        monkeypatch.setenv("LONGWATCH_EVIDENCE_OLD_KEYS", base64.b64encode(old).decode())
        assert keyring.open_key(ONE, wrapped, keyring.name_of(old)) == bytes(32)
        assert keyring.master_key() == new

    def test_refuses_former_keys_that_are_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LONGWATCH_EVIDENCE_OLD_KEYS", "abc")
        with pytest.raises(SettingError):
            keyring.open_key(ONE, b"", "0" * 16)


class TestRenewKeptMaster:
    def test_leaves_a_key_to_the_operator_who_set_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LONGWATCH_EVIDENCE_KEY", base64.b64encode(bytes(32)).decode())
        assert not keyring.renew_kept_master()
        assert keyring.master_key() == bytes(32)

    def test_keeps_the_former_one_where_only_we_read_it(self, tmp_path: Path) -> None:
        keyring.master_key()
        keyring.renew_kept_master()
        files = sorted((tmp_path / "keys").iterdir())
        assert len(files) == 2
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
