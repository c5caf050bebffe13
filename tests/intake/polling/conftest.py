# SPDX-License-Identifier: Apache-2.0
"""Tools of tests listen on this machine, which is off limits otherwise."""

import pytest


@pytest.fixture(autouse=True)
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
