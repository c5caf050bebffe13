# SPDX-License-Identifier: Apache-2.0
"""The first start: an organisation, its administrator and its two standing compartments."""

from dataclasses import dataclass

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account, Compartment, CompartmentKind, Organisation
from longwatch.access.roles import Permission, Role
from longwatch.access.services.accounts import create_account, create_organisation
from longwatch.access.services.compartments import open_compartment
from longwatch.core import actor as actors
from longwatch.core.actor import Actor
from longwatch.core.ids import uuid7

OPERATIONS_READERS = (
    Role.RESPONDER, Role.ANALYST, Role.INVESTIGATOR, Role.SUPERVISOR, Role.DISPATCHER, Role.INTELLIGENCE,
)  # fmt: skip
INTAKE_READERS = (Role.ANALYST, Role.INVESTIGATOR, Role.SUPERVISOR, Role.DISPATCHER)


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a new organisation starts with."""

    organisation: Organisation
    administrator: Account
    actor: Actor
    operations: Compartment
    signals: Compartment


def set_up_organisation(*, name: str, slug: str, email: str, person: str, password: str | None) -> SetUp:
    """Make an organisation with one administrator, the incidents' compartment and the signals' compartment."""
    org_id = uuid7()
    system = actors.system(org_id, frozenset({str(Permission.ACCOUNT_ADMINISTER)}), via="set-up")
    with acting_as(system):
        organisation = create_organisation(name=name, slug=slug, by=system, org_id=org_id)
        administrator = create_account(
            email=email, name=person, roles=[Role.ADMINISTRATOR], password=password, by=system
        )
    actor = actor_of(administrator, via="set-up")
    with acting_as(actor):
        operations = open_compartment(
            name="Operations", kind=CompartmentKind.OPERATIONS, reader_roles=OPERATIONS_READERS, by=actor
        )
        signals = open_compartment(name="Signals", kind=CompartmentKind.INTAKE, reader_roles=INTAKE_READERS, by=actor)
    return SetUp(organisation, administrator, actor, operations, signals)
