# SPDX-License-Identifier: Apache-2.0
"""Setting up what is fetched, trying it, changing it, ending it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.core.hiding import reveal
from longwatch.intake import poll_selectors
from longwatch.intake.models import Signal, Source
from longwatch.intake.poll_models import Poll, poll_purpose
from longwatch.intake.services.polls import (
    MOST_OPEN,
    Fetching,
    Tried,
    begin_trial,
    change_poll,
    close_poll,
    open_poll,
    wanted_of,
)
from tests.access.entries import actions
from tests.fixtures.little_server import LittleServer, little_server
from tests.intake.cast_signals import make_poll, make_source
from tests.intake.polling.tools import KEY, Index
from tests.personas import Cast

URL = "https://search.invalid:9200"
KEYED: dict[str, Any] = {"scheme": "key", "secret": "first-secret"}


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


@pytest.fixture
def index() -> Index:
    return Index()


@pytest.fixture
def server(index: Index, monkeypatch: pytest.MonkeyPatch) -> Iterator[LittleServer]:
    monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
    with little_server(index) as running:
        yield running


def refusal_of(cast: Cast, source: Source, back_hours: int = 24, **fields: Any) -> dict[str, str]:
    usual: dict[str, Any] = {"label": "SIEM", "kind": "elasticsearch", "url": URL, "scheme": "none",
                             "settings": {"index": "logs-*"}}  # fmt: skip
    with acting_as(cast.supervisor), pytest.raises(Invalid) as refusal:
        open_poll(source.id, Fetching(**usual | fields), back_hours=back_hours, by=cast.supervisor)
    return refusal.value.fields


def changed(cast: Cast, poll: Poll, **changes: Any) -> Poll:
    with acting_as(cast.supervisor):
        return change_poll(poll.id, wanted_of(poll, **changes), by=cast.supervisor)


class TestOpenPoll:
    def test_hides_the_secret(self, cast: Cast, source: Source) -> None:
        poll = make_poll(source, cast, **KEYED)
        assert "first-secret" not in poll.wrapped
        assert reveal(poll.wrapped, poll_purpose(poll.id)) == "first-secret"
        with acting_as(cast.auditor):
            assert actions(poll.id) == ["poll.opened"]

    def test_completes_what_is_not_said(self, cast: Cast, source: Source) -> None:
        poll = make_poll(source, cast, kind="wazuh", settings={})
        assert (poll.settings["index"], poll.settings["time_field"]) == ("wazuh-alerts-*", "timestamp")

    @pytest.mark.parametrize(
        ("fields", "named"),
        [
            ({"label": " "}, "label"),
            ({"kind": "splunk"}, "kind"),
            ({"url": "search"}, "url"),
            ({"url": "https://u:p@search.invalid"}, "url"),
            ({"scheme": "plain", "secret": "x"}, "scheme"),
            ({"scheme": "basic", "secret": "x"}, "user"),
            ({"scheme": "basic", "secret": "x", "user": "a:b"}, "user"),
            ({"scheme": "key"}, "secret"),
            ({"scheme": "key", "secret": "a\r\nX-Evil: 1"}, "secret"),
            ({"authorities": "no certificate"}, "authorities"),
            ({"interval_seconds": 1}, "interval_seconds"),
            ({"back_hours": -1}, "back_hours"),
            ({"settings": {"index": ""}}, "index"),
            ({"settings": {"index": "../_cluster"}}, "index"),
            ({"settings": {"index": "_all"}}, "index"),
            ({"settings": {"index": "logs?q=1"}}, "index"),
            ({"settings": {"index": "logs", "time_field": "a b"}}, "time_field"),
            ({"settings": {"index": "logs", "query": "text"}}, "query"),
            ({"settings": {"index": "logs", "query": {"a": "x" * 20_000}}}, "query"),
            ({"settings": {"index": "logs", "late_seconds": -1}}, "late_seconds"),
            ({"settings": {"index": "logs", "odd": 1}}, "odd"),
            ({"kind": "misp", "scheme": "plain", "secret": "x", "settings": {"what": "users"}}, "what"),
            ({"kind": "misp", "scheme": "plain", "secret": "x", "settings": {"query": {"limit": 1}}}, "query"),
            ({"kind": "misp", "scheme": "plain", "secret": "x", "settings": {"tags": ["x" * 101]}}, "tags"),
        ],
    )  # fmt: skip
    def test_refuses_what_cannot_work_with_its_field(
        self, cast: Cast, source: Source, fields: dict[str, Any], named: str
    ) -> None:
        assert named in refusal_of(cast, source, **fields)

    def test_refuses_very_many(self, cast: Cast, source: Source) -> None:
        for _ in range(MOST_OPEN):
            make_poll(source, cast)
        assert "label" in refusal_of(cast, source)

    @pytest.mark.parametrize("name", ["analyst", "outsider"])
    def test_refuses_whoever_does_not_manage_sources(self, cast: Cast, source: Source, name: str) -> None:
        fetching = Fetching("SIEM", "wazuh", URL, "none")
        with acting_as(cast.actors[name]), pytest.raises((NotAllowed, NotFound)):
            open_poll(source.id, fetching, by=cast.actors[name])


class TestChangePoll:
    def test_keeps_the_secret_that_there_is(self, cast: Cast, source: Source) -> None:
        poll = make_poll(source, cast, **KEYED)
        poll = changed(cast, poll, interval_seconds=300)
        assert (poll.interval_seconds, reveal(poll.wrapped, poll_purpose(poll.id))) == (300, "first-secret")

    def test_wants_the_secret_again_for_another_address(self, cast: Cast, source: Source) -> None:
        poll = make_poll(source, cast, **KEYED)
        with pytest.raises(Invalid) as refusal:
            changed(cast, poll, url="https://elsewhere.invalid")
        assert list(refusal.value.fields) == ["secret"]
        moved = changed(cast, poll, url="https://elsewhere.invalid", secret="second-secret")
        assert reveal(moved.wrapped, poll_purpose(poll.id)) == "second-secret"

    def test_begins_anew_when_other_records_are_meant_and_goes_on_otherwise(self, cast: Cast, source: Source) -> None:
        poll = make_poll(source, cast)
        with acting_as(cast.supervisor), connection.cursor() as cursor:
            cursor.execute(
                "insert into intake_poll_state (poll_id, org_id, cursor) values (%s, %s, %s)",
                [poll.id, poll.org_id, '{"from": 5}'],
            )
        poll = changed(cast, poll, interval_seconds=90)
        assert cursor_of(cast, poll) == '{"from": 5}'
        changed(cast, poll, settings={"index": "other-*"})
        assert cursor_of(cast, poll) == "{}"

    def test_does_nothing_for_nothing(self, cast: Cast, source: Source) -> None:
        poll = make_poll(source, cast)
        assert changed(cast, poll).version == poll.version

    def test_never_tells_the_ledger_a_secret(self, cast: Cast, source: Source) -> None:
        poll = make_poll(source, cast, **KEYED)
        changed(cast, poll, secret="second-secret")
        with acting_as(cast.auditor), connection.cursor() as cursor:
            assert actions(poll.id) == ["poll.opened", "poll.changed"]
            cursor.execute(
                "select string_agg(d.fields::text, '') from ledger_detail d join ledger_entry e on e.id = d.entry_id"
                " where e.subject_id = %s", [poll.id],
            )  # fmt: skip
            told = cursor.fetchone()[0]
        assert "second-secret" not in told
        assert "secret" in told

    def test_refuses_when_somebody_changed_it_meanwhile(self, cast: Cast, source: Source) -> None:
        poll = make_poll(source, cast)
        changed(cast, poll, interval_seconds=90)
        with acting_as(cast.supervisor), pytest.raises(Stale):
            change_poll(poll.id, wanted_of(poll), expected_version=poll.version, by=cast.supervisor)


class TestClosePoll:
    def test_forgets_the_secret_and_takes_no_changes(self, cast: Cast, source: Source) -> None:
        poll = make_poll(source, cast, **KEYED)
        with acting_as(cast.supervisor):
            ended = close_poll(poll.id, by=cast.supervisor)
            assert close_poll(poll.id, by=cast.supervisor).version == ended.version
        assert (ended.wrapped, ended.enabled) == ("", False)
        with pytest.raises(Conflict):
            changed(cast, poll, label="Other")


class TestTryPoll:
    def test_says_that_it_works_and_how_a_record_would_be_read(
        self, cast: Cast, source: Source, index: Index, server: LittleServer
    ) -> None:
        index.add("Worm", int(datetime.now(UTC).timestamp() * 1_000) - 1_000, severity="high")
        told = tried(cast, source, server)
        assert (told.works, told.title, told.severity) == (True, "Worm", "high")
        with acting_as(cast.supervisor):
            assert not Signal.objects.filter(source=source).exists()

    def test_says_what_stands_in_the_way(self, cast: Cast, source: Source, server: LittleServer) -> None:
        told = tried(cast, source, server, secret="wrong")
        assert not told.works
        assert "does not know this user, password or key" in told.sentence

    def test_uses_the_secret_that_there_is_for_its_own_address_only(
        self, cast: Cast, source: Source, server: LittleServer
    ) -> None:
        poll = make_poll(source, cast, url=server.url, scheme="key", secret=KEY)
        with acting_as(cast.supervisor):
            assert begin_trial(source.id, wanted_of(poll), poll_id=poll.id, by=cast.supervisor).ask().works
            elsewhere = wanted_of(poll, url=f"{server.url}/elsewhere")
            with pytest.raises(Invalid) as refusal:
                begin_trial(source.id, elsewhere, poll_id=poll.id, by=cast.supervisor).ask()
        assert list(refusal.value.fields) == ["secret"]

    def test_goes_nowhere_that_is_off_limits(
        self, cast: Cast, source: Source, server: LittleServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("LONGWATCH_OUTBOUND_ALLOW")
        told = tried(cast, source, server)
        assert (told.works, server.asked) == (False, [])
        assert "LONGWATCH_OUTBOUND_ALLOW" in told.sentence


class TestPolls:
    def test_are_not_there_for_others(self, cast: Cast, source: Source) -> None:
        poll = make_poll(source, cast)
        with acting_as(cast.outsider), pytest.raises(NotFound):
            poll_selectors.poll(cast.outsider, source.id, poll.id)


def tried(cast: Cast, source: Source, server: LittleServer, secret: str = KEY) -> Tried:
    wanted = Fetching("SIEM", "elasticsearch", server.url, "key", secret=secret, settings={"index": "logs-*"})
    with acting_as(cast.supervisor):
        return begin_trial(source.id, wanted, by=cast.supervisor).ask()


def cursor_of(cast: Cast, poll: Poll) -> str:
    with acting_as(cast.supervisor), connection.cursor() as cursor:
        cursor.execute("select cursor::text from intake_poll_state where poll_id = %s", [poll.id])
        return str(cursor.fetchone()[0])
