# SPDX-License-Identifier: Apache-2.0
"""What happens to access data from time to time."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from procrastinate.jobs import Job

from longwatch.access.context import acting_as
from longwatch.access.jobs import forget_api_replays, mail_notice
from longwatch.access.models import ApiReplay
from longwatch.core.actor import Actor
from longwatch.core.postgres.address import Address
from tests.access.replays import a_day_passes
from tests.personas import Cast, make_cast


@pytest.fixture
def committed(committed_db: Address, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast, committed."""
    with django_db_blocker.unblock():
        yield make_cast()


def keep(actor: Actor, key: bytes) -> None:
    with acting_as(actor):
        ApiReplay.objects.create(
            org_id=actor.org_id, account_id=actor.id, key_hash=key, request_hash=b"r", status=201, body=b"{}"
        )


class TestForgetApiReplays:
    """forget_api_replays"""

    def test_forgets_everybodys_after_a_day_and_not_before(self, committed: Cast) -> None:
        keep(committed.analyst, b"old")
        keep(committed.hr, b"old")
        assert forget_api_replays(timestamp=0) == 0
        a_day_passes()
        keep(committed.analyst, b"new")
        assert forget_api_replays(timestamp=0) == 2
        with acting_as(committed.analyst):
            assert [bytes(row.key_hash) for row in ApiReplay.objects.all()] == [b"new"]


class TestMailNotice:
    """mail_notice"""

    def test_names_no_matter(self, settings: Any) -> None:
        mail_notice(address="ines@halden.test")
        assert mail.outbox[0].subject == "A notice for you in Longwatch"
        assert mail.outbox[0].body.endswith("/notices")

    def test_is_tried_again_when_the_mail_server_does_not_answer(self) -> None:
        job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name=mail_notice.name, attempts=1)
        decision = mail_notice.get_retry_exception(exception=OSError("no route"), job=job)
        assert decision is not None
        assert mail_notice.get_retry_exception(exception=OSError("no route"), job=job.evolve(attempts=6)) is None
