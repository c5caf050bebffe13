# SPDX-License-Identifier: Apache-2.0
"""`longwatch user add`, in this process against a database of the test."""

import io
from argparse import Namespace

import pytest

from longwatch.access.context import acting_as
from longwatch.access.models import Account, Organisation
from longwatch.config.commands.user_add import run
from longwatch.core.errors import Conflict, Invalid
from longwatch.core.postgres.address import Address
from longwatch.ledger.models import LedgerEntry
from tests.personas import Cast

PASSWORD = "a long enough passphrase"


def asked(email: str, **more: object) -> Namespace:
    usual: dict[str, object] = {"name": "Jo", "role": [], "organisation": "", "password_stdin": True}
    return Namespace(email=email, **usual | more)


@pytest.fixture(autouse=True)
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))


class TestRun:
    """run"""

    def test_makes_the_first_account_the_administrator_of_a_new_organisation(
        self, committed_db: Address, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(asked("jo@halden.test", organisation="Halden Works")) == 0
        account = Account.objects.get(email="jo@halden.test")
        assert (account.org.name, account.roles, account.check_password(PASSWORD)) == (
            "Halden Works", ["administrator"], True,
        )  # fmt: skip
        assert "jo@halden.test can sign in now." in capsys.readouterr().out

    def test_refuses_another_role_for_the_first_account(self, committed_db: Address) -> None:
        with pytest.raises(Invalid, match="administrator's"):
            run(asked("jo@halden.test", role=["analyst"]))
        assert not Organisation.objects.exists()

    def test_adds_somebody_with_roles_and_says_so_in_the_ledger(self, cast: Cast) -> None:
        run(asked("new@halden.test", role=["analyst", "supervisor"], organisation="Halden Works"))
        account = Account.objects.get(email="new@halden.test")
        assert (account.org_id, set(account.roles)) == (cast.organisation.id, {"analyst", "supervisor"})
        with acting_as(cast.auditor):
            entry = LedgerEntry.objects.get(id=account.version)
        assert (entry.action, entry.actor_kind, entry.via) == ("account.created", "system", "command line")

    def test_asks_which_organisation_when_there_are_several(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as refusal:
            run(asked("new@halden.test", role=["analyst"]))
        assert refusal.value.fields == {"organisation": "one of: Halden Works, Other"}

    def test_shows_a_password_once_when_nobody_types_one(self, cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
        run(asked("new@halden.test", role=["analyst"], organisation="Other", password_stdin=False))
        shown = capsys.readouterr().out.partition("shown this once: ")[2].splitlines()[0]
        assert Account.objects.get(email="new@halden.test").check_password(shown)

    def test_shows_no_password_when_there_is_already_such_an_account(
        self, cast: Cast, capsys: pytest.CaptureFixture[str]
    ) -> None:
        run(asked("new@halden.test", role=["analyst"], organisation="Other", password_stdin=False))
        capsys.readouterr()
        with pytest.raises(Conflict, match="already an account"):
            run(asked("new@halden.test", role=["analyst"], organisation="Other", password_stdin=False))
        assert capsys.readouterr().out == ""

    @pytest.mark.parametrize("password", ["short", "password1234", "new@halden.test"])
    def test_refuses_a_password_that_the_pages_would_refuse(
        self, cast: Cast, password: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        with pytest.raises(Invalid, match="another password"):
            run(asked("new@halden.test", role=["analyst"], organisation="Other"))
        assert not Account.objects.filter(email="new@halden.test").exists()
