# SPDX-License-Identifier: Apache-2.0
"""The last stage: canaries that came through all the others."""

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import ENGINE, Address
from longwatch.intake.canary_models import Canary
from longwatch.intake.canary_stage import mark_canaries
from longwatch.intake.services.canaries import send_canary
from longwatch.intake.settling import settle
from longwatch.ledger.connecting import as_role
from tests.intake.cast_signals import make_source, send
from tests.personas import make_cast


def test_it_marks_canaries_and_nothing_that_only_looks_like_one(committed_db: Address) -> None:
    town = make_cast()
    source = make_source(town)
    with acting_as(town.supervisor):
        canary = send_canary(source.id, by=town.supervisor)
    send(source, town, rule="longwatch.canary", tags=["canary"])
    with as_role(ENGINE) as engine:
        assert settle(engine, [mark_canaries]) == 2
    with acting_as(town.supervisor):
        [found] = Canary.objects.all()
    assert (found.id, found.signal_id, bool(found.settled_at)) == (canary.id, canary.signal_id, True)
