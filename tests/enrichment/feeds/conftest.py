# SPDX-License-Identifier: Apache-2.0
"""Feeds of tests are served by this machine, which is off limits otherwise."""

import pytest


@pytest.fixture(autouse=True)
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
