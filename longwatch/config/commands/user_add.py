# SPDX-License-Identifier: Apache-2.0
"""`longwatch user add`: accounts from the command line."""

import argparse
import getpass
import secrets
import sys

from django.utils.text import slugify

from longwatch.access.context import acting_as
from longwatch.access.models import Organisation
from longwatch.access.roles import Permission, Role
from longwatch.access.services.accounts import create_account
from longwatch.access.services.setup import set_up_organisation
from longwatch.core import actor
from longwatch.core.errors import Invalid

VIA = "command line"
FIRST_ORGANISATION = "Longwatch"


def run(arguments: argparse.Namespace) -> int:
    """Make the account; the first one also makes the organisation and is its administrator."""
    password = _password(arguments.password_stdin)
    if not Organisation.objects.exists():
        _first(arguments, password)
    else:
        _further(arguments, password)
    print(f"{arguments.email} can sign in now.")
    return 0


def _first(arguments: argparse.Namespace, password: str) -> None:
    if set(arguments.role) - {Role.ADMINISTRATOR}:
        raise Invalid("The first account is the administrator's: leave --role out.", fields={"role": "administrator"})
    name = arguments.organisation or FIRST_ORGANISATION
    set_up_organisation(name=name, slug=slugify(name), email=arguments.email, person=arguments.name, password=password)


def _further(arguments: argparse.Namespace, password: str) -> None:
    organisation = _organisation(arguments.organisation)
    system = actor.system(organisation.id, frozenset({str(Permission.ACCOUNT_ADMINISTER)}), via=VIA)
    with acting_as(system):
        create_account(email=arguments.email, name=arguments.name, roles=arguments.role, password=password, by=system)


def _organisation(name: str) -> Organisation:
    found = Organisation.objects.filter(name=name) if name else Organisation.objects.all()
    if len(found) != 1:
        known = ", ".join(Organisation.objects.order_by("name").values_list("name", flat=True))
        raise Invalid("Say which organisation with --organisation.", fields={"organisation": f"one of: {known}"})
    return found[0]


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    generated = secrets.token_urlsafe(12)
    print(f"Password, shown this once: {generated}")
    return generated
