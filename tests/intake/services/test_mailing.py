# SPDX-License-Identifier: Apache-2.0
"""Taking mails."""

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import NotAllowed
from longwatch.evidence.models import Exhibit
from longwatch.intake.delivery_models import Delivery
from longwatch.intake.models import Signal, Source
from longwatch.intake.services import mailing
from longwatch.intake.services.mailboxes import close_mailbox, open_mailbox
from longwatch.intake.services.mailing import source_of_address, source_of_mailbox, take_mail
from longwatch.intake.services.sources import switch_source
from tests.intake.cast_signals import make_address, make_source
from tests.personas import Cast

MAIL = b"From: a@example.org\r\nSubject: Hi\r\nMessage-ID: <1@x>\r\n\r\nHello\r\n"


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast, kind="report")


def exhibits(cast: Cast, source: Source) -> list[Exhibit]:
    with acting_as(cast.supervisor):
        ids = list(Signal.objects.filter(source=source).values_list("id", flat=True))
        return list(Exhibit.objects.filter(record_id__in=ids))


class TestTakeMail:
    def test_keeps_a_report_as_evidence_once(self, cast: Cast, source: Source) -> None:
        assert take_mail(source, MAIL).created
        assert not take_mail(source, b"Received: again\r\n" + MAIL).created
        [exhibit] = exhibits(cast, source)
        assert (exhibit.name, exhibit.size) == ("mail.eml", len(MAIL))

    def test_keeps_an_alert_as_its_raw_bytes_alone(self, cast: Cast) -> None:
        alerts = make_source(cast)
        assert take_mail(alerts, MAIL).created
        assert exhibits(cast, alerts) == []

    def test_keeps_what_holds_nothing(self, cast: Cast, source: Source) -> None:
        assert take_mail(source, b"\r\n").signal_id is None
        with acting_as(cast.supervisor):
            [kept] = Delivery.objects.filter(source=source)
        assert (kept.way, kept.state, bytes(kept.raw)) == ("mail", "failed", b"\r\n")

    def test_keeps_a_mail_that_our_own_mistake_leaves_unread(
        self, cast: Cast, source: Source, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(mailing, "open_whole", fail)
        assert "mistake of Longwatch" in take_mail(source, MAIL).reason
        with acting_as(cast.supervisor):
            [kept] = Delivery.objects.filter(source=source)
        assert bytes(kept.raw) == MAIL

    def test_takes_a_mail_of_a_mailbox_once(self, cast: Cast, source: Source) -> None:
        with acting_as(cast.supervisor):
            box = open_mailbox(source.id, {"host": "mail.example", "user": "u"}, password="p", by=cast.supervisor)
        assert take_mail(source, MAIL, mailbox_id=box.id).created
        assert take_mail(source, MAIL, mailbox_id=box.id).reason == "taken before"

    def test_refuses_a_source_that_is_switched_off(self, cast: Cast, source: Source) -> None:
        with acting_as(cast.supervisor):
            off = switch_source(source.id, on=False, by=cast.supervisor)
        with pytest.raises(NotAllowed):
            take_mail(off, MAIL)


class TestSources:
    def test_are_found_by_address(self, cast: Cast, source: Source) -> None:
        box = make_address(source, cast)
        found = source_of_address(f"{box.address}@anywhere.example")
        assert found is not None
        assert found.id == source.id
        assert source_of_address("nobody@anywhere.example") is None

    def test_are_found_by_mailbox_until_it_is_closed(self, cast: Cast, source: Source) -> None:
        box = make_address(source, cast)
        assert source_of_mailbox(box.id) is not None
        with acting_as(cast.supervisor):
            close_mailbox(box.id, by=cast.supervisor)
        assert source_of_mailbox(box.id) is None
        assert source_of_address(box.address) is None
