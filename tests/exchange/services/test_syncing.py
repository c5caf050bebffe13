# SPDX-License-Identifier: Apache-2.0
"""Setting up how senders are told."""

from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.exchange.services.syncing import end, pause, resume, secret_of, set_up, sync_of
from longwatch.exchange.sync_models import SenderSync
from longwatch.ledger.models import LedgerEntry
from tests.exchange.sync_material import CALL, made, telling
from tests.intake.cast_signals import make_source
from tests.personas import Cast

SIGNED = {"scheme": "bearer", "secret": "t0p"}


def actions(cast: Cast, row: SenderSync) -> list[str]:
    with acting_as(cast.auditor):
        return list(LedgerEntry.objects.filter(subject_id=row.id).order_by("id").values_list("action", flat=True))


class TestSettingUp:
    def test_keeps_the_secret_hidden(self, cast: Cast) -> None:
        row = made(cast, make_source(cast), **SIGNED)
        assert "t0p" not in row.wrapped
        assert secret_of(row.id, row.wrapped) == "t0p"
        assert actions(cast, row) == ["sender_sync.made"]

    def test_again_changes_what_there_is_and_keeps_the_secret(self, cast: Cast) -> None:
        source = make_source(cast)
        first = made(cast, source, **SIGNED)
        second = made(cast, source, scheme="bearer", tells_why=True)
        assert (second.id, secret_of(second.id, second.wrapped)) == (first.id, "t0p")
        assert actions(cast, first) == ["sender_sync.made", "sender_sync.changed"]

    def test_again_with_nothing_new_changes_nothing(self, cast: Cast) -> None:
        source = make_source(cast)
        row = made(cast, source)
        assert made(cast, source).version == row.version

    def test_for_another_host_needs_the_secret_again(self, cast: Cast) -> None:
        source = make_source(cast)
        made(cast, source, **SIGNED)
        with pytest.raises(Invalid) as refused:
            made(cast, source, scheme="bearer", url="https://evil.example.org")
        assert set(refused.value.fields) == {"secret"}

    @pytest.mark.parametrize(
        ("field", "value"),
        [("url", "ftp://x"), ("url", "https://u:p@host.example.org"), ("url", "https://${raw:host}/"), ("calls", []),
         ("calls", [CALL | {"body": "{"}]), ("headers", {"Host": "x"}), ("words", {"A B": "x"}), ("scheme", "oauth"),
         ("scheme", "bearer"), ("authorities", "no PEM")],
    )  # fmt: skip
    def test_names_the_field_that_is_wrong(self, cast: Cast, field: str, value: Any) -> None:
        source = make_source(cast)
        with pytest.raises(Invalid) as refused:
            made(cast, source, **{field: value})
        assert refused.value.fields

    def test_is_refused_for_what_people_report(self, cast: Cast) -> None:
        source = make_source(cast, kind="report")
        with pytest.raises(Conflict):
            made(cast, source)

    def test_is_refused_to_who_manages_no_sources(self, cast: Cast) -> None:
        source = make_source(cast)
        with acting_as(cast.analyst), pytest.raises(NotAllowed):
            set_up(source.id, telling(), by=cast.analyst)

    def test_is_not_there_for_another_organisation(self, cast: Cast) -> None:
        source = make_source(cast)
        outsider = cast.actors["outsider"]
        with acting_as(outsider), pytest.raises(NotFound):
            set_up(source.id, telling(), by=outsider)

    def test_refuses_a_version_that_is_past(self, cast: Cast) -> None:
        source = make_source(cast)
        row = made(cast, source)
        with acting_as(cast.supervisor), pytest.raises(Stale):
            set_up(source.id, telling(), by=cast.supervisor, expected_version=row.version - 1)


class TestPausingAndEnding:
    def test_are_told_once_each(self, cast: Cast) -> None:
        source = make_source(cast)
        row = made(cast, source)
        with acting_as(cast.supervisor):
            for act in (pause, pause, resume, resume, end):
                act(source.id, by=cast.supervisor)
        assert actions(cast, row)[1:] == ["sender_sync.paused", "sender_sync.resumed", "sender_sync.ended"]

    def test_ending_forgets_the_secret_and_lets_another_be_set_up(self, cast: Cast) -> None:
        source = make_source(cast)
        row = made(cast, source, **SIGNED)
        with acting_as(cast.supervisor):
            assert end(source.id, by=cast.supervisor).wrapped == ""
            assert sync_of(source.id, cast.supervisor) is None
        assert made(cast, source).id != row.id
