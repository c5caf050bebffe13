# SPDX-License-Identifier: Apache-2.0
"""The short way, through a real web process with real commits."""

import hashlib
import http.client
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import psycopg
import pytest

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import APP, OWNER, Address
from longwatch.intake import selectors
from longwatch.intake.models import Occurrence, Signal, Source
from longwatch.web.live import CHANNEL
from tests.intake.cast_signals import make_source, make_token
from tests.intake.conversation import BULK, SIGNALS, Answer, Client
from tests.personas import Cast, make_cast

FULL = """
create function full_disk() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if (select count(*) from intake_signal where source_id = new.source_id) >= 250 then
    raise exception 'no space left on device' using errcode = 'disk_full';
  end if;
  return new;
end $$;
alter function full_disk() owner to longwatch_search;
create trigger full_disk before insert on intake_signal for each row execute function full_disk();
"""


@dataclass
class Post:
    """A running server with a source, as a sender knows it."""

    base_url: str
    cast: Cast
    source: Source
    token: str

    def client(self, token: str | None = None) -> Client:
        return Client(self.base_url, self.token if token is None else token)

    def signal(self, answer: Answer) -> Signal:
        with acting_as(self.cast.analyst):
            return Signal.objects.get(id=UUID(answer.body["id"]))

    def count(self) -> int:
        with acting_as(self.cast.analyst):
            return Occurrence.objects.filter(source_id=self.source.id).count()


@pytest.fixture
def post(committed_db: Address, live_server_process: str) -> Post:
    cast = make_cast()
    source = make_source(cast)
    return Post(live_server_process, cast, source, make_token(cast, source))


