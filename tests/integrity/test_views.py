# SPDX-License-Identifier: Apache-2.0
"""The page for auditors, and what /readyz says, of an installation that is sealed and anchored, and of a new one."""

from django.db import connection
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.roles import Permission
from longwatch.access.services.tokens import create_token
from longwatch.core import clock
from longwatch.core.postgres.address import Address
from longwatch.integrity.runs import INSERT
from longwatch.ledger.anchors.keeping import RECEIVE
from tests.integrity.conftest import World
from tests.personas import Cast, make_cast

PAGE = "/administration/integrity"


def auditor(world_or_cast: World | Cast) -> Client:
    cast = world_or_cast.cast if isinstance(world_or_cast, World) else world_or_cast
    client = Client()
    client.force_login(cast.accounts["auditor"])
    return client


class TestNewInstallation:
    def test_says_that_nothing_is_sealed_kept_or_verified(self, committed_db: Address) -> None:
        text = auditor(make_cast()).get(PAGE).content.decode()
        assert all(
            words in text
            for words in ("No checkpoint yet", "Nothing to keep yet", "Not verified yet", "Stored evidence")
        )

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        client = Client()
        client.force_login(cast.accounts["analyst"])
        assert client.get(PAGE).status_code == 404


class TestSealedInstallation:
    def test_shows_checkpoints_keys_and_anchors(self, world: World) -> None:
        world.seal()
        text = auditor(world).get(PAGE).content.decode()
        assert all(words in text for words in ("Keeps up", "testserver/ledger/", "longwatch verify", ">46<"))

    def test_names_an_alarm_and_a_verification_that_failed(self, world: World) -> None:
        with connection.cursor() as cursor:
            place = str(world.data / "anchors" / "checkpoints")
            cursor.execute(RECEIVE, [46, "file", place, False, "Everything was rolled back.", True, b""])
            cursor.execute(INSERT, [clock.now(), 1, 2, 46, "2 faults", ["Entry 7 was deleted."]])
        text = auditor(world).get(PAGE).content.decode()
        assert all(
            words in text for words in ("another history", "Roll-back detected", "2 faults", "Entry 7 was deleted.")
        )

    def test_tells_monitoring_with_an_auditors_token_how_far_it_is(self, world: World) -> None:
        world.seal()
        by = world.cast.actors["auditor"]
        with acting_as(by):
            _, token = create_token(account_id=by.id, label="Monitoring", permissions=[Permission.LEDGER_READ], by=by)
        for browser in (Client(headers={"Authorization": f"Bearer {token}"}), auditor(world)):
            said = browser.get("/readyz").json()["checks"]["ledger"]
            [anchor] = said["anchors"]
            assert (said["sealed"] >= 46, said["late"]) == (True, False)
            assert (anchor["name"], anchor["ok"], anchor["size"]) == ("file", True, 46)
            assert str(world.data) not in str(said)

    def test_tells_strangers_that_it_keeps_up_and_not_that_something_happened(self, world: World) -> None:
        strangers = [Client(), Client(headers={"Authorization": "Bearer nothing"}), Client()]
        strangers[2].force_login(world.cast.accounts["analyst"])
        before = [each.get("/readyz").json()["checks"]["ledger"] for each in strangers]
        world.seal()
        after = [each.get("/readyz").json()["checks"]["ledger"] for each in strangers]
        for was, said in zip(before, after, strict=True):
            assert (said["sealed"], said["unsealed"], said["lag_seconds"], said["late"]) == (0, 0, 0.0, False)
            assert [set(each) for each in said["anchors"]] == [{"name", "ok", "alarm"}]
            assert {**was, "last_sealed_at": None, "anchors": []} == {**said, "last_sealed_at": None, "anchors": []}
            assert len(said["last_sealed_at"]) == len("2026-11-22")
