# SPDX-License-Identifier: Apache-2.0
"""`longwatch user add`: accounts from the command line."""

import argparse
import getpass
import secrets
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from longwatch.access.context import acting_as
from longwatch.access.models import Account, Organisation
from longwatch.access.roles import Permission, Role
from longwatch.access.services.accounts import create_account
from longwatch.access.services.setup import set_up_organisation
from longwatch.config.commands.up import DEMO_WARNING, notes_file
from longwatch.core import actor
from longwatch.core.environment import current
from longwatch.core.errors import Invalid

VIA = "command line"
FIRST_ORGANISATION = "Longwatch"


def run(arguments: argparse.Namespace) -> int:
    """Make the account; the first one also makes the organisation and is its administrator."""
    typed = _typed(arguments.password_stdin)
    password = secrets.token_urlsafe(12) if typed is None else _checked(typed, arguments)
    if not Organisation.objects.exists():
        _first(arguments, password)
    else:
        _further(arguments, password)
    if typed is None:
        print(f"Password, shown this once: {password}")
    if notes_file(current()).exists():
        print(DEMO_WARNING, file=sys.stderr)
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


def _typed(from_stdin: bool) -> str | None:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass("Password: ") if sys.stdin.isatty() else None


def _checked(password: str, arguments: argparse.Namespace) -> str:
    try:
        validate_password(password, Account(email=arguments.email, name=arguments.name))
    except ValidationError as refusal:
        raise Invalid("Choose another password.", fields={"password": " ".join(refusal.messages)}) from refusal
    return password
