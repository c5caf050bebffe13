# SPDX-License-Identifier: Apache-2.0
"""The demo story, which is dated back by months, holds: nothing that services write is taken for tampering."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from longwatch.config.demo.loading import load
from longwatch.core import clock
from longwatch.core.postgres.address import VERIFIER, Address
from longwatch.integrity.verification import Plan, verify
from longwatch.ledger.anchors.keeping import keep_newest
from longwatch.ledger.sealing import seal_now
from tests.fixtures.database import copied, django_at

NOW = None
AFTER_MIDNIGHT = datetime.combine(clock.now().date(), time(0, 0, 30), UTC)


@pytest.mark.slow
@pytest.mark.parametrize("opening", [NOW, AFTER_MIDNIGHT], ids=["now", "after midnight"])
def test_demo_holds(
    opening: datetime | None,
    template_database: Address,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_db_blocker: Any,
) -> None:
    monkeypatch.setenv("LONGWATCH_DATA", str(tmp_path))
    monkeypatch.setattr(settings, "EVIDENCE_DIRECTORY", tmp_path / "evidence")
    with copied(template_database, "story") as database, django_db_blocker.unblock(), django_at(database):
        load(opening)
        seal_now()
        keep_newest()
        found = verify(Plan(database.conninfo(VERIFIER), [tmp_path / "anchors" / "checkpoints"], processes=1))
    assert (found.faults, found.counts["rows"] > 100) == ([], True)
