# SPDX-License-Identifier: Apache-2.0
"""Setting up mailboxes and closing them."""

from typing import Any

import pytest

from longwatch.access.context import acting_as
from longwatch.core.errors import Invalid, NotAllowed, NotFound
from longwatch.core.hiding import reveal
from longwatch.intake.mail_models import Mailbox, purpose
from longwatch.intake.models import Source
from longwatch.intake.services.mailboxes import MOST_OPEN, close_mailbox, open_address, open_mailbox
from tests.access.entries import actions
from tests.intake.cast_signals import make_address, make_source
from tests.personas import Cast, make_cast

GOOD = {"host": "imap.example.org", "user": "phishing"}


@pytest.fixture
def source(cast: Cast) -> Source:
    return make_source(cast)


def attempt(cast: Cast, source: Source, name: str = "supervisor", **fields: Any) -> Mailbox:
    password = fields.pop("password", "correct horse")
    with acting_as(cast.actors[name]):
        return open_mailbox(source.id, GOOD | fields, password=password, by=cast.actors[name])


class TestOpenAddress:
    def test_takes_a_whole_address_and_what_stands_before_the_at(self, cast: Cast, source: Source) -> None:
        slug = cast.organisation.slug
        assert make_address(source, cast, "Phish.1@Example.org").address == f"phish.1.{slug}@example.org"
        assert make_address(source, cast, "phish").address == f"phish.{slug}"
        assert make_address(source, cast, f"spam.{slug}").address == f"spam.{slug}"

    def test_are_of_each_organisation_by_itself(self, cast: Cast, source: Source) -> None:
        make_address(source, cast, "phish")
        other = make_cast()
        slug = other.organisation.slug
        assert make_address(make_source(other), other, "phish").address == f"phish.{slug}"
        # It cannot take that of the other by writing its name.
        taken = make_address(make_source(other), other, f"phish.{cast.organisation.slug}").address
        assert taken == f"phish.{cast.organisation.slug}.{slug}"

    @pytest.mark.parametrize("address", ["", "a b", "@example.org", "a@", "a@b@c", "<a@b>", "a" * 300])
    def test_refuses_what_is_no_address(self, cast: Cast, source: Source, address: str) -> None:
        with acting_as(cast.supervisor), pytest.raises(Invalid) as refusal:
            open_address(source.id, address=address, by=cast.supervisor)
        assert "address" in refusal.value.fields

    def test_refuses_one_that_is_taken_until_it_is_closed(self, cast: Cast, source: Source) -> None:
        first = make_address(source, cast, "phish")
        with pytest.raises(Invalid):
            make_address(make_source(cast), cast, "phish")
        with acting_as(cast.supervisor):
            close_mailbox(first.id, by=cast.supervisor)
        make_address(source, cast, "phish")

    def test_refuses_more_than_anybody_needs(self, cast: Cast, source: Source) -> None:
        for _ in range(MOST_OPEN):
            make_address(source, cast)
        with pytest.raises(Invalid):
            make_address(source, cast)


class TestOpenMailbox:
    def test_hides_the_password(self, cast: Cast, source: Source) -> None:
        box = attempt(cast, source)
        assert "correct horse" not in box.wrapped + str(box.settings)
        assert reveal(box.wrapped, purpose(box.id)) == "correct horse"
        with acting_as(cast.auditor):
            assert actions(box.id) == ["mailbox.opened"]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"host": "https://imap.example.org"}, "host"),
            ({"port": 70_000}, "port"),
            ({"security": "none"}, "security"),
            ({"user": ""}, "user"),
            ({"password": ""}, "password"),
            ({"folder": "a\r\nb"}, "folder"),
            ({"after": "burn"}, "after"),
            ({"after": "move"}, "move_to"),
            ({"after": "move", "move_to": "INBOX"}, "move_to"),
            ({"authorities": "trust me"}, "authorities"),
        ],
    )
    def test_refuses_what_cannot_be_used(self, cast: Cast, source: Source, wrong: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            attempt(cast, source, **wrong)
        assert field in refusal.value.fields

    def test_goes_without_tls_on_this_machine_alone(self, cast: Cast, source: Source) -> None:
        assert attempt(cast, source, host="127.0.0.1", security="none").settings["security"] == "none"

    def test_refuses_whoever_does_not_manage_sources(self, cast: Cast, source: Source) -> None:
        with pytest.raises(NotAllowed):
            attempt(cast, source, "analyst")
        with pytest.raises(NotFound):
            attempt(cast, source, "outsider")


class TestCloseMailbox:
    def test_closes_once(self, cast: Cast, source: Source) -> None:
        box = make_address(source, cast)
        for _ in range(2):
            with acting_as(cast.supervisor):
                assert close_mailbox(box.id, by=cast.supervisor).closed_at is not None
        with acting_as(cast.auditor):
            assert actions(box.id) == ["mailbox.opened", "mailbox.closed"]

    @pytest.mark.parametrize("name", ["analyst", "outsider"])
    def test_is_not_there_for_others(self, cast: Cast, source: Source, name: str) -> None:
        box = make_address(source, cast)
        with acting_as(cast.actors[name]), pytest.raises(NotFound):
            close_mailbox(box.id, by=cast.actors[name])
