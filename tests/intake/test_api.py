# SPDX-License-Identifier: Apache-2.0
"""Signals and sources through the JSON API, as Django alone serves it."""

import json
from typing import Any

import pytest
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.intake.arrival import Received
from longwatch.intake.models import Signal, Source
from longwatch.intake.services import triage
from tests.intake.cast_signals import make_source, make_token, send
from tests.personas import Cast


class Caller:
    """A member of the cast with a token of all their permissions."""

    def __init__(self, cast: Cast, name: str) -> None:
        actor = cast.actors[name]
        with acting_as(actor):
            _, token = create_token(
                account_id=actor.id, label="test", permissions=sorted(actor.permissions) or ["ledger:read"], by=actor
            )
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query)

    def write(self, method: str, path: str, body: Any, **headers: str) -> Any:
        content = {"data": json.dumps(body), "content_type": "application/json", "headers": headers}
        return getattr(self.client, method)(f"/api/v1{path}", **content)


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


def dismissed(received: Received, cast: Cast) -> None:
    with acting_as(cast.analyst):
        triage.dismiss(received.signal_id, "benign", "", by=cast.analyst)


class TestSignals:
    def test_pages_of_the_list_join_without_gaps(self, cast: Cast, source: Source) -> None:
        sent = [str(send(source, cast, title=f"A{n}").signal_id) for n in range(7)]
        caller, seen, cursor = Caller(cast, "analyst"), [], None
        while True:
            page = caller.get("/signals", limit=3, **({"cursor": cursor} if cursor else {})).json()
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        assert seen == sent[::-1]

    def test_each_filter_narrows(self, cast: Cast, source: Source) -> None:
        other = make_source(cast, kind="report")
        one = send(
            source, cast, title="Schneegans gesichtet", severity="high", place="Nordtor",
            entities=[{"kind": "ip", "value": "192.0.2.1"}],
        )  # fmt: skip
        send(other, cast, title="Other", severity="low")
        caller = Caller(cast, "analyst")
        entity = caller.get(f"/signals/{one.signal_id}").json()["entities"][0]["id"]
        for query in (
            {"severity": "high,critical"}, {"kind": "alert"}, {"source": source.slug}, {"q": "schneegans"},
            {"place": "nordtor"}, {"entity": entity}, {"age": "hour", "severity": "high"},
            {"status": "open", "q": "192.0.2.1"},
        ):  # fmt: skip
            items = caller.get("/signals", **query).json()["items"]
            assert [item["id"] for item in items] == [str(one.signal_id)], query

    @pytest.mark.parametrize(
        "query",
        [{}, {"status": "open"}, {"status": "new,dismissed"}, {"status": "dismissed"}, {"severity": "low,high"},
         {"kind": "alert,sos"}, {"kind": "report"}, {"source": "nowhere"}, {"source": "{own}"}, {"age": "day"}],
    )  # fmt: skip
    def test_words_take_nothing_away_from_a_filter(self, cast: Cast, source: Source, query: dict[str, str]) -> None:
        """The same list, looked up by what all have and walked without it."""
        query = {name: value.format(own=source.slug) for name, value in query.items()}
        for origin in (source, make_source(cast, kind="report")):
            for number in range(6):
                sent = send(
                    origin, cast, title=f"Door {number}", severity=number % 5, place="North gate", rule=str(number)
                )
                if number % 3 == 0:
                    dismissed(sent, cast)
        caller = Caller(cast, "analyst")
        plain = [item["id"] for item in caller.get("/signals", **query).json()["items"]]
        for asked in ({"q": "door"}, {"place": "gate"}):
            items = caller.get("/signals", **query, **asked).json()["items"]
            assert [item["id"] for item in items] == plain, asked

    def test_a_place_is_not_looked_for_in_the_title(self, cast: Cast, source: Source) -> None:
        send(source, cast, title="Gate open", place="Lisbon")
        assert Caller(cast, "analyst").get("/signals", place="gate").json()["items"] == []

    @pytest.mark.parametrize(
        "query", [{"severity": "worst"}, {"status": "x"}, {"age": "century"}, {"cursor": "x"}, {"kind": "x"}]
    )
    def test_unusable_filters_are_named(self, cast: Cast, query: dict[str, str]) -> None:
        answer = Caller(cast, "analyst").get("/signals", **query)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, next(iter(query)))

    def test_one_signal_with_its_version_and_raw_bytes(self, cast: Cast, source: Source) -> None:
        received = send(source, cast, note="kept")
        caller = Caller(cast, "analyst")
        answer = caller.get(f"/signals/{received.signal_id}")
        assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'
        [arrival] = caller.get(f"/signals/{received.signal_id}/occurrences").json()["items"]
        raw = caller.get(f"/signals/{received.signal_id}/occurrences/{arrival['id']}/raw")
        assert json.loads(raw.content) == {"title": "Door forced", "note": "kept"}
        assert raw.headers["Content-Disposition"].startswith("attachment")

    def test_outsiders_find_nothing(self, cast: Cast, source: Source) -> None:
        received = send(source, cast)
        for name in ("responder", "outsider", "administrator", "hr", "auditor"):
            caller = Caller(cast, name)
            assert caller.get(f"/signals/{received.signal_id}").status_code == 404, name
            assert caller.get(f"/signals/{received.signal_id}/occurrences").status_code == 404, name
            listed = caller.get("/signals")
            assert listed.status_code == 404 or listed.json()["items"] == [], name

    def test_the_list_takes_few_statements(
        self, cast: Cast, source: Source, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(5):
            send(source, cast, title=f"A{number}")
        caller = Caller(cast, "analyst")
        with django_assert_max_num_queries(9):
            caller.get("/signals", q="A1", place="", severity="medium")
        with django_assert_max_num_queries(10):
            caller.get("/signals", q="A1", source=source.slug)


class TestSending:
    def test_works_without_the_short_way(self, cast: Cast, source: Source) -> None:
        client = Client(headers={"Authorization": f"Bearer {make_token(cast)}"})
        path = f"/api/v1/signals?source={source.slug}"
        first = client.post(path, b'{"title": "a"}', content_type="application/json")
        again = client.post(path, b'{"title": "a"}', content_type="application/json")
        assert [(a.status_code, a.json()["count"]) for a in (first, again)] == [(201, 1), (200, 2)]
        lines = b'{"title": "a"}\n{\n{"title": "b"}'
        bulk = client.post(
            f"/api/v1/signals/bulk?source={source.slug}", lines, content_type="application/x-ndjson"
        ).json()
        assert (bulk["accepted"], bulk["rejected"], bulk["errors"][0]["line"]) == (2, 1, 2)

    def test_a_token_bound_to_a_source_sends_to_no_other(self, cast: Cast, source: Source) -> None:
        other = make_source(cast)
        client = Client(headers={"Authorization": f"Bearer {make_token(cast, source)}"})
        sent = client.post(f"/api/v1/signals?source={other.slug}", b'{"title": "a"}', content_type="application/json")
        with acting_as(cast.analyst):
            assert Signal.objects.get(id=sent.json()["id"]).source_id == source.id


class TestSources:
    def test_an_administrator_makes_and_changes_one(self, cast: Cast) -> None:
        caller = Caller(cast, "administrator")
        made = caller.write("post", "/sources", {"name": "Gate camera", "slug": "gate-camera"})
        assert made.status_code == 201
        path = f"/sources/{made.json()['id']}"
        changed = caller.write(
            "patch", path, {"default_severity": "high", "enabled": False}, **{"If-Match": made.headers["ETag"]}
        )
        assert (changed.json()["default_severity"], changed.json()["enabled"]) == ("high", False)
        stale = caller.write("patch", path, {"name": "X"}, **{"If-Match": made.headers["ETag"]})
        assert stale.status_code == 412

    @pytest.mark.parametrize("field", ["name", "dedup_fields", "rate_per_second", "burst", "default_severity"])
    def test_null_leaves_a_value_as_it_is(self, cast: Cast, source: Source, field: str) -> None:
        caller = Caller(cast, "administrator")
        before = caller.get(f"/sources/{source.id}").json()
        answer = caller.write("patch", f"/sources/{source.id}", {field: None})
        assert (answer.status_code, answer.json()) == (200, before)

    @pytest.mark.parametrize(
        ("field", "value"),
        [("slug", "Not a slug"), ("name", " "), ("dedup_fields", ["ghost"]), ("rate_per_second", 0), ("burst", -1)],
    )
    def test_unusable_values_are_named(self, cast: Cast, field: str, value: Any) -> None:
        answer = Caller(cast, "administrator").write("post", "/sources", {"name": "N", "slug": "n"} | {field: value})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)

    def test_a_short_name_is_used_once(self, cast: Cast, source: Source) -> None:
        answer = Caller(cast, "supervisor").write("post", "/sources", {"name": "N", "slug": source.slug})
        assert answer.status_code == 409

    def test_who_may_not(self, cast: Cast, source: Source) -> None:
        assert Caller(cast, "analyst").write("patch", f"/sources/{source.id}", {"name": "N"}).status_code == 404
        assert Caller(cast, "hr").get("/sources").status_code == 404
        assert Caller(cast, "outsider").get(f"/sources/{source.id}").status_code == 404
