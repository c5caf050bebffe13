# SPDX-License-Identifier: Apache-2.0
"""The inventory, one by one and as a table."""

from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.enrichment import selectors
from longwatch.enrichment.models import InventoryItem
from longwatch.enrichment.services import inventory
from tests.access.entries import actions
from tests.personas import Cast

WEB1: dict[str, Any] = {
    "name": "web1",
    "identifiers": ["host:web1", "ip:192.0.2.7"],
    "criticality": "critical",
    "owner": "Ops",
}
TABLE = "name,host,ip,owner,criticality\nweb1,web1,192.0.2.7;192.0.2.8,Ops,critical\ndb1,db1,,Data,high\n"


def added(cast: Cast, what: str = "asset", **values: Any) -> InventoryItem:
    with acting_as(cast.supervisor):
        return inventory.add_item(what, WEB1 | values, by=cast.supervisor)


def names(cast: Cast, what: str = "asset") -> list[str]:
    with acting_as(cast.analyst):
        return [each.name for each in selectors.items(cast.analyst, what).rows]


class TestAddItem:
    def test_keeps_it_with_its_event(self, cast: Cast) -> None:
        row = added(cast)
        assert names(cast) == ["web1"]
        with acting_as(cast.auditor):
            assert actions(row.id) == ["inventory.added"]

    def test_refuses_the_same_name_twice(self, cast: Cast) -> None:
        added(cast)
        with pytest.raises(Conflict):
            added(cast)
        assert names(cast) == ["web1"]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [({"name": ""}, "name"), ({"name": "x" * 201}, "name"), ({"identifiers": ["web1"]}, "identifiers"),
         ({"identifiers": ["shoe:9"]}, "identifiers"), ({"criticality": "huge"}, "criticality"),
         ({"site": "a\0"}, "site")],
    )  # fmt: skip
    def test_refuses_with_the_field_what_cannot_be_used(self, cast: Cast, wrong: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            added(cast, **wrong)
        assert list(refusal.value.fields) == [field]

    def test_refuses_who_may_only_read(self, cast: Cast) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            inventory.add_item("asset", WEB1, by=cast.analyst)

    def test_is_not_for_administrators_who_read_no_content(self, cast: Cast) -> None:
        with acting_as(cast.administrator), pytest.raises(NotFound):
            inventory.add_item("asset", WEB1, by=cast.administrator)


class TestChangeItem:
    def test_changes_what_is_named_with_its_event(self, cast: Cast) -> None:
        row = added(cast)
        with acting_as(cast.supervisor):
            for _ in range(2):
                inventory.change_item(row.id, {"owner": "Web team"}, by=cast.supervisor)
            assert selectors.item(cast.supervisor, row.id).owner == "Web team"
        with acting_as(cast.auditor):
            assert actions(row.id) == ["inventory.added", "inventory.changed"]

    def test_refuses_a_version_that_is_gone(self, cast: Cast) -> None:
        row = added(cast)
        with acting_as(cast.supervisor), pytest.raises(Stale):
            inventory.change_item(row.id, {"owner": "x"}, expected_version=row.version - 1, by=cast.supervisor)

    def test_refuses_the_name_of_another(self, cast: Cast) -> None:
        added(cast)
        other = added(cast, name="web2")
        with acting_as(cast.supervisor), pytest.raises(Conflict):
            inventory.change_item(other.id, {"name": "web1"}, by=cast.supervisor)

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        row = added(cast)
        with acting_as(cast.outsider), pytest.raises(NotFound):
            inventory.change_item(row.id, {"owner": "x"}, by=cast.outsider)


class TestRemoveItem:
    def test_takes_it_out_and_frees_its_name(self, cast: Cast) -> None:
        row = added(cast)
        with acting_as(cast.supervisor):
            inventory.remove_item(row.id, by=cast.supervisor)
            with pytest.raises(NotFound):
                inventory.remove_item(row.id, by=cast.supervisor)
        assert names(cast) == []
        added(cast)
        assert names(cast) == ["web1"]


class TestPreviewTable:
    def test_says_what_would_happen_and_writes_nothing(self, cast: Cast) -> None:
        added(cast, identifiers=["host:web1", "ip:192.0.2.7", "ip:192.0.2.8"])
        with acting_as(cast.supervisor):
            preview = inventory.preview_table("asset", TABLE + "web2,,,,\n", by=cast.supervisor)
        assert (preview.is_good, preview.added, preview.changed, preview.same) == (True, 2, 0, 1)
        assert names(cast) == ["web1"]

    def test_refuses_who_may_only_read(self, cast: Cast) -> None:
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            inventory.preview_table("asset", TABLE, by=cast.analyst)


class TestImportTable:
    def run(self, cast: Cast, text: str) -> inventory.Preview:
        with acting_as(cast.supervisor):
            return inventory.import_table("asset", text, by=cast.supervisor)

    def test_adds_and_changes_each_with_its_event(self, cast: Cast) -> None:
        row = added(cast, owner="Somebody")
        self.run(cast, TABLE)
        assert names(cast) == ["db1", "web1"]
        with acting_as(cast.auditor):
            assert actions(row.id) == ["inventory.added", "inventory.changed"]

    def test_leaves_alone_what_the_table_has_no_column_for(self, cast: Cast) -> None:
        row = added(cast)
        self.run(cast, "name,site\nweb1,Graz\n")
        with acting_as(cast.analyst):
            found = selectors.item(cast.analyst, row.id)
        assert (found.site, found.owner, found.identifiers) == ("Graz", "Ops", WEB1["identifiers"])

    def test_writes_nothing_when_one_line_is_wrong(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as refusal:
            self.run(cast, TABLE + "web3,,,,enormous\n")
        assert list(refusal.value.fields) == ["line 4"]
        assert names(cast) == []

    def test_changes_nothing_the_second_time(self, cast: Cast) -> None:
        self.run(cast, TABLE)
        preview = self.run(cast, TABLE)
        assert (preview.added, preview.changed, preview.same) == (0, 0, 2)

    @pytest.mark.parametrize("text", ["", "  \n", "host,ip\nweb1,\n", "name,shoe\nweb1,9\n", "name,name\na,b\n"])
    def test_refuses_a_table_that_is_none(self, cast: Cast, text: str) -> None:
        with pytest.raises(Invalid) as refusal:
            self.run(cast, text)
        assert list(refusal.value.fields) == ["file"]
