# SPDX-License-Identifier: Apache-2.0
"""Objections to opening a record again."""

from uuid import UUID, uuid4

import pytest

from longwatch.core.errors import Conflict
from longwatch.records import final


class TestRefuseFinal:
    def test_lets_pass_what_nobody_objects_to(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(final, "OBJECTIONS", [])
        final.refuse_final(uuid4())

    def test_says_what_an_objection_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def never(record_id: UUID) -> None:
            raise Conflict(f"{record_id} stays closed.")

        monkeypatch.setattr(final, "OBJECTIONS", [never])
        with pytest.raises(Conflict, match="stays closed"):
            final.refuse_final(uuid4())