def names(answer: Answer) -> list[str]:
    """The fields a problem document names."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body["status"] == answer.status
    return [each["field"] for each in answer.body.get("errors", [])]


def announced(post: Post, path: str, size: int) -> int:
    """The status that a request of this size gets before any of its body is sent."""
    with closing(http.client.HTTPConnection(post.base_url.removeprefix("http://"), timeout=20)) as connection:
        connection.putrequest("POST", path)
        connection.putheader("Authorization", f"Bearer {post.token}")
        connection.putheader("Content-Length", str(size))
        connection.endheaders()
        return connection.getresponse().status


class TestOneSignal:
    def test_created_then_repeated(self, post: Post) -> None:
        client = post.client()
        body = {"title": "Door forced", "dedup_key": "d", "severity": "low", "my_own_field": {"a": [1]}}
        first, again = client.post(body), client.post(body | {"severity": "critical"})
        assert (first.status, first.body["status"], first.body["count"], first.body["severity"]) == (
            201,
            "created",
            1,
            "low",
        )
        assert (again.status, again.body["status"], again.body["count"], again.body["severity"]) == (
            200,
            "repeated",
            2,
            "critical",
        )
        assert first.headers["location"] == f"{SIGNALS}/{first.body['id']}"
        with acting_as(post.cast.analyst):
            arrivals = selectors.occurrences(UUID(first.body["id"])).rows
            assert json.loads(bytes(arrivals[1].raw)) == body

    def test_sixteen_senders_of_one_new_key(self, post: Post) -> None:
        def one(number: int) -> Answer:
            return post.client().post({"title": f"Alarm {number}", "dedup_key": "same", "severity": number % 5})

        with ThreadPoolExecutor(16) as senders:
            answers = list(senders.map(one, range(16)))
        assert len({answer.body["id"] for answer in answers}) == 1
        assert sorted(answer.status for answer in answers) == [200] * 15 + [201]
        assert sorted(answer.body["count"] for answer in answers) == list(range(1, 17))
        signal = post.signal(answers[0])
        assert (signal.count, signal.severity, post.count()) == (16, 4, 16)

    def test_hostile_bodies_are_refused_and_named(self, post: Post) -> None:
        client = post.client()
        cases: list[tuple[bytes, int, str]] = [
            (b"", 400, "body"),
            (b"{", 400, "body"),
            (b"[1]", 400, "body"),
            (b'"text"', 400, "body"),
            (b'{"title": "\xff"}', 400, "body"),
            (b'{"title": "a", "unknown": "\xff"}', 400, "body"),
            (b'{"title": "\\ud800"}', 400, "body"),
            (b'{"title": "a", "x": NaN}', 400, "body"),
            (b'{"title": "a", "x": ' + b"[" * 65 + b"]" * 65 + b"}", 400, "body"),
            (b'{"title": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "body"),
            (b'{"title": "a\\u0000b"}', 422, "title"),
            (b'{"title": "  "}', 422, "title"),
            (b'{"title": ""}', 422, "title"),
            (b'{"title": 5}', 422, "title"),
            (b'{"title": "a", "severity": "terrible"}', 422, "severity"),
            (b'{"title": "a", "severity": 5}', 422, "severity"),
            (b'{"title": "a", "severity": 1e400}', 422, "severity"),
            (b'{"title": "a", "severity": 123456789012345678901234567890}', 422, "severity"),
            (b'{"title": "a", "occurred_at": "yesterday"}', 422, "occurred_at"),
            (b'{"title": "a", "occurred_at": "2026-01-01T00:00:00"}', 422, "occurred_at"),
            (
                b'{"title": "a", "entities": [{"kind": "ip", "value": "1.1.1.1"}, {"kind": "ghost", "value": "x"}]}',
                422,
                "entities[1].kind",
            ),
            (b'{"title": "a", "latitude": 91, "longitude": 0}', 422, "latitude"),
            (b'{"title": "a", "latitude": 9}', 422, "longitude"),
            (b'{"title": "a", "links": ["javascript:alert(1)"]}', 422, "links[0]"),
            (b'{"title": "a", "kind": "rumour"}', 422, "kind"),
        ]
        for body, status, field in cases:
            answer = client.post(body)
            assert (answer.status, names(answer)) == (status, [field]), body[:80]
        assert post.count() == 0

    def test_strange_but_harmless_bodies_are_kept(self, post: Post) -> None:
        client = post.client()
        bodies = [
            b"{}",
            b'{"title": "a", "x": 1e400}',
            b'{"title": "' + b"long " * 2000 + b'"}',
            b'{"title": "a", "dedup_key": "' + b"k" * 5000 + b'"}',
            '{"title": "Zażółć gęślą \U0001f600 \u202e"}'.encode(),
            b'{"title": "a", "title": "b", "x": "\\u0000"}',
            b'{"a": "\\u0000", "message": "nul \\u0000 inside"}',
            b'{"title": "a", "description": "' + b"w" * 900_000 + b'"}',
            b'{"x": ' + b"[" * 60 + b"]" * 60 + b"}",
        ]
        answers = [client.post(body) for body in bodies]
        assert [answer.status for answer in answers] == [201] * len(bodies)
        for body, answer in zip(bodies, answers, strict=True):
            with acting_as(post.cast.analyst):
                [arrival] = selectors.occurrences(UUID(answer.body["id"])).rows
                assert bytes(arrival.raw) == body

    def test_a_body_over_a_megabyte_is_not_read(self, post: Post) -> None:
        assert announced(post, SIGNALS, 1_000_001) == 413

    def test_compressed_bodies_are_refused(self, post: Post) -> None:
        assert names(post.client().post(b"{}", Content_Encoding="gzip")) == ["Content-Encoding"]


def next_note(listener: psycopg.Connection[Any], post: Post) -> str:
    """What is told next of the sender's compartment; the server may still tell of an earlier test's."""
    inside = f"inbox|{post.cast.signals.id}|"
    for note in listener.notifies(timeout=5):
        if note.payload.startswith(inside):
            return note.payload.removeprefix(inside)
    return "nothing"


class TestAnnouncement:
    def test_live_pages_are_told_once_for_many_and_how_many_are_new(self, post: Post, committed_db: Address) -> None:
        with psycopg.connect(committed_db.conninfo(APP), autocommit=True) as listener:
            listener.execute(f"listen {CHANNEL}")
            answer = post.client().bulk([b'{"title": "a", "rule": "%d"}' % (n % 40) for n in range(50)])
            assert (answer.body["created"], next_note(listener, post)) == (40, "40")

    def test_what_only_repeats_counts_as_nothing_new(self, post: Post, committed_db: Address) -> None:
        with psycopg.connect(committed_db.conninfo(APP), autocommit=True) as listener:
            listener.execute(f"listen {CHANNEL}")
            told = []
            for _ in range(2):
                post.client().post({"title": "a", "rule": "door"})
                told.append(next_note(listener, post))
        assert told == ["1", "0"]

    def test_a_repeated_request_counts_as_nothing_new(self, post: Post, committed_db: Address) -> None:
        with psycopg.connect(committed_db.conninfo(APP), autocommit=True) as listener:
            listener.execute(f"listen {CHANNEL}")
            told = []
            for _ in range(2):
                post.client().post({"title": "a"}, Idempotency_Key="once")
                told.append(next_note(listener, post))
        assert told == ["1", "0"]


class TestSender:
    def test_without_a_usable_token(self, post: Post) -> None:
        for token in ("", "lw_wrong", "x" * 500):
            answer = post.client(token).post({"title": "a"})
            assert (answer.status, answer.headers["www-authenticate"]) == (401, 'Bearer realm="longwatch"')

    def test_a_free_token_names_its_source(self, post: Post) -> None:
        client = post.client(make_token(post.cast))
        assert names(client.post({"title": "a"})) == ["source"]
        assert names(client.post({"title": "a", "source": "nowhere"})) == ["source"]
        assert client.post({"title": "a", "source": post.source.slug}).status == 201
        assert client.post({"alert": {"signature": "x"}}, f"{SIGNALS}?source={post.source.slug}").status == 201

    def test_another_organisations_source_does_not_exist(self, post: Post) -> None:
        other = make_cast()
        slug = make_source(other).slug
        assert names(post.client(make_token(post.cast)).post({"title": "a", "source": slug})) == ["source"]


class TestIdempotency:
    def test_the_same_request_gets_the_same_answer(self, post: Post) -> None:
        client = post.client()
        first = client.post({"title": "a"}, Idempotency_Key="k-1")
        again = client.post({"title": "a"}, Idempotency_Key="k-1")
        assert (first.status, first.body) == (again.status, again.body)
        assert post.count() == 1

    def test_the_key_with_another_body_is_refused(self, post: Post) -> None:
        client = post.client()
        client.post({"title": "a"}, Idempotency_Key="k-1")
        answer = client.post({"title": "b"}, Idempotency_Key="k-1")
        assert (answer.status, names(answer)) == (422, ["Idempotency-Key"])
        assert post.count() == 1

    def test_eight_at_once_are_one(self, post: Post) -> None:
        with ThreadPoolExecutor(8) as senders:
            answers = list(senders.map(lambda _: post.client().post({"title": "a"}, Idempotency_Key="k"), range(8)))
        assert {(answer.status, answer.body["count"]) for answer in answers} == {(201, 1)}
        assert post.count() == 1

    def test_bulk_too(self, post: Post) -> None:
        client = post.client()
        lines = [b'{"title": "a"}', b"nonsense", b'{"title": "b"}']
        first, again = client.bulk(lines, Idempotency_Key="b"), client.bulk(lines, Idempotency_Key="b")
        assert first.body == again.body
        assert post.count() == 2


class TestBulk:
    def test_good_lines_are_kept_and_bad_ones_listed(self, post: Post) -> None:
        lines = [
            b'{"title": "a"}',
            b"",
            b"{",
            b'{"title": "b", "severity": 9}\r',
            b'{"title": "a"}',
            b'{"rule": "only"}',
        ]
        answer = post.client().bulk(lines)
        assert answer.status == 200
        assert {name: answer.body[name] for name in ("accepted", "created", "repeated", "rejected")} == {
            "accepted": 2, "created": 1, "repeated": 1, "rejected": 3,
        }  # fmt: skip
        assert [(each["line"], each["field"]) for each in answer.body["errors"]] == [
            (3, "body"),
            (4, "severity"),
            (6, "title"),
        ]
        assert post.count() == 2

    def test_the_list_of_bad_lines_ends_but_their_number_does_not(self, post: Post) -> None:
        answer = post.client().bulk([b'{"title": "a"}', *[b"{"] * 150])
        assert (answer.body["accepted"], answer.body["rejected"], len(answer.body["errors"])) == (1, 150, 100)

    def test_only_bad_lines_are_a_problem(self, post: Post) -> None:
        answer = post.client().bulk([b"{", b"["])
        assert (answer.status, answer.body["rejected"]) == (422, 2)

    def test_nothing_and_too_much_are_refused(self, post: Post) -> None:
        client = post.client()
        assert client.bulk([b"", b" "]).status == 422
        assert client.bulk([b"{}"] * 20_002).status == 422
        assert announced(post, BULK, 16_000_001) == 413

    def test_lines_name_their_sources(self, post: Post) -> None:
        other = make_source(post.cast)
        slugs = [post.source.slug, other.slug, "nowhere"]
        answer = post.client(make_token(post.cast)).bulk(
            [json.dumps({"title": "a", "source": s}).encode() for s in slugs]
        )
        assert (answer.body["accepted"], answer.body["errors"][0]["line"]) == (2, 3)

    def test_each_hash_is_that_of_the_bytes_beside_it(self, post: Post) -> None:
        lines = [json.dumps({"title": "a" * n, "dedup_key": str(n % 7)}).encode() for n in range(1, 600)]
        post.client().bulk(lines)
        with acting_as(post.cast.analyst):
            kept = list(Occurrence.objects.filter(source_id=post.source.id).values_list("raw", "sha256"))
        assert len(kept) == len(lines)
        assert all(hashlib.sha256(raw).digest() == bytes(sha256) for raw, sha256 in kept)

    def test_senders_of_the_same_keys_at_once_lose_nothing(self, post: Post) -> None:
        lines = [json.dumps({"title": str(n), "dedup_key": str(n)}).encode() for n in range(600)]
        with ThreadPoolExecutor(4) as senders:
            answers = list(senders.map(lambda turn: post.client().bulk(lines[::turn]), (1, -1, 1, -1)))
        assert [answer.status for answer in answers] == [200] * 4
        assert sum(answer.body["created"] for answer in answers) == 600
        with acting_as(post.cast.analyst):
            assert set(Signal.objects.filter(source_id=post.source.id).values_list("count", flat=True)) == {4}

    def test_thousands_keep_their_bytes(self, post: Post) -> None:
        lines = [
            json.dumps({"title": f"Alert {n % 700}", "dedup_key": str(n % 700), "n": n}).encode() for n in range(2500)
        ]
        answer = post.client().bulk(lines)
        assert (answer.body["created"], answer.body["repeated"]) == (700, 1800)
        with acting_as(post.cast.analyst):
            kept = {
                bytes(sha)
                for sha in Occurrence.objects.filter(source_id=post.source.id).values_list("sha256", flat=True)
            }
        assert kept == {hashlib.sha256(line).digest() for line in lines}


@pytest.fixture
def full_disk(post: Post, committed_db: Address) -> Iterator[Callable[[], None]]:
    """The database has no room for more than 250 signals, until this is called."""
    with psycopg.connect(committed_db.conninfo(OWNER), autocommit=True) as owner:
        owner.execute(FULL)

        def make_room() -> None:
            owner.execute("drop trigger full_disk on intake_signal")

        yield make_room
        owner.execute("drop function full_disk cascade")


class TestFailure:
    """The database fails in the middle of a bulk request."""

    LINES: ClassVar = [json.dumps({"title": str(n), "dedup_key": str(n)}).encode() for n in range(300)]

    def test_says_how_many_lines_are_kept_and_takes_all_again(self, post: Post, full_disk: Callable[[], None]) -> None:
        answer = post.client().bulk(self.LINES)
        assert (answer.status, answer.headers["retry-after"]) == (503, "2")
        assert "250 of 300 lines" in answer.body["detail"]
        assert post.count() == 250
        full_disk()
        again = post.client().bulk(self.LINES)
        assert (again.body["accepted"], again.body["created"], again.body["repeated"]) == (300, 50, 250)

    def test_keeps_nothing_of_a_request_with_a_key_which_then_works(
        self, post: Post, full_disk: Callable[[], None]
    ) -> None:
        answer = post.client().bulk(self.LINES, Idempotency_Key="all or nothing")
        assert (answer.status, post.count()) == (503, 0)
        full_disk()
        again = post.client().bulk(self.LINES, Idempotency_Key="all or nothing")
        assert (again.status, again.body["created"]) == (200, 300)
        assert post.client().bulk(self.LINES, Idempotency_Key="all or nothing").body == again.body
        assert post.count() == 300


class TestLimits:
    def test_a_source_that_sends_too_fast_is_told_when_to_come_again(self, post: Post) -> None:
        slow = make_source(post.cast, rate_per_second=1, burst=3)
        client = post.client(make_token(post.cast, slow))
        answers = [client.post({"title": "a"}) for _ in range(6)]
        assert [answer.status for answer in answers[:3]] == [201, 200, 200]
        assert answers[-1].status == 429
        assert int(answers[-1].headers["retry-after"]) >= 1
