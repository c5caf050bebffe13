# SPDX-License-Identifier: Apache-2.0
"""Entries keep what a reader needs later."""

from uuid import UUID

from longwatch.lifecycle.events import ErasurePerformed


class TestErasurePerformed:
    def test_names_the_entries_it_erases(self) -> None:
        event = ErasurePerformed(
            subject_id=UUID(int=1), basis="request", approver="Leo Lead", outcome="anonymise", erases=[3, 4]
        )
        assert event.details()["erases"] == [3, 4]
