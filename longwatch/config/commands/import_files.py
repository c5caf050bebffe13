# SPDX-License-Identifier: Apache-2.0
"""`longwatch import`: signals from files."""

import argparse
import sys
import time
from difflib import get_close_matches
from pathlib import Path

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.roles import Role
from longwatch.core.counting import counted
from longwatch.core.errors import Invalid, NotFound
from longwatch.intake import selectors
from longwatch.intake.mapping import format_names
from longwatch.intake.models import Source
from longwatch.intake.services.importing import Imported, Importer

VIA = "command line"
TELL_SECONDS = 2.0


def run(arguments: argparse.Namespace) -> int:
    """Read the files one after the other, say how far it is, and what could not be read."""
    files = [Path(name) for name in arguments.files]
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        raise Invalid("Nothing was read.", fields=dict.fromkeys(missing, "This is no file."))
    by = actor_of(_account(arguments.email), via=VIA)
    with acting_as(by):
        source = selectors.sources(by).filter(slug=arguments.source).first()
    if source is None:
        raise NotFound(f"There is no source {arguments.source}.")
    importer = Importer(_formatted(source, arguments.format), by)
    total = Imported()
    for file in files:
        total += _import(importer, file)
    print(_told(total))
    return 1 if total.unreadable and not total.signals else 0


def _import(importer: Importer, file: Path) -> Imported:
    so_far, told_at = Imported(), time.monotonic()
    for part in importer.read(file):
        so_far += part
        if time.monotonic() - told_at > TELL_SECONDS:
            told_at = time.monotonic()
            print(f"{file.name}: {_told(so_far)}", file=sys.stderr, flush=True)
    print(f"{file.name}: {_told(so_far)}", file=sys.stderr, flush=True)
    return so_far


def _told(imported: Imported) -> str:
    told = f"{counted(imported.signals, 'records')}, {counted(imported.created, 'new signals')}"
    return (
        f"{told}, {counted(imported.unreadable, 'records')} kept that could not be read"
        if imported.unreadable
        else told
    )


def _formatted(source: Source, name: str) -> Source:
    """The source, read in the format of that name; refuses a name that there is not, and says which there are."""
    if name:
        known = format_names()
        if name not in known:
            near = get_close_matches(name, known, n=1)
            meant = f"Did you mean {near[0]}? " if near else ""
            raise Invalid("Nothing was read.", fields={"--format": f"{meant}There are: {', '.join(known)}."})
        source.format = name
    return source


def _account(email: str) -> Account:
    """The account named, else the oldest administrator's when there is one organisation."""
    active = Account.objects.filter(is_active=True)
    if email:
        account = active.filter(email__iexact=email).first()
        if account is None:
            raise NotFound(f"There is no active account {email}.")
        return account
    administrators = list(active.filter(roles__contains=[Role.ADMINISTRATOR]).order_by("created_at", "id"))
    if len({account.org_id for account in administrators}) != 1:
        raise Invalid("Say who imports.", fields={"--as": "Name an account of the organisation that has the source."})
    return administrators[0]
