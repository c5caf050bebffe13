# SPDX-License-Identifier: Apache-2.0
"""What one slow sender can do to the others."""

import asyncio

import pytest

from longwatch.intake.fast import serving
from longwatch.intake.fast.body import TooSlow


class TestInTime:
    def test_gives_up_on_a_body_that_does_not_come(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(serving, "BODY_SECONDS", 0.01)
        with pytest.raises(TooSlow) as refusal:
            asyncio.run(serving._in_time(asyncio.sleep(60, b"late")))
        assert refusal.value.status == 408

    def test_passes_on_a_body_that_comes(self) -> None:
        assert asyncio.run(serving._in_time(asyncio.sleep(0, b"here"))) == b"here"
