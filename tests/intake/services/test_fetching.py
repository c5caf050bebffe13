# SPDX-License-Identifier: Apache-2.0
"""Mailboxes that are read, from the server to the signal."""

from collections.abc import Iterator
from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.intake.delivery_models import Delivery
from longwatch.intake.mail_models import Mailbox
from longwatch.intake.models import Signal, Source
from longwatch.intake.services.fetching import fetch, mailboxes_to_read
from longwatch.intake.services.mailboxes import close_mailbox, open_mailbox
from longwatch.intake.services.sources import switch_source
from tests.fixtures.imap_server import HERE, PASSWORD, USER, Box, imap_server
from tests.intake.cast_signals import make_source
from tests.personas import Cast

MAIL = b"From: a@example.org\r\nSubject: Locked\r\nMessage-ID: <1@x>\r\n\r\nHello\r\n"


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast, kind="report")


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    monkeypatch.setenv("LONGWATCH_OUTBOUND_ALLOW", "127.0.0.1/32")
    with imap_server(Box()) as served:
        served.put(MAIL)
        yield served


def opened(cast: Cast, source: Source, box: Box, **more: Any) -> Mailbox:
    settings = {"host": HERE, "port": box.port, "security": "none", "user": USER, "from_start": True} | more
    with acting_as(cast.supervisor):
        return open_mailbox(source.id, settings, password=PASSWORD, by=cast.supervisor)


def signals(cast: Cast, source: Source) -> list[Signal]:
    with acting_as(cast.supervisor):
        return list(Signal.objects.filter(source=source))


def state(cast: Cast, mailbox: Mailbox) -> tuple[int, int, str]:
    with acting_as(cast.supervisor):
        found = Mailbox.objects.select_related("state").get(id=mailbox.id).state
        return found.upto, found.taken, found.error


class TestFetch:
    def test_makes_signals_of_what_is_new_and_notes_how_far_it_came(self, cast: Cast, source: Source, box: Box) -> None:
        mailbox = opened(cast, source, box)
        for _ in range(2):
            assert fetch(mailbox.id) is not None
        [signal] = signals(cast, source)
        assert (signal.title, signal.count) == ("Locked", 1)
        assert state(cast, mailbox) == (1, 1, "")
        assert box.flags == {1: {"\\Seen"}}

    def test_takes_nothing_twice_when_the_server_numbers_anew(self, cast: Cast, source: Source, box: Box) -> None:
        mailbox = opened(cast, source, box)
        fetch(mailbox.id)
        box.number_anew()
        fetch(mailbox.id)
        assert [signal.count for signal in signals(cast, source)] == [1]

    def test_keeps_the_headers_of_what_is_too_large(self, cast: Cast, source: Source, box: Box) -> None:
        box.claimed[1] = 80_000_000
        fetch(opened(cast, source, box).id)
        with acting_as(cast.supervisor):
            [kept] = Delivery.objects.filter(source=source)
        assert b"Subject: Locked" in bytes(kept.raw)
        assert "80 MB" in kept.reason

    def test_tells_what_went_wrong(self, cast: Cast, source: Source, box: Box) -> None:
        mailbox = opened(cast, source, box, folder="Nowhere")
        fetch(mailbox.id)
        assert "no such folder" in state(cast, mailbox)[2]

    def test_leaves_what_is_closed_or_switched_off(self, cast: Cast, source: Source, box: Box) -> None:
        first, second = opened(cast, source, box), opened(cast, make_source(cast), box)
        with acting_as(cast.supervisor):
            close_mailbox(first.id, by=cast.supervisor)
            switch_source(second.source_id, on=False, by=cast.supervisor)
        assert {first.id, second.id} & {each.id for each in mailboxes_to_read()} == set()
        assert (fetch(first.id), fetch(second.id)) == (None, None)
        assert box.commands == []
