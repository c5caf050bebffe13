# SPDX-License-Identifier: Apache-2.0
"""The pages and the API of search, people and things, evidence and history."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.core.ids import entity_id
from longwatch.incidents.models import Incident
from longwatch.incidents.services.opening import open_incident
from longwatch.intake.models import Signal
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast
from tests.search.world import ADDRESS, WORD, World, make_world

MOST_QUERIES = 10
ODD_TEXTS = ["", "'", '"', "-", "a or", '"open', "!!!", "\u0000", "x" * 600, "% _ \\", "((", "or"]


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast, 1)


@pytest.fixture
def analyst(cast: Cast, client: Client) -> Client:
    client.force_login(cast.accounts["analyst"])
    return client


def api(cast: Cast, client: Client, who: str = "analyst", only: Sequence[str] = ()) -> Callable[..., Any]:
    """Calls of the JSON API as a person, with a token of all that they may or of some permissions only."""
    actor = cast.actors[who]
    with acting_as(actor):
        permissions = only or sorted(actor.permissions)
        _, text = create_token(account_id=actor.id, label="t", permissions=permissions, by=actor)

    def call(method: str, path: str, headers: dict[str, str] | None = None, **options: Any) -> Any:
        bearer = {"Authorization": f"Bearer {text}", **(headers or {})}
        return getattr(client, method)(f"/api/v1{path}", headers=bearer, **options)

    return call


READABLE = ("signal", "incident", "case")


def kinds_in(answer: Any) -> Iterator[str]:
    """The kinds of everything that an answer tells of, however deep."""
    if isinstance(answer, dict):
        yield from (str(value) for name, value in answer.items() if name == "kind")
    for part in answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ():
        yield from kinds_in(part)


class TestResults:
    """GET /search"""

    def test_finds_by_the_beginning_of_a_word_and_marks_it(self, world: World, analyst: Client) -> None:
        page = analyst.get("/search", {"q": "zebraf"}).content.decode()
        assert f"<mark>{WORD}</mark> on the roof" in page

    def test_finds_what_stands_on_either_side_of_or(self, world: World, analyst: Client) -> None:
        page = analyst.get("/search", {"q": f"{WORD} or nowhere or nothing"}).content.decode()
        assert f"<mark>{WORD}</mark> on the roof" in page

    def test_answers_whether_an_address_was_reported_before(self, world: World, analyst: Client) -> None:
        page = analyst.get("/search", {"q": "10.20.30[.]40"}).content.decode()
        assert "Seen in" in page
        assert str(world.entity) in page

    def test_says_when_an_address_was_never_reported(self, world: World, analyst: Client) -> None:
        assert "has not been reported before" in analyst.get("/search", {"q": "192.0.2.77"}).content.decode()

    def test_says_that_reporters_own_contact_details_are_not_searched(self, world: World, analyst: Client) -> None:
        said = "Contact details that reporters left for themselves are not searched."
        assert said in analyst.get("/search", {"q": "+47 22 00 00 00"}).content.decode()
        assert said not in analyst.get("/search", {"q": ADDRESS}).content.decode()

    def test_leads_a_reference_straight_to_its_record(self, cast: Cast, world: World, analyst: Client) -> None:
        with acting_as(cast.analyst):
            reference = Incident.objects.filter(restricted=False).values_list("reference", flat=True)[0]
        answer = analyst.get("/search", {"q": f" {reference.lower()} "})
        assert (answer.status_code, answer["Location"]) == (302, f"/incidents/{reference}")

    def test_does_not_tell_an_unseen_reference_from_one_that_is_not(
        self, cast: Cast, world: World, client: Client
    ) -> None:
        case = next(ref for ref in world.refs if ref.kind == "case")
        client.force_login(cast.accounts["responder"])
        seen, never = (client.get("/search", {"q": q}) for q in (case.reference, "CASE-0000-00"))
        assert seen.status_code == never.status_code == 200
        assert seen.content.decode().replace(case.reference, "CASE-0000-00").count("CASE-0000-00") > 0
        assert WORD not in seen.content.decode()

    def test_escapes_what_people_wrote(self, cast: Cast, analyst: Client) -> None:
        send(make_source(cast), cast, title="<b>evil</b> \ue000<img src=x>\ue001 zebra", entities=[])
        page = analyst.get("/search", {"q": "evil"}).content.decode()
        assert "&lt;b&gt;<mark>evil</mark>&lt;/b&gt; &lt;img src=x&gt; zebra" in page

    @pytest.mark.parametrize(
        "q", ["", "'", '"', "-", "a or", '"open', "!!!", "\u0000", "x" * 600, "% _ \\", "((", "or"]
    )
    def test_takes_any_text(self, world: World, analyst: Client, q: str) -> None:
        assert analyst.get("/search", {"q": q}).status_code == 200

    def test_takes_few_statements(
        self, world: World, analyst: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for path in (f"/search?q={WORD}", f"/search?q={ADDRESS}", f"/search/suggestions?q={ADDRESS}", "/entities",
                     f"/entities/{world.entity}"):  # fmt: skip
            with django_assert_max_num_queries(MOST_QUERIES):
                assert analyst.get(path).status_code == 200

    def test_pages_by_cursor_without_gap_or_repeat(self, cast: Cast, world: World, client: Client) -> None:
        call, cursor, found = api(cast, client), "", []
        while True:
            answer = call(
                "get", "/search", data={"q": WORD, "limit": 4} | ({"cursor": cursor} if cursor else {})
            ).json()
            found += [(item["kind"], item["id"]) for item in answer["items"]]
            cursor = answer["next_cursor"]
            if not cursor:
                break
        whole = call("get", "/search", data={"q": WORD, "limit": 100}).json()["items"]
        assert found == [(item["kind"], item["id"]) for item in whole]
        assert len(set(found)) == len(found) > 8

    def test_is_not_there_for_who_may_not_search(self, cast: Cast, client: Client) -> None:
        for who in ("administrator", "auditor", "reporter"):
            client.force_login(cast.accounts[who])
            for path in ("/search", "/search/suggestions", "/entities", f"/search/history?kind=signal&id={uuid4()}"):
                assert client.get(path).status_code == 404


class TestEntity:
    """GET /entities/<id>"""

    def test_shows_where_it_was_seen(self, world: World, analyst: Client) -> None:
        page = analyst.get(f"/entities/{world.entity}").content.decode()
        assert f"{WORD} at the gate" in page
        assert f"{WORD} on the roof" in page

    def test_tells_when_it_was_seen_not_when_that_was_told(self, cast: Cast, analyst: Client) -> None:
        old = {"occurred_at": "2020-01-27T20:31:48Z", "entities": [{"kind": "host", "value": "mx-1"}]}
        received = send(make_source(cast), cast, **old)
        with acting_as(cast.analyst):
            entity = Signal.objects.get(id=received.signal_id).entities[0]["id"]
        page = analyst.get(f"/entities/{entity}").content.decode()
        assert "1 record since 2020." in page
        assert "27 Jan 2020, 20:31" in page
        assert "First reported" in page

    def test_is_not_there_when_nothing_of_it_may_be_seen(self, cast: Cast, world: World, client: Client) -> None:
        client.force_login(cast.accounts["outsider"])
        unknown = client.get(f"/entities/{uuid4()}")
        hidden = client.get(f"/entities/{world.entity}")
        assert (unknown.status_code, hidden.status_code) == (404, 404)

    def test_lists_what_records_name(self, world: World, analyst: Client) -> None:
        assert ADDRESS in analyst.get("/entities", {"q": "10.20", "kind": "ip"}).content.decode()
        assert "Nobody and nothing fits" in analyst.get("/entities", {"q": "nosuchthing"}).content.decode()


class TestBounds:
    """What was named more often than is counted."""

    def test_says_a_hundred_or_more_and_no_first(self, cast: Cast, analyst: Client) -> None:
        source, named = make_source(cast), [{"kind": "ip", "value": "192.0.2.7", "part": "indicator"}]
        last = [send(source, cast, dedup_key=f"k{n}", entities=named).signal_id for n in range(101)][-1]
        for path in ("/search?q=192.0.2.7", f"/entities/{entity_id(cast.organisation.id, 'ip:192.0.2.7')}"):
            page = analyst.get(path).content.decode()
            assert "Seen in 100 or more signals (of 100 looked at: open)." in page
            assert "First" not in page
        signal = analyst.get(f"/signals/{last}").content.decode()
        assert "named by 100 signals or more, 0 of 100 dismissed" in signal
        told = api(cast, analyst)("get", "/search?q=192.0.2.7").json()["reported_before"][0]
        assert told["counts"] == [{"kind": "signal", "total": 100, "more": True, "outcomes": {"open": 100}}]
        assert told["first_at"] is None

    def test_counts_what_it_has_looked_at_completely(self, cast: Cast, analyst: Client) -> None:
        source, named = make_source(cast), [{"kind": "ip", "value": "192.0.2.7", "part": "indicator"}]
        for n in range(3):
            send(source, cast, dedup_key=f"k{n}", entities=named)
        page = analyst.get("/search?q=192.0.2.7").content.decode()
        assert "Seen in 3 signals (open)." in page
        assert "First" in page


class TestHistory:
    """GET /search/history"""

    def test_counts_what_was_reported_before_without_the_record_itself(
        self, cast: Cast, analyst: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        source = make_source(cast)
        named = [{"kind": "person", "value": "John Doe", "part": "subject"}]
        ids = [send(source, cast, dedup_key=f"k{n}", entities=named).signal_id for n in range(4)]
        with acting_as(cast.analyst):
            incident = open_incident(title="Doe again", category="FA-01", signal_ids=ids[:2], by=cast.analyst)
        with django_assert_max_num_queries(MOST_QUERIES):
            of_signal = analyst.get(f"/search/history?kind=signal&id={ids[3]}").content.decode()
        with django_assert_max_num_queries(MOST_QUERIES):
            of_incident = analyst.get(f"/search/history?kind=incident&id={incident.id}").content.decode()
        assert "Seen in 3 signals (2 in an incident, 1 open); 1 incident (open)." in of_signal
        assert "Seen in 2 signals (open)." in of_incident

    def test_says_when_a_signal_happened_not_when_it_came(self, cast: Cast, analyst: Client) -> None:
        source, named = make_source(cast), [{"kind": "host", "value": "mx-1"}]
        old, new = (
            send(source, cast, dedup_key=key, entities=named, occurred_at=at).signal_id
            for key, at in (("old", "2020-01-27T20:31:48Z"), ("new", "2020-02-01T08:00:00Z"))
        )
        shown = analyst.get(f"/search/history?kind=signal&id={new}").content.decode()
        assert f"/signals/{old}" in shown
        assert "27 Jan 2020, 20:31" in shown

    def test_is_not_there_for_a_record_that_is_not_seen(self, cast: Cast, world: World, client: Client) -> None:
        client.force_login(cast.accounts["responder"])
        case = next(ref for ref in world.refs if ref.kind == "case")
        for query in (f"kind=case&id={case.id}", "kind=case&id=x", "kind=ghost&id=" + str(uuid4()), ""):
            assert client.get(f"/search/history?{query}").status_code == 404


class TestExhibits:
    """/files/of/<kind>/<id>"""

    def test_adds_and_lists_files(self, cast: Cast, world: World, analyst: Client) -> None:
        record = world.refs[0]
        files = [SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n..."), SimpleUploadedFile("b.txt", b"words")]
        answer = analyst.post(
            f"/files/of/{record.kind}/{record.id}",
            {"file": files, "note": "from the gate"},
            headers={"HX-Request": "true"},
        )
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Exhibits 2, 3 added." in page
        assert "a.png" in page
        assert page.count("from the gate") == 2

    def test_keeps_the_form_and_says_what_is_wrong(self, world: World, analyst: Client) -> None:
        record = world.refs[0]
        answer = analyst.post(f"/files/of/{record.kind}/{record.id}", {"file": SimpleUploadedFile("a.txt", b"")})
        assert answer.status_code == 422
        assert "The file is empty." in answer.content.decode()

    def test_is_not_there_outside_the_compartment(self, cast: Cast, world: World, client: Client) -> None:
        client.force_login(cast.accounts["outsider"])
        for record in world.refs:
            assert client.get(f"/files/of/{record.kind}/{record.id}").status_code == 404


class TestApi:
    """/api/v1"""

    def test_searches_and_tells_histories(self, cast: Cast, world: World, client: Client) -> None:
        call = api(cast, client)
        answer = call("get", "/search", data={"q": ADDRESS}).json()
        assert answer["reported_before"][0]["id"] == str(world.entity)
        assert {item["kind"] for item in answer["items"]} >= {"signal", "entity"}
        assert call("get", "/entities", data={"kind": "ip"}).json()["items"][0]["value"] == ADDRESS
        page = call("get", f"/entities/{world.entity}").json()
        assert page["seen"]["kind"] == "ip"
        assert page["signals"][0]["part"] == "Indicator"
        record = world.refs[0]
        assert call("get", "/history", data={"kind": record.kind, "id": str(record.id)}).json()["items"]

    @pytest.mark.parametrize("kind", ["signal", "incident", "case"])
    def test_tells_a_narrow_token_of_its_kind_only(self, cast: Cast, world: World, client: Client, kind: str) -> None:
        wide, own = api(cast, client), [f"{kind}:read", "search:use", "entity:read"]
        narrow = api(cast, client, only=own)
        entity = f"/entities/{world.entity}"
        histories = [f"/history?kind={record.kind}&id={record.id}" for record in world.refs]
        for path in (f"/search?q={WORD}", f"/search?q={ADDRESS}", entity, *histories):
            whole, told = (set(kinds_in(call("get", path).json())) & set(READABLE) for call in (wide, narrow))
            assert told <= {kind}, path
            assert len(whole) > 1 or path in histories
        assert narrow("get", f"/search?q={WORD}&kind=exhibit").json()["items"] == []

    def test_adds_reads_and_withdraws_evidence(self, cast: Cast, world: World, client: Client) -> None:
        call, record = api(cast, client), world.refs[0]
        here = f"/records/{record.kind}/{record.id}/exhibits"
        made = call("post", here, data={"file": SimpleUploadedFile("x.txt", b"content"), "note": "n"})
        assert made.status_code == 201
        address = made["Location"].removeprefix("/api/v1")
        assert b"".join(call("get", f"{address}/content?reason=Lab").streaming_content) == b"content"
        withdrawal: dict[str, Any] = {"data": '{"reason": "wrong"}', "content_type": "application/json"}
        there = f"{here}/{made.json()['id']}/withdrawal"
        stale = call("post", there, **withdrawal, headers={"If-Match": '"1"'})
        assert (stale.status_code, stale["Content-Type"]) == (412, "application/problem+json")
        withdrawn = call("post", there, **withdrawal, headers={"If-Match": made["ETag"]})
        assert withdrawn["ETag"] != made["ETag"]
        assert withdrawn.json()["withdrawal_reason"] == "wrong"
        kinds = [link["kind"] for link in call("get", f"{address}/custody").json()["items"]]
        assert kinds == ["received", "downloaded", "withdrawn"]
        assert call("get", here).json()["items"][-1]["withdrawn_by"] == "Ana Analyst"

    def test_refuses_with_problem_documents(self, cast: Cast, world: World, client: Client) -> None:
        outside, record = api(cast, client, "outsider"), world.refs[0]
        for path in (f"/records/{record.kind}/{record.id}/exhibits", f"/entities/{world.entity}", "/search"):
            answer = outside("get", path)
            assert answer.status_code in (404, 422)
            assert answer["Content-Type"] == "application/problem+json"
        assert client.get("/api/v1/search?q=x").status_code == 401
