# SPDX-License-Identifier: Apache-2.0
"""What a sender would be told: shown exactly, and sent once when somebody asks."""

import base64
import json
from collections.abc import Iterator

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, NotAllowed, NotFound
from longwatch.exchange.services.trying import begin_trial, offered, preview
from longwatch.intake.canary_models import Canary
from longwatch.intake.services.canaries import look_for_canary, send_canary
from longwatch.intake.services.triage import dismiss
from longwatch.ledger.models import LedgerEntry
from tests.exchange.listener import Listener, listening
from tests.exchange.sync_material import CALL, telling
from tests.fixtures.little_server import Said, little_server
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

    def test_is_of_nothing_that_its_sender_is_never_told_of(self, cast: Cast) -> None:
        source = make_source(cast)
        with acting_as(cast.supervisor):
            canary = send_canary(source.id, by=cast.supervisor)
            look_for_canary(canary.id, by=cast.supervisor)
            signal = Canary.objects.get(id=canary.id).signal_id
            assert signal
            with pytest.raises(Conflict, match="told nothing"):
                preview(source.id, telling(), signal, "dismissed", by=cast.supervisor)
            assert offered(source.id, cast.supervisor) == []


class TestOffered:
    """offered"""

    def test_has_what_is_to_be_judged_first(self, cast: Cast) -> None:
        source = make_source(cast)
        first, second, third = (send(source, cast, dedup_key=key).signal_id for key in "ABC")
        send(make_source(cast), cast)
        with acting_as(cast.analyst):
            dismiss(third, "benign", by=cast.analyst)
        with acting_as(cast.supervisor):
            assert [each.id for each in offered(source.id, cast.supervisor)] == [second, first, third]


class TestSending:
    """begin_trial"""

    def test_hides_the_secret_also_as_it_is_sent(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
        source = make_source(cast)
        signal = send(source, cast).signal_id
        secret = 'pass"word and more'
        encoded = base64.b64encode(f"longwatch:{secret}".encode()).decode()
        said = f"{'x' * 1990} Basic {encoded} {json.dumps(secret)} {secret}"
        with little_server(lambda _asked: Said(status=400, body=said.encode())) as server, acting_as(cast.supervisor):
            wanted = telling(url=server.url, scheme="basic", user="longwatch", secret=secret)
            (answer,) = begin_trial(source.id, wanted, signal, "dismissed", by=cast.supervisor).send().answers
        assert answer.answer.endswith("xx Basic •••")
        assert encoded[:3] not in answer.answer

    def test_sends_it_once_says_what_came_back_and_is_told(self, cast: Cast, listener: Listener) -> None:
        source = make_source(cast)
        signal = send(source, cast, dedup_key="A-1").signal_id
        listener.status = 422
        wanted = telling(url=listener.server.url, scheme="bearer", secret="t0p")
        with acting_as(cast.supervisor):
            (answer,) = begin_trial(source.id, wanted, signal, "dismissed", by=cast.supervisor).send().answers
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
            (answer,) = begin_trial(source.id, wanted, signal, "dismissed", by=cast.supervisor).send().answers
        assert not answer.works
        assert not listener.server.asked
