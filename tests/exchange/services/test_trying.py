# SPDX-License-Identifier: Apache-2.0
"""What a sender would be told: shown exactly, and sent once when somebody asks."""

import json
from collections.abc import Iterator

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import NotAllowed, NotFound
from longwatch.exchange.services.trying import offered, preview, send_trial
from longwatch.ledger.models import LedgerEntry
from tests.exchange.listener import Listener, listening
from tests.exchange.sync_material import CALL, telling
from tests.intake.cast_signals import make_source, send
from tests.personas import Cast


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
    with listening() as found:
        yield found


class TestPreview:
    """preview"""

    def test_shows_exactly_what_is_sent_without_the_secret(self, cast: Cast) -> None:
        source = make_source(cast)
        signal = send(source, cast, dedup_key="A-1").signal_id
        wanted = telling(scheme="bearer", secret="t0p", calls=[CALL, CALL | {"occasions": ["closed"]}])
        with acting_as(cast.supervisor):
            trial = preview(source.id, wanted, signal, "dismissed", by=cast.supervisor)
        (call,) = trial.calls
        assert (call.method, call.url, call.body) == ("POST", "https://kibana.example.org:5601/alerts", '{"id": "A-1"}')
        assert call.headers["Authorization"] == "Bearer ••••••"
        assert "t0p" not in str(trial)

    def test_says_why_a_call_would_not_be_sent(self, cast: Cast) -> None:
        source = make_source(cast)
        signal = send(source, cast).signal_id
        with acting_as(cast.supervisor):
            wanted = telling(calls=[CALL | {"path": "/${raw:no}"}])
            (call,) = preview(source.id, wanted, signal, "dismissed", by=cast.supervisor).calls
        assert "raw:no" in call.missing

    def test_is_only_for_who_reads_the_signal(self, cast: Cast) -> None:
        source = make_source(cast)
        signal = send(source, cast).signal_id
        with acting_as(cast.administrator), pytest.raises(NotAllowed):
            preview(source.id, telling(), signal, "dismissed", by=cast.administrator)
        with acting_as(cast.administrator):
            assert offered(source.id, cast.administrator) == []

    def test_is_of_a_signal_of_this_source(self, cast: Cast) -> None:
        source, other = make_source(cast), make_source(cast)
        signal = send(other, cast).signal_id
        with acting_as(cast.supervisor), pytest.raises(NotFound):
            preview(source.id, telling(), signal, "dismissed", by=cast.supervisor)


class TestSending:
    """send_trial"""

    def test_sends_it_once_says_what_came_back_and_is_told(self, cast: Cast, listener: Listener) -> None:
        source = make_source(cast)
        signal = send(source, cast, dedup_key="A-1").signal_id
        listener.status = 422
        wanted = telling(url=listener.server.url, scheme="bearer", secret="t0p")
        with acting_as(cast.supervisor):
            (answer,) = send_trial(source.id, wanted, signal, "dismissed", by=cast.supervisor).answers
        assert (answer.works, answer.sentence, answer.answer) == (False, "It answered with status 422.", "{}")
        assert [json.loads(each.body) for each in listener.server.asked] == [{"id": "A-1"}]
        assert listener.server.asked[0].headers["authorization"] == "Bearer t0p"
        with acting_as(cast.auditor):
            assert LedgerEntry.objects.filter(subject_id=source.id, action="sender_sync.tried").count() == 1

    def test_sends_nothing_that_lacks_a_value(self, cast: Cast, listener: Listener) -> None:
        source = make_source(cast)
        signal = send(source, cast).signal_id
        wanted = telling(url=listener.server.url, calls=[CALL | {"path": "/${raw:no}"}])
        with acting_as(cast.supervisor):
            (answer,) = send_trial(source.id, wanted, signal, "dismissed", by=cast.supervisor).answers
        assert not answer.works
        assert not listener.server.asked
