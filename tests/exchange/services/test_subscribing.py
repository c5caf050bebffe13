# SPDX-License-Identifier: Apache-2.0
"""Setting up webhooks out, pausing, resuming and closing them."""

from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from longwatch.core.ids import uuid7
from longwatch.exchange.hook_models import Subscription
from longwatch.exchange.services.subscribing import close, pause, resume, secret_of, subscribe
from longwatch.ledger.models import LedgerEntry
from tests.personas import Cast

URL = "https://soar.example.org/hooks/longwatch"


def made(cast: Cast, by: str = "administrator", /, **more: Any) -> tuple[Subscription, str]:
    usual: dict[str, Any] = {
        "label": "SOAR",
        "url": URL,
        "patterns": ["incident.*"],
        "account_id": cast.accounts["integration"].id,
    }
    with acting_as(cast.actors[by]):
        return subscribe(**{**usual, **more}, by=cast.actors[by])


def actions(cast: Cast, row: Subscription) -> list[str]:
    with acting_as(cast.auditor):
        return list(LedgerEntry.objects.filter(subject_id=row.id).order_by("id").values_list("action", flat=True))


class TestSubscribe:
    """subscribe"""

    def test_gives_the_secret_once_and_keeps_it_hidden(self, cast: Cast) -> None:
        row, secret = made(cast)
        assert secret.startswith("whsec_")
        assert secret not in row.wrapped
        assert secret_of(row) == secret
        assert actions(cast, row) == ["subscription.made"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [("url", "ftp://x"), ("url", "https://user:pw@soar.example.org/"), ("patterns", ["inc*"]), ("patterns", []),
         ("label", " "), ("account_id", uuid7())],
    )  # fmt: skip
    def test_names_the_field_that_is_wrong(self, cast: Cast, field: str, value: object) -> None:
        with pytest.raises(Invalid) as refused:
            made(cast, **{field: value})
        assert set(refused.value.fields) == {field}

    def test_takes_no_account_of_another_person(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as refused:
            made(cast, account_id=cast.accounts["hr"].id)
        assert "a program's account" in refused.value.fields["account_id"]

    def test_takes_the_account_of_whoever_sets_it_up(self, cast: Cast) -> None:
        row, _secret = made(cast, account_id=cast.accounts["administrator"].id)
        assert row.account_id == cast.administrator.id

    def test_takes_no_account_of_another_organisation(self, cast: Cast) -> None:
        with pytest.raises(Invalid):
            made(cast, account_id=cast.accounts["outsider"].id)

    def test_is_for_administrators(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            made(cast, "supervisor")


class TestLife:
    """pause, resume, close"""

    def test_goes_through_pause_and_resumption_to_its_end(self, cast: Cast) -> None:
        row, _secret = made(cast)
        with acting_as(cast.administrator):
            assert not pause(row.id, "Maintenance", by=cast.administrator).is_active
            assert resume(row.id, by=cast.administrator).is_active
            closed = close(row.id, by=cast.administrator)
        assert closed.wrapped == ""
        assert actions(cast, row) == [f"subscription.{word}" for word in ("made", "paused", "resumed", "closed")]

    def test_changes_nothing_when_it_is_done_twice(self, cast: Cast) -> None:
        row, _secret = made(cast)
        with acting_as(cast.administrator):
            pause(row.id, "Maintenance", by=cast.administrator)
            assert pause(row.id, "Again", by=cast.administrator).pause_reason == "Maintenance"

    def test_is_refused_when_somebody_changed_it_since(self, cast: Cast) -> None:
        row, _secret = made(cast)
        with acting_as(cast.administrator), pytest.raises(Stale):
            pause(row.id, "", by=cast.administrator, expected_version=1)

    def test_is_not_there_for_others(self, cast: Cast) -> None:
        row, _secret = made(cast)
        with acting_as(cast.outsider):
            assert not Subscription.objects.filter(id=row.id).exists()
        with acting_as(cast.administrator):
            close(row.id, by=cast.administrator)
            with pytest.raises(NotFound):
                close(row.id, by=cast.administrator)

    def test_has_no_secret_any_more_when_it_cannot_be_read(self, cast: Cast) -> None:
        row, _secret = made(cast)
        row.wrapped = "damaged"
        with pytest.raises(Conflict):
            secret_of(row)
