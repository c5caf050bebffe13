# SPDX-License-Identifier: Apache-2.0
"""The job that carries out."""

from uuid import uuid4

from longwatch.lifecycle.jobs import carry_out_disposal
from tests.personas import Cast


class TestCarryOutDisposal:
    def test_what_is_not_there_is_gone(self, cast: Cast) -> None:
        assert carry_out_disposal(str(uuid4())) == "gone"
