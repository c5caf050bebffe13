# SPDX-License-Identifier: Apache-2.0
"""Where listeners put what they take."""

import asyncio
from typing import Any

import pytest
from psycopg_pool import AsyncConnectionPool

from longwatch.access.context import acting_as
from longwatch.core.environment import SettingError
from longwatch.core.postgres.address import INTAKE, Address
from longwatch.intake.delivery_models import Delivery, Way
from longwatch.intake.listening.receiving import Taking
from longwatch.intake.models import Signal
from tests.intake.cast_signals import make_source
from tests.personas import make_cast


async def taken(database: Address, name: str, *messages: bytes) -> None:
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
        database.conninfo(INTAKE), kwargs={"autocommit": True}, min_size=1, max_size=2, open=False
    )
    async with pool:
        taking = Taking(pool, name, "LONGWATCH_SYSLOG_SOURCE", Way.SYSLOG)
        await taking.take(messages)
        await taking.stop()


class TestTaking:
    def test_stores_what_can_be_read_and_keeps_the_rest(self, committed_db: Address) -> None:
        cast = make_cast()
        source = make_source(cast)
        asyncio.run(taken(committed_db, source.slug, b'{"title": "One"}', b'{"title": 5}', b'{"title": "Two"}'))
        with acting_as(cast.supervisor):
            assert set(Signal.objects.filter(source=source).values_list("title", flat=True)) == {"One", "Two"}
            [kept] = Delivery.objects.filter(source=source)
        assert (bytes(kept.raw), kept.way) == (b'{"title": 5}', "syslog")

    def test_knows_a_source_by_its_identifier(self, committed_db: Address) -> None:
        cast = make_cast()
        source = make_source(cast)
        asyncio.run(taken(committed_db, str(source.id), b'{"title": "One"}'))
        with acting_as(cast.supervisor):
            assert Signal.objects.filter(source=source).count() == 1

    def test_refuses_a_name_that_two_sources_have(self, committed_db: Address) -> None:
        source = make_source(make_cast())
        make_source(make_cast(), slug=source.slug)
        with pytest.raises(SettingError):
            asyncio.run(found(committed_db, source.slug))

    def test_refuses_a_source_that_is_not_there(self, committed_db: Address) -> None:
        with pytest.raises(SettingError):
            asyncio.run(found(committed_db, "nothing"))


async def found(database: Address, name: str) -> None:
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(database.conninfo(INTAKE), min_size=1, open=False)
    async with pool:
        await Taking(pool, name, "LONGWATCH_SYSLOG_SOURCE", Way.SYSLOG).find()
