# SPDX-License-Identifier: Apache-2.0
"""Loading the demo story, for real and into a database of the test's own."""

import stat
from argparse import Namespace

import pytest

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.cases.models import Case
from longwatch.config.commands.demo_load import run
from longwatch.config.commands.up import notes_file
from longwatch.core.environment import current
from longwatch.core.postgres.address import Address
from longwatch.incidents.models import Incident
from longwatch.intake.models import Signal
from tests.personas import Cast


class TestRun:
    """run"""

    def test_leaves_a_database_with_content_alone(self, cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
        before = Account.objects.count()
        assert run(Namespace()) == 0
        assert "has content already" in capsys.readouterr().out
        assert Account.objects.count() == before

    @pytest.mark.slow
    def test_tells_a_story_through_the_services_and_keeps_the_accounts_privately(self, committed_db: Address) -> None:
        notes = notes_file(current())
        try:
            assert run(Namespace()) == 0
            assert stat.S_IMODE(notes.stat().st_mode) == 0o600
            emails = [email for email in Account.objects.values_list("email", flat=True) if email in notes.read_text()]
            supervisor = Account.objects.filter(email__in=emails, roles__contains=["supervisor"]).first()
            assert supervisor is not None
            with acting_as(actor_of(supervisor)):
                assert all(kind.objects.exists() for kind in (Signal, Incident, Case))
        finally:
            notes.unlink(missing_ok=True)
