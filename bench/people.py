# SPDX-License-Identifier: Apache-2.0
"""The organisation that is measured: who reads what, where signals come from, and who sends them.

Imported after Django is set up.
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.test import Client

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account, Compartment, CompartmentKind, Organisation
from longwatch.access.roles import Role
from longwatch.access.services.accounts import create_account
from longwatch.access.services.compartments import open_compartment
from longwatch.access.services.setup import set_up_organisation
from longwatch.access.services.tokens import create_token
from longwatch.core.actor import Actor
from longwatch.intake.models import Source
from longwatch.intake.services.sources import create_source

# Compartments of signals: who reads them by role, and their share of a million.
COMPARTMENTS = {
    "SOC": ([Role.ANALYST], 0.80),
    "Sites": ([Role.ANALYST, Role.RESPONDER], 0.15),
    "Protection": ([Role.SUPERVISOR], 0.04),
    "Letters": ([Role.HR, Role.INVESTIGATOR], 0.01),
}
READERS = {
    # Reads 95 % of the signals, and incidents.
    "analyst": [Role.ANALYST],
    # Reads 1 % of the signals: one small compartment.
    "hr": [Role.HR, Role.INVESTIGATOR],
}


@dataclass
class Town:
    """What the measurements act on."""

    org_id: UUID
    operations: Compartment
    compartments: dict[str, Compartment]
    accounts: dict[str, Account]
    actors: dict[str, Actor]
    source: Source
    token: str
    # How many signals were filled for reading.
    filled: int = 0

    def session(self, reader: str) -> str:
        """The cookie of a signed-in reader."""
        client = Client()
        client.force_login(self.accounts[reader])
        return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def make_town() -> Town:
    """Make the organisation, its people and compartments, one source and a token bound to it."""
    mark = Organisation.objects.count()
    made = set_up_organisation(
        name="Halden Works", slug=f"halden-{mark}", email=f"admin-{mark}@halden.test", person="Ada", password=None
    )
    with acting_as(made.actor):
        accounts = {
            name: create_account(email=f"{name}-{mark}@halden.test", name=name.title(), roles=roles, by=made.actor)
            for name, roles in {**READERS, "supervisor": [Role.SUPERVISOR], "sender": [Role.INTEGRATION]}.items()
        }
        compartments = {
            name: open_compartment(name=name, kind=CompartmentKind.INTAKE, reader_roles=roles, by=made.actor)
            for name, (roles, _) in COMPARTMENTS.items()
        }
        source = create_source(
            name="Sensors", slug="sensors", compartment_id=compartments["SOC"].id, rate_per_second=100_000,
            burst=1_000_000, by=made.actor,
        )  # fmt: skip
    actors = {name: actor_of(account) for name, account in accounts.items()}
    with acting_as(actors["sender"]):
        _, token = create_token(
            account_id=accounts["sender"].id, label="bench", permissions=["signal:submit"], source_id=source.id,
            by=actors["sender"],
        )  # fmt: skip
    return Town(made.organisation.id, made.operations, compartments, accounts, actors, source, token)
