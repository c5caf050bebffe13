# SPDX-License-Identifier: Apache-2.0
"""The first start."""

import pytest
from django.db import transaction

from longwatch.access.context import acting_as
from longwatch.access.models import Account, Compartment
from longwatch.access.services.setup import SetUp, set_up_organisation
from longwatch.core.errors import Conflict
from longwatch.ledger.models import LedgerEntry
from tests.personas import Cast

PHRASE = "a long enough passphrase"


def set_up(slug: str = "north", email: str = "ada@north.test") -> SetUp:
    return set_up_organisation(name="North", slug=slug, email=email, person="Ada", password=PHRASE)


class TestSetUpOrganisation:
    """set_up_organisation"""

    def test_makes_one_administrator_who_can_sign_in(self, db: None) -> None:
        made = set_up()
        [account] = Account.objects.filter(org=made.organisation)
        assert (account.roles, account.check_password(PHRASE)) == (["administrator"], True)
        assert made.actor.id == account.id

    def test_says_each_step(self, db: None) -> None:
        made = set_up()
        with acting_as(made.actor):
            # Of the compartments only those inside and auditors read.
            said = {entry.action for entry in LedgerEntry.objects.filter(org_id=made.organisation.id)}
        assert said == {"organisation.created", "account.created"}

    def test_opens_operations_and_signals_to_their_roles(self, cast: Cast) -> None:
        seen = {}
        for name, actor in cast.actors.items():
            with acting_as(actor):
                seen[name] = {each.id for each in Compartment.objects.filter(org=cast.organisation)}
        both, neither = {cast.operations.id, cast.signals.id}, set[object]()
        assert seen == dict.fromkeys(cast.actors, neither) | {
            "responder": {cast.operations.id}, "analyst": both, "investigator": both, "lead": both, "supervisor": both,
            "dispatcher": both, "intelligence": {cast.operations.id},
        }  # fmt: skip

    def test_is_refused_as_a_whole_for_an_address_that_is_taken(self, cast: Cast) -> None:
        taken = cast.accounts["analyst"].email
        with pytest.raises(Conflict), transaction.atomic():
            set_up(slug="copy", email=taken)
        assert not Account.objects.filter(org__slug="copy").exists()
