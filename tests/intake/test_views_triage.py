# SPDX-License-Identifier: Apache-2.0
"""Outcomes from the pages: what happens, what follows, and the way back."""

import re
from uuid import UUID

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.intake.models import DismissReason, Signal, SignalStatus, Source
from longwatch.intake.services import triage
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


@pytest.fixture
def analyst(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.accounts["analyst"])
    return client


@pytest.fixture
def ids(cast: Cast, source: Source) -> list[UUID]:
    return [send(source, cast, title=f"Signal {n}", dedup_key=str(n)).signal_id for n in range(3)]


def state(cast: Cast, signal_id: UUID) -> Signal:
    with acting_as(cast.analyst):
        return Signal.objects.get(id=signal_id)


def undo_address(client: Client, address: str = "/inbox") -> str:
    found = re.search(r'action="(/inbox/undo/[^"]+)"', client.get(address).content.decode())
    assert found is not None
    return found[1]


OUTCOMES = pytest.mark.parametrize(
    ("noun", "values"),
    [
        ("acknowledgement", {}),
        ("assignment", {"account": "me"}),
        ("dismissal", {"reason": "benign"}),
        ("snooze", {"preset": "hour"}),
    ],
)


class TestEveryOutcome:
    @OUTCOMES
    def test_can_be_taken_back(
        self, cast: Cast, analyst: Client, ids: list[UUID], noun: str, values: dict[str, str]
    ) -> None:
        before = state(cast, ids[0])
        assert analyst.post(f"/signals/{ids[0]}/{noun}", values).status_code == 302
        assert state(cast, ids[0]).version > before.version
        assert analyst.post(undo_address(analyst)).status_code == 302
        after = state(cast, ids[0])
        kept = ("status", "assignee_id", "dismiss_reason", "closed_at", "snoozed_until")
        assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]

    @OUTCOMES
    def test_is_not_there_for_another_organisation(
        self, cast: Cast, ids: list[UUID], noun: str, values: dict[str, str]
    ) -> None:
        client = Client()
        client.force_login(cast.accounts["outsider"])
        assert client.post(f"/signals/{ids[0]}/{noun}", values).status_code == 404

    def test_cannot_be_taken_back_twice(self, analyst: Client, ids: list[UUID]) -> None:
        analyst.post(f"/signals/{ids[0]}/dismissal", {"reason": "benign"})
        address = undo_address(analyst)
        analyst.post(address)
        assert analyst.post(address).status_code == 404

    def test_refuses_what_somebody_judged_meanwhile(self, cast: Cast, analyst: Client, ids: list[UUID]) -> None:
        seen = state(cast, ids[0]).version
        with acting_as(cast.analyst):
            triage.assign(ids[0], cast.lead.id, cast.analyst)
        answer = analyst.post(f"/signals/{ids[0]}/dismissal", {"reason": "benign", "version": seen})
        assert answer.status_code == 412


class TestDismissal:
    def test_brings_the_next_signal_at_once(self, analyst: Client, ids: list[UUID]) -> None:
        answer = analyst.post(f"/signals/{ids[1]}/dismissal", {"reason": "drill", "list": "sort=newest"}, headers=HTMX)
        text = answer.content.decode()
        assert f'data-signal="{ids[0]}"' in text
        assert f'id="signal-{ids[1]}" hx-swap-oob="delete"' in text
        assert f"signal={ids[0]}" in answer.headers["HX-Replace-Url"]
        assert "Dismissed: drill or test." in text

    def test_says_when_it_was_the_last(self, cast: Cast, analyst: Client, source: Source) -> None:
        only = send(source, cast).signal_id
        answer = analyst.post(f"/signals/{only}/dismissal", {"reason": "drill"}, headers=HTMX)
        assert "That was the last one" in answer.content.decode()

    def test_refuses_no_reason(self, analyst: Client, ids: list[UUID]) -> None:
        assert analyst.post(f"/signals/{ids[0]}/dismissal", {}).status_code == 422


class TestDuplicate:
    def test_takes_the_address_of_a_page(self, cast: Cast, analyst: Client, ids: list[UUID]) -> None:
        analyst.post(f"/signals/{ids[0]}/duplicate", {"of": f"http://testserver/signals/{ids[1]}"})
        assert state(cast, ids[0]).duplicate_of_id == ids[1]
        analyst.post(undo_address(analyst))
        assert state(cast, ids[0]).status == SignalStatus.NEW


class TestSnooze:
    def test_leaves_the_inbox_and_waits_in_its_own_list(self, analyst: Client, ids: list[UUID]) -> None:
        analyst.post(f"/signals/{ids[0]}/snooze", {"preset": "tomorrow"})
        assert "Signal 0" not in analyst.get("/inbox/rows").content.decode()
        assert "Signal 0" in analyst.get("/inbox/rows?show=snoozed").content.decode()

    def test_comes_back_now(self, cast: Cast, analyst: Client, ids: list[UUID]) -> None:
        analyst.post(f"/signals/{ids[0]}/snooze", {"preset": "monday"})
        analyst.post(f"/signals/{ids[0]}/waking")
        assert state(cast, ids[0]).snoozed_until is None

    def test_refuses_the_past(self, analyst: Client, ids: list[UUID]) -> None:
        assert analyst.post(f"/signals/{ids[0]}/snooze", {"until": "2001-01-01T10:00"}).status_code == 422


class TestReopening:
    def test_leads_to_the_newer_signal_with_the_key(
        self, cast: Cast, source: Source, analyst: Client, ids: list[UUID]
    ) -> None:
        with acting_as(cast.analyst):
            triage.dismiss(ids[0], DismissReason.BENIGN, by=cast.analyst)
        newer = send(source, cast, dedup_key="0").signal_id
        answer = analyst.post(f"/signals/{ids[0]}/reopening")
        assert answer.headers["Location"] == f"/signals/{newer}"


class TestBulk:
    @pytest.mark.parametrize(
        ("act", "values"),
        [
            ("acknowledge", {}), ("assign", {"account": "me"}), ("dismiss", {"reason": "benign"}),
            ("snooze", {"preset": "four"}),
        ],
    )  # fmt: skip
    def test_does_it_to_all_and_takes_it_back(
        self, cast: Cast, analyst: Client, ids: list[UUID], act: str, values: dict[str, str]
    ) -> None:
        before = [state(cast, i).version for i in ids]
        answer = analyst.post(f"/inbox/bulk?act={act}", {"ids": ids, "list": "sort=severe&signal=x", **values})
        assert answer.headers["Location"] == "/inbox?sort=severe"
        assert all(state(cast, i).version > was for i, was in zip(ids, before, strict=True))
        analyst.post(undo_address(analyst, "/inbox?show=snoozed"))
        assert {(s.status, s.snoozed_until) for s in (state(cast, i) for i in ids)} == {(SignalStatus.NEW, None)}

    def test_says_what_was_left_and_why(self, cast: Cast, analyst: Client, ids: list[UUID]) -> None:
        with acting_as(cast.analyst):
            triage.dismiss(ids[0], DismissReason.BENIGN, by=cast.analyst)
        analyst.post("/inbox/bulk?act=dismiss", {"ids": ids, "reason": "drill"})
        text = analyst.get("/inbox").content.decode()
        assert "2 signals dismissed." in text
        assert "1 was left as it is" in text

    def test_refuses_nothing(self, analyst: Client) -> None:
        assert analyst.post("/inbox/bulk?act=acknowledge", {}).status_code == 422
