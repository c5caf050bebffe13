# SPDX-License-Identifier: Apache-2.0
"""The pages of groups: what they say, what one can do there, and how little they ask of the database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from longwatch.access.context import acting_as
from longwatch.core.ids import uuid7
from longwatch.grouping import selectors
from longwatch.grouping.models import Group, GroupState, Lesson, Member
from longwatch.grouping.previewing import MOST_PARTS
from longwatch.grouping.services.ruling import create_rule
from longwatch.incidents.models import Incident
from longwatch.intake.models import Signal, SignalStatus
from tests.grouping.cast_groups import entity_of, make_group, make_signals
from tests.personas import Cast

MOST_STATEMENTS = 14


@pytest.fixture
def signals(cast: Cast) -> list[Signal]:
    return make_signals(cast, "web-1", "web-1", "web-2")


@pytest.fixture
def group(cast: Cast, signals: list[Signal]) -> Group:
    return make_group(cast, *signals)


@pytest.fixture
def analyst(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.accounts["analyst"])
    return client


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def part(client: Client, address: str) -> str:
    """What is fetched into a page."""
    return client.get(address, headers={"HX-Request": "true"}).content.decode()


def now(cast: Cast, group_id: UUID) -> Group:
    with acting_as(cast.analyst):
        return Group.objects.get(id=group_id)


class TestList:
    def test_says_what_and_why(self, analyst: Client, group: Group) -> None:
        shown = text(analyst, "/groups")
        assert group.title in shown
        assert "3 signals" in shown
        assert "2 of 3 name host web-1." in shown

    def test_says_so_when_there_is_nothing(self, analyst: Client) -> None:
        assert "Nothing belongs together" in text(analyst, "/groups")

    def test_shows_dismissed_ones_where_asked_for(self, cast: Cast, analyst: Client, group: Group) -> None:
        analyst.post(f"/groups/{group.id}/dismissal", {"reason": "benign"})
        assert group.title not in text(analyst, "/groups/rows")
        assert group.title in text(analyst, "/groups/rows?state=dismissed")

    def test_asks_little_of_the_database_however_many_there_are(self, cast: Cast, analyst: Client) -> None:
        for signal in make_signals(cast, *"abcdefghijkl"):
            make_group(cast, signal)
        with CaptureQueriesContext(connection) as asked:
            text(analyst, "/groups")
        assert len(asked) <= MOST_STATEMENTS


class TestGroup:
    def test_says_why_what_would_split_it_and_shows_its_signals(
        self, analyst: Client, group: Group, signals: list[Signal]
    ) -> None:
        shown = text(analyst, f"/groups/{group.id}")
        assert "2 of 3 name host web-1." in shown
        assert "Without host web-1 it would fall into " in shown
        assert all(signal.title in shown for signal in signals)

    def test_names_what_its_signals_name_in_words(self, cast: Cast, analyst: Client, signals: list[Signal]) -> None:
        group = make_group(cast, *signals)
        label = "file_hash 44d88612fea8a8f36de82e1278abb02f"
        with acting_as(cast.analyst):
            Member.objects.filter(group=group).update(entities=[{"key": str(uuid7()), "label": label}])
        shown = text(analyst, f"/groups/{group.id}")
        assert "file hash 44d88612" in shown
        assert "file_hash" not in shown

    def test_leads_back_to_the_groups_and_to_its_rule(self, cast: Cast, analyst: Client, signals: list[Signal]) -> None:
        conditions = [{"field": "rule", "op": "is", "values": ["a"]}]
        with acting_as(cast.supervisor):
            rule = create_rule(name="One host", conditions=conditions, by=cast.supervisor)
        shown = text(analyst, f"/groups/{make_group(cast, *signals, rule=rule).id}")
        assert 'class="page-back" href="/groups"' in shown
        assert f'href="/groups/rules/{rule.id}"' in shown

    def test_says_the_year_and_the_hours_of_what_is_old(
        self, cast: Cast, analyst: Client, signals: list[Signal]
    ) -> None:
        first = datetime(2020, 1, 27, 20, 17, tzinfo=UTC)
        group = make_group(cast, *signals)
        with acting_as(cast.analyst):
            Group.objects.filter(id=group.id).update(first_at=first, last_at=first + timedelta(hours=2))
            Member.objects.filter(group_id=group.id).update(last_at=first)
        shown = text(analyst, f"/groups/{group.id}")
        assert "27 Jan 2020, 20:17 \N{EN DASH} 22:17 UTC" in shown
        assert ">27 Jan 2020, 20:17</time>" in shown

    def test_asks_little_of_the_database(self, analyst: Client, group: Group) -> None:
        with CaptureQueriesContext(connection) as asked:
            text(analyst, f"/groups/{group.id}")
        assert len(asked) <= MOST_STATEMENTS

    def test_what_is_not_there_is_not_found(self, analyst: Client, cast: Cast) -> None:
        forming = make_group(cast, *make_signals(cast, "a"), state=GroupState.FORMING)
        assert analyst.get(f"/groups/{forming.id}").status_code == 404


class TestOfSignal:
    def test_names_the_group_and_why_the_signal_is_in_it(
        self, analyst: Client, group: Group, signals: list[Signal]
    ) -> None:
        assert f'hx-get="/groups/of-signal/{signals[0].id}"' in text(analyst, f"/signals/{signals[0].id}")
        shown = part(analyst, f"/groups/of-signal/{signals[0].id}")
        assert f'href="/groups/{group.id}"' in shown
        assert "2 of 3 name host web-1." in shown

    def test_says_what_became_of_the_group(self, analyst: Client, group: Group, signals: list[Signal]) -> None:
        analyst.post(f"/groups/{group.id}/dismissal", {"reason": "benign"})
        assert "Dismissed" in part(analyst, f"/groups/of-signal/{signals[0].id}")

    def test_is_empty_where_there_is_none(self, cast: Cast, analyst: Client) -> None:
        alone, forming = make_signals(cast, "a", "b")
        make_group(cast, forming, state=GroupState.FORMING)
        assert not any("/groups/" in part(analyst, f"/groups/of-signal/{each.id}") for each in (alone, forming))


class TestActs:
    def test_chosen_signals_are_taken_out(self, cast: Cast, analyst: Client, group: Group) -> None:
        with acting_as(cast.analyst):
            chosen = selectors.signal_ids(group.id)[:1]
        answer = analyst.post(f"/groups/{group.id}/split", {"signals": chosen, "note": "another story"})
        assert answer.status_code == 302
        assert now(cast, group.id).signals == 2
        assert "another story" in text(analyst, f"/groups/{group.id}")

    def test_each_part_of_a_split_becomes_a_group(self, cast: Cast, analyst: Client, group: Group) -> None:
        with acting_as(cast.analyst):
            one, other = selectors.signal_ids(group.id)[:2]
        answer = analyst.post(f"/groups/{group.id}/split", {"part": [str(one), str(other)]}, follow=True)
        assert "They are 2 groups of their own now." in answer.content.decode()
        assert now(cast, group.id).signals == 1

    def test_choosing_none_is_refused(self, analyst: Client, group: Group) -> None:
        assert analyst.post(f"/groups/{group.id}/split", {}).status_code == 422

    def test_too_many_parts_of_a_split_are_refused(self, cast: Cast, analyst: Client, group: Group) -> None:
        parts = {"part": [str(uuid7()) for _ in range(MOST_PARTS + 1)]}
        assert analyst.post(f"/groups/{group.id}/split", parts).status_code == 422
        with acting_as(cast.analyst):
            assert Member.objects.filter(group=group).count() == 3

    def test_a_group_becomes_part_of_another(self, cast: Cast, analyst: Client, group: Group) -> None:
        other = make_group(cast, *make_signals(cast, "web-9"))
        answer = analyst.post(f"/groups/{other.id}/merging", {"into": group.id})
        assert answer.headers["Location"] == f"/groups/{group.id}"
        assert now(cast, group.id).signals == 4

    def test_dismissing_dismisses_the_signals_and_can_be_taken_back(
        self, cast: Cast, analyst: Client, group: Group, signals: list[Signal]
    ) -> None:
        analyst.post(f"/groups/{group.id}/dismissal", {"reason": "benign"})
        with acting_as(cast.analyst):
            assert Signal.objects.get(id=signals[0].id).status == SignalStatus.DISMISSED
        analyst.post(f"/groups/{group.id}/reopening")
        assert now(cast, group.id).state == GroupState.OPEN

    def test_what_is_taught_stands_below_the_list_and_can_be_ended(
        self, cast: Cast, analyst: Client, group: Group, signals: list[Signal]
    ) -> None:
        lesson = {"entity": entity_of(signals[0]), "kind": "never", "reason": "our own scanner"}
        analyst.post(f"/groups/{group.id}/lessons", lesson)
        assert "our own scanner" in text(analyst, "/groups")
        with acting_as(cast.analyst):
            taught = Lesson.objects.get()
        analyst.post(f"/groups/lessons/{taught.id}/end")
        assert "our own scanner" not in text(analyst, "/groups")

    def test_an_incident_is_opened_from_it(
        self, cast: Cast, analyst: Client, group: Group, signals: list[Signal]
    ) -> None:
        address = f"/incidents/new?group={group.id}"
        assert address in text(analyst, f"/groups/{group.id}")
        assert signals[0].title in text(analyst, address)
        ids = ",".join(str(signal.id) for signal in signals)
        answer = analyst.post(address, {"title": "Intruder", "category": "FA-01", "visibility": "open", "signals": ids})
        assert answer.status_code == 302
        assert now(cast, group.id).state == GroupState.IN_INCIDENT
        with acting_as(cast.analyst):
            assert Incident.objects.get().title == "Intruder"
            statuses = {each.status for each in Signal.objects.filter(id__in=[s.id for s in signals])}
        assert statuses == {SignalStatus.IN_INCIDENT}


class TestBulk:
    def test_dismisses_the_chosen_and_says_how_many(self, analyst: Client, group: Group) -> None:
        answer = analyst.post("/groups/bulk?act=dismiss", {"ids": [group.id], "reason": "benign"}, follow=True)
        assert "Dismissed 1 group." in answer.content.decode()

    def test_merges_the_chosen_and_shows_the_one(self, cast: Cast, analyst: Client, group: Group) -> None:
        other = make_group(cast, *make_signals(cast, "db-1"))
        answer = analyst.post("/groups/bulk?act=merge", {"ids": [group.id, other.id]})
        assert answer.headers["Location"] == f"/groups/{group.id}"

    def test_opens_one_incident_from_all(self, cast: Cast, analyst: Client, group: Group) -> None:
        other = make_group(cast, *make_signals(cast, "db-1"))
        answer = analyst.post("/groups/bulk?act=open", {"ids": [group.id, other.id]})
        address = answer.headers["Location"]
        fields = {"title": "Both", "category": "CY-05", "commander": str(cast.analyst.id), "visibility": "category"}
        shown = text(analyst, address)
        assert "db-1" in shown
        with acting_as(cast.analyst):
            ids = ",".join(str(each) for each in Signal.objects.values_list("id", flat=True))
        assert analyst.post(address, fields | {"signals": ids, "severity": "3"}).status_code == 302
        assert {now(cast, each.id).state for each in (group, other)} == {GroupState.IN_INCIDENT}


class TestSplitPreview:
    def test_shows_what_stays_and_what_goes_before_it_is_done(
        self, cast: Cast, analyst: Client, group: Group, signals: list[Signal]
    ) -> None:
        shown = text(analyst, f"/groups/{group.id}/split?signals={signals[2].id}")
        assert "This stays" in shown
        assert "This becomes a group of its own" in shown
        assert now(cast, group.id).signals == 3

    def test_leads_there_from_what_would_split_them(self, analyst: Client, group: Group, signals: list[Signal]) -> None:
        assert f"/groups/{group.id}/split?without={entity_of(signals[0])}" in text(analyst, f"/groups/{group.id}")

    def test_says_so_when_nothing_is_split(self, analyst: Client, group: Group) -> None:
        assert "This splits nothing" in text(analyst, f"/groups/{group.id}/split")
