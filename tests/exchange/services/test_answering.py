# SPDX-License-Identifier: Apache-2.0
"""Telling senders, with real commits, a real engine and a real server."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from longwatch import ledger
from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.services.accounts import change_roles
from longwatch.cases.services.closure import Closure, approve_closure, reopen_case, request_closure
from longwatch.cases.services.linking import add_signals
from longwatch.cases.services.linking import release_signal as take_out_of_case
from longwatch.core import clock
from longwatch.core.errors import Conflict
from longwatch.core.postgres.address import Address
from longwatch.exchange.hook_rules import OFFERS
from longwatch.exchange.services.answering import tell_senders
from longwatch.exchange.services.syncing import Telling, end, pause, resume, send_again, set_up
from longwatch.exchange.sync_events import SenderSyncChanged
from longwatch.exchange.sync_models import LetterState, SenderSync, SyncCourse, SyncLetter
from longwatch.exchange.sync_rules import TRIES
from longwatch.incidents.services.closing import close_incident, reopen_incident
from longwatch.incidents.services.merging import release_signal as take_out_of_incident
from longwatch.incidents.services.opening import open_incident
from longwatch.intake.canary_models import Canary
from longwatch.intake.models import Source
from longwatch.intake.services.bulk_triage import judge_many
from longwatch.intake.services.canaries import look_for_canary, send_canary
from longwatch.intake.services.triage import dismiss, mark_duplicate, reopen
from tests.cases.material import WHOLE, a_case
from tests.exchange.listener import Listener, listening
from tests.intake.cast_signals import make_source, make_token, send
from tests.personas import Cast, make_cast

EVERY = ["dismissed", "taken", "closed", "reopened"]
BODY = (
    '{"id": "${key}", "status": "${status}", "outcome": "${outcome}", "by": "${judged_by}", "why": "${reason}", '
    '"incident": "${reference}", "ids": ["${all:dedup_key}"]}'
)


@pytest.fixture
def people(committed_db: Address, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
    return make_cast()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@pytest.fixture
def source(people: Cast) -> Source:
    return make_source(people)


def call(**more: Any) -> dict[str, Any]:
    usual = {"occasions": EVERY, "method": "POST", "path": "/alerts", "content": "json", "body": BODY}
    return usual | more


def told(people: Cast, source: Source, listener: Listener, *calls: dict[str, Any], **more: Any) -> None:
    """The sender of a source is told from now on."""
    with acting_as(people.supervisor):
        set_up(source.id, Telling(listener.server.url, calls or [call()], **more), by=people.supervisor)


def letters(people: Cast, source: Source) -> list[SyncLetter]:
    with acting_as(people.supervisor):
        return list(SyncLetter.objects.filter(source_id=source.id).order_by("entry_id"))


def course(people: Cast, source: Source) -> SyncCourse:
    with acting_as(people.supervisor):
        return SyncCourse.objects.get(sync__source_id=source.id, sync__closed_at=None)


def judged(people: Cast, signal: UUID, reason: str = "false_positive", note: str = "") -> None:
    with acting_as(people.analyst):
        dismiss(signal, reason, note, by=people.analyst)


def arrived(people: Cast, source: Source, key: str = "A-1", **fields: Any) -> UUID:
    return send(source, people, dedup_key=key, **fields).signal_id


@contextmanager
def later(minutes: int) -> Iterator[None]:
    with clock.unsafe_pretend(clock.now() + timedelta(minutes=minutes)):
        yield


def meanwhile(act: Callable[[], object], people: Cast) -> int:
    """What somebody does while the sender thinks; then the sender is content."""
    try:
        with acting_as(people.supervisor):
            act()
    finally:
        connections.close_all()
    return 200


def tell_later(minutes: int) -> int:
    """Another round when every pause is over."""
    with later(minutes):
        return tell_senders()


class TestTelling:
    def test_tells_how_a_signal_was_judged(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener)
        judged(people, arrived(people, source), note="Our scanner")
        assert tell_senders() == 1
        assert listener.heard == [
            {"id": "A-1", "status": "dismissed", "outcome": "false_positive", "by": "", "why": "", "incident": "",
             "ids": ["A-1"]}
        ]  # fmt: skip

    def test_names_who_and_why_only_where_that_may_leave(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener, tells_who=True, tells_why=True)
        judged(people, arrived(people, source), note='Our "scanner"')
        tell_senders()
        assert (listener.heard[0]["by"], listener.heard[0]["why"]) == ("Ana Analyst", 'Our "scanner"')

    def test_tells_of_the_incident_from_beginning_to_end(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener)
        signal = arrived(people, source)
        with acting_as(people.supervisor):
            incident = open_incident(title="Beacon", category="CY-01", signal_ids=[signal], by=people.supervisor)
            close_incident(
                incident.id, disposition="contained", summary="Over.", case_answer="no", by=people.supervisor
            )
        assert tell_senders() == 2
        with acting_as(people.supervisor):
            reopen_incident(incident.id, reason="Again", by=people.supervisor)
        assert tell_senders() == 1
        assert [(each["status"], each["outcome"]) for each in listener.heard] == [
            ("taken", ""), ("closed", "contained"), ("reopened", ""),
        ]  # fmt: skip
        assert {each["incident"] for each in listener.heard} == {incident.reference}

    def test_tells_no_reference_of_a_restricted_incident(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener)
        signal = arrived(people, source)
        with acting_as(people.supervisor):
            open_incident(
                title="Insider", category="CY-01", signal_ids=[signal], restricted=True, by=people.supervisor
            )  # fmt: skip
        tell_senders()
        assert [(each["status"], each["incident"]) for each in listener.heard] == [("taken", "")]

    def test_names_nobody_who_works_on_a_restricted_incident(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener, tells_who=True, tells_why=True)
        signal = arrived(people, source)
        with acting_as(people.supervisor):
            incident = open_incident(
                title="Insider", category="CY-01", signal_ids=[signal], restricted=True, by=people.supervisor
            )
            close_incident(
                incident.id, disposition="contained", summary="Over.", case_answer="no", by=people.supervisor
            )
            reopen_incident(incident.id, reason="Again", by=people.supervisor)
            take_out_of_incident(incident.id, signal, reason="Nothing to do with it", by=people.supervisor)
        tell_senders()
        assert [(each["status"], each["by"], each["why"], each["incident"]) for each in listener.heard] == [
            ("taken", "", "", ""), ("closed", "", "", ""), ("reopened", "", "", ""), ("reopened", "", "", ""),
        ]  # fmt: skip

    def test_says_of_a_case_only_that_it_took_the_signal(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener, tells_who=True, tells_why=True)
        signal = arrived(people, source)
        with acting_as(people.investigator):
            case = a_case(people)
        with acting_as(people.analyst):
            add_signals(case.id, [signal], by=people.analyst)
        with acting_as(people.lead):
            request_closure(case.id, Closure(**WHOLE), by=people.lead)
        with acting_as(people.supervisor):
            approve_closure(case.id, by=people.supervisor)
            reopen_case(case.id, reason="Again", by=people.supervisor)
        tell_senders()
        assert [(each["status"], each["by"]) for each in listener.heard] == [("taken", "")]
        with acting_as(people.analyst):
            take_out_of_case(case.id, signal, reason="Nothing to do with it", by=people.analyst)
        tell_senders()
        assert [(each["status"], each["by"], each["why"]) for each in listener.heard[1:]] == [("reopened", "", "")]

    def test_calls_only_for_what_a_call_is_for(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener, call(occasions=["reopened"]))
        signal = arrived(people, source)
        judged(people, signal)
        with acting_as(people.analyst):
            reopen(signal, people.analyst)
        assert tell_senders() == 1
        assert [each["status"] for each in listener.heard] == ["reopened"]

    def test_tells_of_signals_that_are_judged_together(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener)
        signals = [arrived(people, source, key) for key in ("A", "B")]
        with acting_as(people.analyst):
            judge_many(signals, lambda each: dismiss(each, "benign", by=people.analyst))
        assert tell_senders() == 2
        assert {each["id"] for each in listener.heard} == {"A", "B"}

    def test_signs_in_and_sends_the_headers(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener, scheme="bearer", secret="s3cret", headers={"kbn-xsrf": "longwatch"})
        judged(people, arrived(people, source))
        tell_senders()
        headers = listener.server.asked[0].headers
        assert (headers["authorization"], headers["kbn-xsrf"]) == ("Bearer s3cret", "longwatch")

    def test_encodes_what_stands_in_an_address(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener, call(method="PATCH", path="/alerts/${raw:dedup_key}?by=${title}"))
        judged(people, arrived(people, source, "a/../b?x", title="A & B"))
        tell_senders()
        assert listener.server.asked[0].path == "/alerts/a%2F..%2Fb%3Fx?by=A%20%26%20B"
        assert listener.server.asked[0].method == "PATCH"


class TestNotTold:
    """What is no news for the sender, or nothing that it may know."""

    def test_is_that_something_is_over_of_which_it_says_so_itself(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener)
        signal = arrived(people, source, state="open")
        arrived(people, source, state="closed")
        judged(people, signal)
        assert tell_senders() == 0
        assert letters(people, source) == []

    def test_is_what_its_own_token_did(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener)
        signal = arrived(people, source)
        make_token(people, source)
        account = people.accounts["integration"]
        with acting_as(people.administrator):
            change_roles(account.id, roles=["integration", "analyst"], by=people.administrator)
        program = actor_of(Account.objects.get(id=account.id), via="api")
        with acting_as(program):
            dismiss(signal, "benign", by=program)
        assert letters(people, source) == []

    def test_is_a_test_signal(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener)
        with acting_as(people.supervisor):
            canary = send_canary(source.id, by=people.supervisor)
        with acting_as(people.supervisor):
            look_for_canary(canary.id, by=people.supervisor)
            assert Canary.objects.get(id=canary.id).signal_id
        assert letters(people, source) == []

    def test_is_another_sources_signal(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener)
        judged(people, arrived(people, make_source(people)))
        assert letters(people, source) == []

    def test_is_a_report_of_a_person(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener)
        judged(people, arrived(people, source, kind="report"))
        assert letters(people, source) == []

    def test_is_anything_after_it_has_ended(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener)
        first, second = arrived(people, source, "A"), arrived(people, source, "B")
        judged(people, first)
        with acting_as(people.supervisor):
            end(source.id, by=people.supervisor)
        judged(people, second)
        assert tell_senders() == 0
        assert [each.state for each in letters(people, source)] == [LetterState.DROPPED]


class TestWhatGoesWrong:
    def test_is_tried_again_in_order_when_the_sender_is_away(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener)
        signal = arrived(people, source)
        judged(people, signal)
        with acting_as(people.analyst):
            reopen(signal, people.analyst)
        listener.status = 503
        assert tell_senders() == 0
        assert course(people, source).failure == "It answered with status 503."
        assert tell_senders() == 0, "it waits"
        listener.status = 200
        assert tell_later(120) == 2
        assert [each["status"] for each in listener.heard] == ["dismissed", "dismissed", "reopened"]
        assert course(people, source).failing_since is None

    def test_with_one_signal_holds_up_no_other(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener)
        for key in ("bad", "good"):
            judged(people, arrived(people, source, key))
        listener.answers = lambda body: 500 if body["id"] == "bad" else 200
        assert tell_senders() == 1
        for number in range(1, TRIES):
            tell_later(120 * number)
        states = [(each.state, each.failure) for each in letters(people, source)]
        assert states == [(LetterState.REFUSED, "It answered with status 500."), (LetterState.TOLD, "")]

    def test_because_the_sender_knows_no_such_alert_is_given_up_at_once(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener)
        judged(people, arrived(people, source))
        listener.status = 404
        tell_senders()
        (letter,) = letters(people, source)
        assert (letter.state, letter.failure) == (LetterState.REFUSED, "It answered with status 404.")

    def test_because_one_alert_is_forbidden_is_given_up_for_it_alone(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener)
        for key in ("bad", "good"):
            judged(people, arrived(people, source, key))
        listener.answers = lambda body: 403 if body["id"] == "bad" else 200
        assert tell_senders() == 1, "the other goes on at once"
        for number in range(1, OFFERS):
            tell_later(120 * number)
        states = [(each.state, each.failure) for each in letters(people, source)]
        why = "It answered with status 403, while it takes what is said of other alerts."
        assert states == [(LetterState.REFUSED, why), (LetterState.TOLD, "")]
        assert course(people, source).failing_since is None

    def test_because_everything_is_forbidden_waits_and_loses_nothing(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener)
        for key in ("A", "B"):
            judged(people, arrived(people, source, key))
        listener.status = 403
        for number in range(2 * OFFERS):
            tell_later(120 * number)
        assert {each.state for each in letters(people, source)} == {LetterState.WAITING}
        assert course(people, source).failure == "It answered with status 403."
        tell_later(60 * 24 * 4)
        assert course(people, source).stuck
        listener.status = 200
        with acting_as(people.supervisor):
            resume(source.id, by=people.supervisor)
        assert tell_later(60 * 24 * 5) == 2

    def test_because_everything_is_forbidden_from_now_on_loses_nothing_either(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener)
        for key in ("first", "A", "B"):
            judged(people, arrived(people, source, key))
        listener.answers = lambda body: 200 if body["id"] == "first" else 403
        for number in range(2 * OFFERS):
            tell_later(120 * number)
        states = [each.state for each in letters(people, source)]
        assert states == [LetterState.TOLD, LetterState.WAITING, LetterState.WAITING]
        assert course(people, source).failing_since is not None

    def test_slowly_with_one_sender_holds_up_no_other(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        quick = make_source(people)
        for each, key in ((source, "slow"), (quick, "quick")):
            told(people, each, listener)
            judged(people, arrived(people, each, key))
        other_told = Event()

        def answer(body: dict[str, Any]) -> int:
            if body["id"] == "quick":
                other_told.set()
                return 200
            return 200 if other_told.wait(8) else 500

        listener.answers = answer
        assert tell_senders() == 2

    def test_because_a_needed_value_is_not_there_is_never_sent(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener, call(path="/alerts/${raw:nothing.here}"))
        judged(people, arrived(people, source))
        assert tell_senders() == 0
        (letter,) = letters(people, source)
        assert letter.state == LetterState.REFUSED
        assert "raw:nothing.here" in letter.failure
        assert listener.heard == []

    def test_with_one_sender_holds_up_no_other(self, people: Cast, source: Source, listener: Listener) -> None:
        other = make_source(people)
        for each in (source, other):
            told(people, each, listener)
            judged(people, arrived(people, each))
        with acting_as(people.supervisor):
            row = SenderSync.objects.get(source=source)
            row.calls = [{"key": "c0"}]
            event = SenderSyncChanged(subject_id=row.id, source=source.name, host="127.0.0.1", changed=["calls"])
            ledger.record(event, by=people.supervisor, row=row, fields=["calls"])
        assert tell_senders() == 1
        assert [each.state for each in letters(people, other)] == [LetterState.TOLD]
        assert "log of the worker" in course(people, source).failure
        assert course(people, source).next_at > clock.now()

    def test_because_of_a_place_with_a_long_name_is_refused_all_the_same(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener, call(path="/alerts/${raw:%s}" % ("a" * 300)))
        judged(people, arrived(people, source))
        assert tell_senders() == 0
        (letter,) = letters(people, source)
        assert (letter.state, len(letter.failure)) == (LetterState.REFUSED, 300)

    def test_because_a_kept_template_is_wrong_is_refused(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener)
        judged(people, arrived(people, source))
        with acting_as(people.supervisor):
            row = SenderSync.objects.get(source=source)
            row.calls = [row.calls[0] | {"body": '{"a": "\\u0024{bogus}"}'}]
            event = SenderSyncChanged(subject_id=row.id, source=source.name, host="127.0.0.1", changed=["calls"])
            ledger.record(event, by=people.supervisor, row=row, fields=["calls"])
        assert tell_senders() == 0
        assert [each.state for each in letters(people, source)] == [LetterState.REFUSED]

    def test_is_no_more_told_when_somebody_pauses_it_meanwhile(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener)
        for key in ("A", "B"):
            judged(people, arrived(people, source, key))
        listener.answers = lambda _body: meanwhile(lambda: pause(source.id, by=people.supervisor), people)
        assert tell_senders() == 1
        assert [each.state for each in letters(people, source)] == [LetterState.TOLD, LetterState.WAITING]

    def test_stays_as_it_ended_when_somebody_ends_it_meanwhile(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener)
        for key in ("A", "B"):
            judged(people, arrived(people, source, key))
        listener.answers = lambda _body: meanwhile(lambda: end(source.id, by=people.supervisor), people)
        tell_senders()
        assert len(listener.heard) == 1
        assert {each.state for each in letters(people, source)} == {LetterState.DROPPED}

    def test_waits_no_longer_than_a_month(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener)
        judged(people, arrived(people, source))
        with acting_as(people.supervisor):
            pause(source.id, by=people.supervisor)
        tell_later(60 * 24 * 31)
        (letter,) = letters(people, source)
        assert (letter.state, letter.failure) == (LetterState.DROPPED, "It waited for 30 days.")

    def test_because_the_sign_in_is_refused_waits_and_loses_nothing(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener)
        judged(people, arrived(people, source))
        listener.status = 401
        for number in range(5):
            tell_later(120 * number)
        assert [each.state for each in letters(people, source)] == [LetterState.WAITING]
        tell_later(60 * 24 * 4)
        assert course(people, source).stuck
        listener.status = 200
        with acting_as(people.supervisor):
            resume(source.id, by=people.supervisor)
        assert tell_later(60 * 24 * 5) == 1

    def test_can_be_sent_again(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener)
        judged(people, arrived(people, source))
        listener.status = 404
        tell_senders()
        listener.status = 200
        with acting_as(people.supervisor):
            send_again(source.id, letters(people, source)[0].id, by=people.supervisor)
        assert tell_later(1) == 1

    def test_cannot_be_sent_again_when_something_newer_happened(
        self, people: Cast, source: Source, listener: Listener
    ) -> None:  # fmt: skip
        told(people, source, listener)
        signal = arrived(people, source)
        judged(people, signal)
        listener.status = 404
        tell_senders()
        with acting_as(people.analyst):
            reopen(signal, people.analyst)
        with acting_as(people.supervisor), pytest.raises(Conflict, match="newer"):
            send_again(source.id, letters(people, source)[0].id, by=people.supervisor)

    def test_while_it_is_paused_waits(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener)
        with acting_as(people.supervisor):
            pause(source.id, by=people.supervisor)
        judged(people, arrived(people, source))
        assert tell_senders() == 0
        with acting_as(people.supervisor):
            resume(source.id, by=people.supervisor)
        assert tell_later(1) == 1

    def test_is_nothing_that_reaches_services_of_this_machine(
        self, people: Cast, source: Source, listener: Listener, monkeypatch: pytest.MonkeyPatch
    ) -> None:  # fmt: skip
        told(people, source, listener)
        judged(people, arrived(people, source))
        monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "")
        assert tell_senders() == 0
        assert "this machine itself" in course(people, source).failure


class TestTheOutbox:
    def test_holds_nothing_of_a_change_that_was_undone(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener)
        signal = arrived(people, source)

        def fails() -> None:
            with acting_as(people.analyst):
                dismiss(signal, "benign", by=people.analyst)
                raise RuntimeError

        undone: Callable[[], None] = fails
        with pytest.raises(RuntimeError):
            undone()
        assert letters(people, source) == []

    def test_tells_that_a_duplicate_was_dismissed(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener)
        first, second = arrived(people, source, "A"), arrived(people, source, "B")
        with acting_as(people.analyst):
            mark_duplicate(second, first, people.analyst)
        tell_senders()
        assert [json.loads(each.body)["outcome"] for each in listener.server.asked] == ["duplicate"]

    def test_forgets_what_was_told_a_month_ago(self, people: Cast, source: Source, listener: Listener) -> None:
        told(people, source, listener)
        judged(people, arrived(people, source))
        tell_senders()
        tell_later(60 * 24 * 31)
        assert letters(people, source) == []
