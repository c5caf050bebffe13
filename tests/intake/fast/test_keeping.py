# SPDX-License-Identifier: Apache-2.0
"""Nothing that an authenticated sender sent is lost because it could not be read."""

from dataclasses import dataclass

import pytest

from longwatch.access.context import acting_as
from longwatch.core.postgres.address import Address
from longwatch.intake.delivery_models import Delivery
from longwatch.intake.models import Source
from tests.intake.cast_signals import make_source, make_token
from tests.intake.conversation import SIGNALS, Client
from tests.personas import Cast, make_cast


@dataclass
class Post:
    base_url: str
    cast: Cast
    source: Source

    def bound(self) -> Client:
        return Client(self.base_url, make_token(self.cast, self.source))

    def free(self) -> Client:
        return Client(self.base_url, make_token(self.cast))

    def kept(self) -> list[tuple[bytes, str, str]]:
        with acting_as(self.cast.supervisor):
            rows = Delivery.objects.filter(source=self.source).order_by("id")
            return [(bytes(row.raw), row.content_type, row.reason) for row in rows]


@pytest.fixture
def post(committed_db: Address, live_server_process: str) -> Post:
    cast = make_cast()
    return Post(live_server_process, cast, make_source(cast))


class TestOneSignal:
    def test_that_cannot_be_read_is_refused_and_kept_byte_for_byte(self, post: Post) -> None:
        raw = b'\x00\xff{"title": '
        assert post.bound().post(raw, Content_Type="application/x-odd; charset=x").status == 400
        [(kept, content_type, reason)] = post.kept()
        assert (kept, content_type) == (raw, "application/x-odd")
        assert "UTF-8" in reason

    def test_that_is_wrong_is_kept_with_the_field(self, post: Post) -> None:
        assert post.bound().post({"title": "a", "severity": "terrible"}).status == 422
        [(_, _, reason)] = post.kept()
        assert reason.startswith("severity: ")

    def test_that_names_its_source_in_the_address_is_kept_too(self, post: Post) -> None:
        assert post.free().post(b"{", f"{SIGNALS}?source={post.source.slug}").status == 400
        assert [raw for raw, _, _ in post.kept()] == [b"{"]

    def test_that_is_sent_again_and_again_is_kept_once(self, post: Post) -> None:
        client = post.bound()
        for _ in range(3):
            assert client.post(b"{").status == 400
        assert len(post.kept()) == 1

    def test_of_nobody_or_nowhere_is_not_kept(self, post: Post) -> None:
        assert Client(post.base_url, "wrong").post(b"{").status == 401
        assert post.free().post(b"{").status == 400
        assert post.bound().post(b"").status == 400
        assert post.kept() == []


class TestBulk:
    def test_keeps_the_bad_lines_together_and_nothing_of_the_good(self, post: Post) -> None:
        lines = [b'{"title": "One"}', b"{bad", b'{"title": "Two"}', b"[1]"]
        answer = post.bound().bulk(lines)
        assert (answer.body["accepted"], answer.body["rejected"]) == (2, 2)
        [(raw, content_type, reason)] = post.kept()
        assert (raw, content_type) == (b"{bad\n[1]", "application/x-ndjson")
        assert reason.startswith("2 lines. Line 2, body: ")

    def test_keeps_all_when_none_is_good(self, post: Post) -> None:
        assert post.bound().bulk([b"{bad", b"[1]"]).status == 422
        assert [raw for raw, _, _ in post.kept()] == [b"{bad\n[1]"]

    def test_keeps_nothing_when_all_are_good(self, post: Post) -> None:
        post.bound().bulk([b'{"title": "One"}'])
        assert post.kept() == []


ALERTS = b'{"version": "4", "groupKey": "g", "status": "firing", "receiver": "r", "alerts": [%s]}'
DISK = b'{"status":  "firing", "labels": {"alertname": "DiskFull"}, "fingerprint": "a"}'


class TestABodyOfSeveral:
    def states(self, post: Post) -> list[tuple[str, int, bytes, str]]:
        """What is kept: what gave signals first, then the shortest; identifiers of one millisecond have no order."""
        with acting_as(post.cast.supervisor):
            rows = sorted(Delivery.objects.filter(source=post.source), key=lambda row: (-row.signals, len(row.raw)))
            return [(row.state, row.signals, bytes(row.raw), row.content_type) for row in rows]

    def test_is_kept_whole_byte_for_byte_with_its_type(self, post: Post) -> None:
        body = ALERTS % (DISK + b" , " + DISK.replace(b"Disk", b"Cpu"))
        assert post.bound().post(body, Content_Type="application/json; charset=utf-8").status == 200
        assert self.states(post) == [("stored", 2, body, "application/json")]

    def test_of_one_is_answered_as_one_signal_and_kept_whole(self, post: Post) -> None:
        body = b' [\n{"title": "One"}\n] '
        answer = post.bound().post(body)
        assert (answer.status, answer.body["status"]) == (201, "created")
        assert [(state, raw) for state, _, raw, _ in self.states(post)] == [("stored", body)]

    def test_keeps_each_part_that_gave_none_and_says_which(self, post: Post) -> None:
        body = b'[{"title": "One"}, 5, {"title": "Two"}, {"title": "Bad", "severity": "odd"}]'
        answer = post.bound().post(body)
        assert (answer.body["accepted"], answer.body["rejected"]) == (2, 2)
        assert [(each["element"], each["field"]) for each in answer.body["errors"]] == [(2, "body"), (4, "severity")]
        assert [(state, raw) for state, _, raw, _ in self.states(post)] == [
            ("stored", body), ("failed", b"5"), ("failed", b'{"title": "Bad", "severity": "odd"}'),
        ]  # fmt: skip
        assert [reason.partition(": ")[0] for raw, _, reason in post.kept() if raw.startswith(b"{")] == ["severity"]

    def test_is_kept_once_for_a_key(self, post: Post) -> None:
        client = post.bound()
        for _ in range(2):
            client.post(ALERTS % DISK, Idempotency_Key="once")
        assert len(self.states(post)) == 1

    def test_of_very_many_bad_parts_is_kept_in_few(self, post: Post) -> None:
        body = b"[%s]" % b",".join([b'{"title": "One"}', *(b"%d" % number for number in range(500))])
        assert post.bound().post(body).body["rejected"] == 500
        kept = self.states(post)
        assert len(kept) == 1 + 20 + 1
        assert kept[-1][2].splitlines() == [b"%d" % number for number in range(20, 500)]

    def test_in_a_line_is_kept_whole_with_its_bad_parts(self, post: Post) -> None:
        line = b'[{"title": "One"}, 5, {"title": "Two"}]'
        answer = post.bound().bulk([b'{"title": "Alone"}', line, b"{bad"])
        assert (answer.body["accepted"], answer.body["rejected"]) == (3, 2)
        assert [each["line"] for each in answer.body["errors"]] == [2, 3]
        assert [(state, signals, raw) for state, signals, raw, _ in self.states(post)] == [
            ("stored", 2, line), ("failed", 0, b"5"), ("failed", 0, b"{bad"),
        ]  # fmt: skip
