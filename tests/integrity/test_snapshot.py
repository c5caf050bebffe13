# SPDX-License-Identifier: Apache-2.0
from longwatch.core.postgres.address import VERIFIER
from longwatch.integrity.snapshot import everything, moment, seeing
from tests.integrity.conftest import World

COUNT = "select count(*) from ledger_checkpoint"


class TestSnapshot:
    def test_is_the_same_moment_for_all_who_see_it(self, world: World) -> None:
        with moment(world.database.conninfo(VERIFIER)) as (connection, snapshot):
            before = everything(connection, COUNT)
            world.run("delete from ledger_checkpoint", unguarded=True)
            with seeing(snapshot) as other:
                assert everything(other, COUNT) == before
