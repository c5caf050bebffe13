# SPDX-License-Identifier: Apache-2.0
"""Bodies that are kept whole, as rows."""

from longwatch.core.clock import now
from longwatch.intake.delivery_models import Delivery, DeliveryState, Way
from longwatch.ledger.writing import row_content


class TestDelivery:
    def test_commits_to_the_hash_of_its_bytes_and_not_to_the_bytes(self) -> None:
        content = row_content(Delivery(raw=b"secret", sha256=b"\x01" * 32, way=Way.API, state=DeliveryState.FAILED))
        assert "raw" not in content
        assert "sha256" in content

    def test_says_when_it_came_and_what_became_of_it(self) -> None:
        assert str(Delivery(state=DeliveryState.FAILED, at=now())).startswith("failed at ")
