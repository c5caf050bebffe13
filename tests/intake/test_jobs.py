# SPDX-License-Identifier: Apache-2.0
"""What has to happen to the intake from time to time."""

import psycopg
from django.db import connection, connections

from longwatch.core.clock import now
from longwatch.core.ids import uuid7
from longwatch.core.postgres.address import Address
from longwatch.intake.jobs import MONTHS_AHEAD, forget_idempotency_keys, make_months

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
