# SPDX-License-Identifier: Apache-2.0

"""Links of the chain of custody, removed or changed."""

from tests.integrity.conftest import World
from tests.integrity.forging import one


class TestCustody:
    def test_a_link_of_custody_removed(self, world: World) -> None:
        world.run("delete from evidence_custody_event where kind = 'viewed'", unguarded=True)
        assert one(
            world.faults(),
            f"The link in the chain of custody of exhibit {world.exhibit}",
            "evidence.viewed",
            "was removed",
        )

    def test_a_link_of_custody_changed(self, world: World) -> None:
        world.run("update evidence_custody_event set actor_label = 'Nobody' where kind = 'downloaded'", unguarded=True)
        assert one(world.faults(), "evidence_custody_event", "(downloaded)", "holds something else than entry")

    def test_a_link_of_receipt_changed(self, world: World) -> None:
        world.run("update evidence_custody_event set actor_label = 'Nobody' where kind = 'received'", unguarded=True)
        assert one(world.faults(), "evidence_custody_event", "(received)", "says something else than the exhibit")
