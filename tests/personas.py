# SPDX-License-Identifier: Apache-2.0
"""The fixed cast of the tests, by role. They are made by the services, as everybody is."""

from copy import deepcopy
from dataclasses import dataclass, field

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account, Compartment, Organisation
from longwatch.access.roles import Role
from longwatch.access.services.accounts import create_account
from longwatch.access.services.setup import set_up_organisation
from longwatch.core.actor import Actor
from longwatch.core.ids import uuid7

PASSWORD = "a long enough passphrase"

NAMES = {
    "reporter": ("Rosa Reporter", Role.REPORTER),
    "responder": ("Ravi Responder", Role.RESPONDER),
    "analyst": ("Ana Analyst", Role.ANALYST),
    "investigator": ("Ines Investigator", Role.INVESTIGATOR),
    "lead": ("Leo Lead", Role.INVESTIGATOR),
    "supervisor": ("Sam Supervisor", Role.SUPERVISOR),
    "hr": ("Hanna HR", Role.HR),
    "counsel": ("Carl Counsel", Role.COUNSEL),
    "auditor": ("Aud Auditor", Role.AUDITOR),
    "integration": ("SIEM", Role.INTEGRATION),
    "dispatcher": ("Dana Dispatcher", Role.DISPATCHER),
    "intelligence": ("Ivo Intelligence", Role.INTELLIGENCE),
    "threat_team": ("Tess Team", Role.THREAT_TEAM),
    "medical": ("Mo Medical", Role.MEDICAL),
    "custodian": ("Cleo Custodian", Role.CUSTODIAN),
    "leadership": ("Lou Leadership", Role.LEADERSHIP),
    "privacy": ("Pia Privacy", Role.PRIVACY),
}


@dataclass
class Cast:
    """One organisation with one person of each role, and an outsider of another organisation."""

    organisation: Organisation
    operations: Compartment
    signals: Compartment
    accounts: dict[str, Account] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def again(self) -> "Cast":
        """The same people with nothing that a test did to their objects."""
        return Cast(*deepcopy((self.organisation, self.operations, self.signals, self.accounts, self.actors)))

    def __getattr__(self, name: str) -> Actor:
        """An actor by role: `cast.analyst`."""
        try:
            return self.actors[name]
        except KeyError:
            raise AttributeError(name) from None


def make_cast() -> Cast:
    """The cast, in the current transaction or committed when there is none; nobody has a password."""
    mark = uuid7().hex[-10:]
    made = set_up_organisation(
        name="Halden Works", slug=f"halden-{mark}", email=f"admin-{mark}@halden.test", person="Ada Administrator",
        password=None,
    )  # fmt: skip
    cast = Cast(made.organisation, made.operations, made.signals)
    cast.accounts["administrator"], cast.actors["administrator"] = made.administrator, actor_of(made.administrator)
    with acting_as(made.actor):
        for name, (person, role) in NAMES.items():
            account = create_account(
                email=f"{name}-{mark}@halden.test", name=person, roles=[role], password=None, by=made.actor
            )
            cast.accounts[name], cast.actors[name] = account, actor_of(account)
    other = set_up_organisation(
        name="Other", slug=f"other-{mark}", email=f"other-{mark}@other.test", person="Olaf", password=None
    )
    with acting_as(other.actor):
        outsider = create_account(
            email=f"outsider-{mark}@other.test", name="Otto Outsider", roles=[Role.SUPERVISOR], password=None,
            by=other.actor,
        )  # fmt: skip
    cast.accounts["outsider"], cast.actors["outsider"] = outsider, actor_of(outsider)
    return cast
