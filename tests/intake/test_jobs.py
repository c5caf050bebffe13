# SPDX-License-Identifier: Apache-2.0
"""What has to happen to the intake from time to time."""

from datetime import timedelta

import psycopg
from django.db import connection, connections

from longwatch.access.context import acting_as
from longwatch.access.services.notices import own_notices
from longwatch.core import clock
from longwatch.core.clock import now
from longwatch.core.ids import uuid7
from longwatch.core.postgres.address import Address
from longwatch.intake.jobs import (
    MONTHS_AHEAD,
    forget_idempotency_keys,
    make_months,
    read_mailbox,
    read_mailboxes,
    watch_sources,
)
from longwatch.intake.models import Source
from longwatch.intake.services.mailboxes import close_mailbox, open_mailbox
from longwatch.intake.services.sources import change_source
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast, make_cast

KEEP = """
insert into intake_idempotency (token_id, key, body_sha256, created_at) values
  (%(token)s, 'old', '\\x00', now() - interval '25 hours'), (%(token)s, 'young', '\\x00', now() - interval '23 hours')
"""
MONTHS = "select count(*) from pg_inherits where inhparent = 'ledger_entry'::regclass"


class TestForgetIdempotencyKeys:
    def test_forgets_what_is_a_day_old_and_nothing_younger(self, committed_db: Address) -> None:
        with psycopg.connect(**connections["owner"].get_connection_params()) as owner:
            owner.execute(KEEP, {"token": uuid7()})
            owner.commit()
            assert forget_idempotency_keys(timestamp=0) >= 1
            assert owner.execute("select key from intake_idempotency").fetchall() == [("young",)]
        assert forget_idempotency_keys(timestamp=0) == 0


class TestMakeMonths:
    def test_makes_the_months_ahead_and_nothing_twice(self, db: None) -> None:
        year, month = divmod(now().year * 12 + now().month - 1 + MONTHS_AHEAD, 12)
        last = f"ledger_entry_{year}_{month + 1:02}"
        with psycopg.connect(**connections["owner"].get_connection_params(), autocommit=True) as owner:
            owner.execute(f"drop table if exists {last}")
        make_months(timestamp=0)
        with connection.cursor() as cursor:
            cursor.execute(MONTHS)
            (before,) = cursor.fetchone()
            make_months(timestamp=0)
            cursor.execute(MONTHS)
            assert cursor.fetchone() == (before,)
            cursor.execute("select to_regclass(%s) is not null", [last])
            assert cursor.fetchone() == (True,)


class TestWatchSources:
    def silent_source(self, cast: Cast) -> Source:
        with clock.unsafe_pretend(clock.now() - timedelta(hours=2)):
            source = make_source(cast)
        with acting_as(cast.supervisor):
            change_source(source.id, {"heartbeat_seconds": 3600}, by=cast.supervisor)
        return source

    def notices(self, cast: Cast, name: str) -> list[str]:
        with acting_as(cast.actors[name]):
            return [notice.link for notice in own_notices(cast.actors[name]) if notice.kind == "source_silent"]

    def test_tells_supervisors_once_of_a_source_that_fell_silent(self, committed_db: Address) -> None:
        cast = make_cast()
        source = self.silent_source(cast)
        assert watch_sources(timestamp=0) >= 1
        assert watch_sources(timestamp=0) == 0
        assert self.notices(cast, "supervisor") == [f"/administration/sources/{source.id}"]
        assert self.notices(cast, "analyst") == self.notices(cast, "outsider") == []

    def test_tells_again_after_it_was_heard_meanwhile(self, committed_db: Address) -> None:
        cast = make_cast()
        source = self.silent_source(cast)
        watch_sources(timestamp=0)
        with acting_as(cast.supervisor):
            change_source(source.id, {"heartbeat_seconds": 86_400}, by=cast.supervisor)
        watch_sources(timestamp=0)
        with acting_as(cast.supervisor):
            change_source(source.id, {"heartbeat_seconds": 3600}, by=cast.supervisor)
        watch_sources(timestamp=0)
        assert len(self.notices(cast, "supervisor")) == 2

    def test_tells_nobody_of_one_that_is_heard(self, committed_db: Address) -> None:
        cast = make_cast()
        send(self.silent_source(cast), cast)
        watch_sources(timestamp=0)
        assert self.notices(cast, "supervisor") == []


class TestReadMailboxes:
    def test_has_each_mailbox_read_by_a_job_of_its_own_once(self, cast: Cast) -> None:
        source = make_source(cast)
        with acting_as(cast.supervisor):
            box = open_mailbox(source.id, {"host": "mail.example", "user": "u"}, password="p", by=cast.supervisor)
        assert [read_mailboxes(0), read_mailboxes(0)] == [1, 0]
        with acting_as(cast.supervisor):
            close_mailbox(box.id, by=cast.supervisor)
        assert read_mailbox(str(box.id)) == 0
