# SPDX-License-Identifier: Apache-2.0
"""Dismissed signals that never joined a record."""

from datetime import timedelta
from uuid import UUID

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.intake.services.triage import dismiss
from longwatch.lifecycle.services.classes import change_retention
from tests.intake.cast_signals import make_source, send
from tests.lifecycle.closed import PERSON
from tests.personas import Cast


def lone_signals(cast: Cast, *, days: int = 20, most: int = 2) -> list[UUID]:
    """Dismissed some days ago, in an organisation that keeps them for fifteen; each names somebody."""
    with acting_as(cast.privacy):
        change_retention("signal-alone", days=15, outcome="anonymise", reason="Agreed", by=cast.privacy)
    source, made = make_source(cast), []
    for number in range(most):
        arrived = send(source, cast, title=f"Door {number} forced by {PERSON}", dedup_key=f"alone-{days}-{number}")
        with clock.unsafe_pretend(clock.now() - timedelta(days=days)), acting_as(cast.analyst):
            dismiss(arrived.signal_id, "benign", PERSON, by=cast.analyst)
        made.append(arrived.signal_id)
    return made
