# SPDX-License-Identifier: Apache-2.0
"""Which path is which way in."""

import pytest

from longwatch.intake.ways import collector, enqueue, hooks
from longwatch.intake.ways.entrances import entrance


class TestEntrance:
    def test_of_each_way(self) -> None:
        assert entrance("/hooks/gate") is hooks.answer
        assert entrance("/services/collector/raw") is collector.answer
        assert entrance("/v2/enqueue") is enqueue.answer

    @pytest.mark.parametrize("path", ["/", "/hooks", "/services", "/services/collectors", "/v2", "/api/v1/signals"])
    def test_is_none_of_other_paths(self, path: str) -> None:
        assert entrance(path) is None
