# SPDX-License-Identifier: Apache-2.0
"""Idempotency keys of the JSON API, as a program meets them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.models import ApiReplay, ApiToken
from longwatch.core.actor import Actor
from longwatch.core.postgres.address import Address
from longwatch.exchange.hook_models import Subscription
from longwatch.incidents.models import Incident
from longwatch.intake.door_models import Door
from tests.access.replays import a_day_passes
from tests.incidents.cast_incidents import signals
from tests.intake.cast_signals import make_source
from tests.personas import Cast, make_cast
from tests.web.test_api import PROBLEM, Caller

INCIDENT = {"title": "Door forced", "category": "FA-01"}


@pytest.fixture
def call(cast: Cast) -> Caller:
    """The analyst's program."""
    return Caller(cast, "analyst")


def opens(call: Caller, key: str = "k-1", **changed: Any) -> Any:
    return call("POST", "/incidents", INCIDENT | changed, Idempotency_Key=key)


def kept(actor: Actor | None) -> int:
    with acting_as(actor):
        return ApiReplay.objects.count()


def incidents(actor: Actor) -> int:
    with acting_as(actor):
        return Incident.objects.count()


class TestAnswerOnce:
    """answer_once"""

    def test_says_the_first_answer_again_and_does_nothing_again(self, cast: Cast, call: Caller) -> None:
        first, second = opens(call), opens(call)
        assert (first.status_code, second.status_code) == (201, 201), first.content
        assert first.content == second.content
        for name in ("Location", "ETag", "Content-Type"):
            assert first[name] == second[name]
        assert (first.has_header("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (False, "true")
        assert incidents(cast.analyst) == 1

    def test_without_a_key_does_it_again(self, cast: Cast, call: Caller) -> None:
        for _ in range(2):
            assert call("POST", "/incidents", INCIDENT).status_code == 201
        assert (incidents(cast.analyst), kept(cast.analyst)) == (2, 0)

    def test_keeps_answers_without_a_body(self, cast: Cast, call: Caller) -> None:
        here = f"/incidents/{opens(call).json()['id']}/signals"
        ids = [str(one) for one in signals(cast)]
        for replayed in (False, True):
            answer = call("POST", here, {"signal_ids": ids}, Idempotency_Key="s-1")
            assert (answer.status_code, answer.content) == (204, b"")
            assert answer.has_header("Idempotency-Replayed") is replayed

    @pytest.mark.parametrize("changed", [{"title": "Another door"}, {"place": "Gate"}])
    def test_refuses_the_key_with_another_body(self, cast: Cast, call: Caller, changed: dict[str, Any]) -> None:
        opens(call)
        answer = opens(call, **changed)
        assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
        assert (answer.json()["code"], answer.json()["errors"][0]["field"]) == (
            "idempotency_key_reused",
            "Idempotency-Key",
        )
        assert incidents(cast.analyst) == 1

    def test_refuses_the_key_at_another_address(self, call: Caller) -> None:
        opens(call)
        assert call("POST", "/incidents?x=1", INCIDENT, Idempotency_Key="k-1").status_code == 422
        assert call("POST", "/cases", INCIDENT, Idempotency_Key="k-1").json()["code"] == "idempotency_key_reused"

    def test_keeps_no_refusal(self, cast: Cast, call: Caller) -> None:
        assert opens(call, category="XX-01").status_code == 422
        assert kept(cast.analyst) == 0
        assert opens(call).status_code == 201

    @pytest.mark.parametrize("key", ["x" * 256, "tab\tinside", "ü"])
    def test_refuses_unusable_keys(self, call: Caller, key: str) -> None:
        answer = opens(call, key)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")

    def test_leaves_other_methods_and_strangers_alone(self, cast: Cast, call: Caller) -> None:
        one = opens(call).json()["id"]
        for _ in range(2):
            answer = call("GET", f"/incidents/{one}", Idempotency_Key="k-2")
            assert (answer.status_code, answer.has_header("Idempotency-Replayed")) == (200, False)
        assert Client().post("/api/v1/incidents", headers={"Idempotency-Key": "k-1"}).status_code == 401
        assert kept(cast.analyst) == 1

    def test_knows_a_file_again_whatever_the_boundary(self, cast: Cast, call: Caller) -> None:
        address = f"/api/v1/records/incident/{opens(call).json()['id']}/exhibits"

        def send(content: bytes, boundary: str) -> Any:
            file = 'Content-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
            body = f"--{boundary}\r\n{file}".encode() + content + f"\r\n--{boundary}--\r\n".encode()
            bearer = {"Authorization": f"Bearer {call.token}", "Idempotency-Key": "f-1"}
            kind = f"multipart/form-data; boundary={boundary}"
            return Client().generic("POST", address, body, content_type=kind, headers=bearer)

        first, second, third = send(b"content", "one"), send(b"content", "two"), send(b"changed", "two")
        assert (first.status_code, second["Idempotency-Replayed"], third.status_code) == (201, "true", 422)
        assert first.json()["id"] == second.json()["id"]


class TestWhoseAnswer:
    """The wall around kept answers"""

    def test_another_account_or_token_with_the_same_key_acts_for_itself(self, cast: Cast, call: Caller) -> None:
        mine = opens(call)
        for other in (Caller(cast, "supervisor"), Caller(cast, "analyst")):
            theirs = opens(other)
            assert (theirs.status_code, theirs.has_header("Idempotency-Replayed")) == (201, False)
            assert theirs.json()["id"] != mine.json()["id"]

    def test_is_seen_by_its_account_only(self, cast: Cast, call: Caller) -> None:
        opens(call)
        seen = {name: kept(actor) for name, actor in cast.actors.items()}
        assert {name for name, count in seen.items() if count} == {"analyst"}
        assert kept(None) == 0

    def test_cannot_be_changed_nor_deleted_before_its_time(self, cast: Cast, call: Caller) -> None:
        opens(call)
        with acting_as(cast.analyst), connection.cursor() as cursor:
            cursor.execute("update access_api_replay set status = 500")
            assert cursor.rowcount == 0
            cursor.execute("delete from access_api_replay")
            assert cursor.rowcount == 0


class TestRefuseKey:
    """refuse_key"""

    def test_keeps_no_secret(self, cast: Cast, call: Caller) -> None:
        wanted = {"label": "Script", "permissions": ["signal:read"]}
        answer = call("POST", "/tokens", wanted, Idempotency_Key="t-1")
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_refused")
        assert (kept(cast.analyst), ApiToken.objects.filter(label="Script").count()) == (0, 0)

    @pytest.mark.parametrize("whose", ["administrator", "supervisor"])
    def test_keeps_no_secret_of_a_webhook(self, cast: Cast, whose: str) -> None:
        call = Caller(cast, whose)
        if whose == "administrator":
            wanted: dict[str, Any] = {"url": "https://a.example/in", "patterns": ["*"], "account_id": str(cast.lead.id)}
            address = "/webhooks"
        else:
            wanted, address = {"scheme": "standard"}, f"/sources/{make_source(cast).id}/webhooks"
        answer = call("POST", address, {"label": "Tool"} | wanted, Idempotency_Key="w-1")
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_refused")
        with acting_as(cast.actors[whose]):
            made = Subscription.objects.count() + Door.objects.count()
        assert (kept(cast.actors[whose]), made) == (0, 0)


@pytest.fixture
def committed(committed_db: Address, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast, committed."""
    with django_db_blocker.unblock():
        yield make_cast()


class TestCommitted:
    """With real commits"""

    def test_of_two_at_once_one_acts(self, committed: Cast) -> None:
        call, start = Caller(committed, "analyst"), Barrier(2)

        def run() -> Any:
            try:
                start.wait(10)
                return opens(call)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            answers = [future.result() for future in [pool.submit(run) for _ in range(2)]]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        assert sorted(answer.has_header("Idempotency-Replayed") for answer in answers) == [False, True]
        assert incidents(committed.analyst) == 1

    def test_takes_a_key_again_after_a_day(self, committed: Cast) -> None:
        call = Caller(committed, "analyst")
        opens(call)
        a_day_passes()
        assert not opens(call, title="Tomorrow's door").has_header("Idempotency-Replayed")
        assert incidents(committed.analyst) == 2
