# SPDX-License-Identifier: Apache-2.0
"""`longwatch intel load`: intelligence from files that the operator has."""

import argparse
from pathlib import Path

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.models import Account
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, LongwatchError, NotFound
from longwatch.enrichment.intel.reading import read_file
from longwatch.enrichment.models import DatasetKind
from longwatch.enrichment.services.intel import load

VIA = "command line"
NOUNS = {
    DatasetKind.WARNINGLIST: ("value that is harmless or common", "values that are harmless or common"),
    DatasetKind.KEV: ("exploited vulnerability", "exploited vulnerabilities"),
    DatasetKind.ATTACK: ("technique or tactic", "techniques and tactics"),
    DatasetKind.GALAXY: ("name of an actor or tool", "names of actors and tools"),
    DatasetKind.INDICATORS: ("indicator", "indicators"),
    DatasetKind.SITES: ("name of a site", "names of sites"),
    DatasetKind.GAZETTEER: ("name of a place", "names of places"),
    DatasetKind.COUNTRIES: ("range of addresses", "ranges of addresses"),
}


def run(arguments: argparse.Namespace) -> int:
    """Load each file in the name of an account; what cannot be read is said, and the others are loaded."""
    by = _actor(arguments.account)
    require(by, Permission.SOURCE_MANAGE)
    refused = 0
    for file in arguments.files:
        try:
            _load(Path(file), by)
        except LongwatchError as refusal:
            refused += 1
            print(f"{file}: {refusal.sentence}")
    return 1 if refused else 0


def _load(file: Path, by: Actor) -> None:
    read = read_file(file)
    with acting_as(by):
        for each in load(read, by=by):
            edition = f", edition {each.edition}" if each.edition else ""
            left_out = f", {each.skipped} left out" if each.skipped else ""
            print(f"{each.name}: {counted(each.kind, each.values_count)}{edition}{left_out}")


def counted(kind: str, count: int) -> str:
    """How much of what a list holds."""
    one, many = NOUNS[DatasetKind(kind)]
    return f"{count:,} {one if count == 1 else many}"


def _actor(email: str) -> Actor:
    """The named account; without a name the one administrator, when there is one organisation."""
    accounts = Account.objects.filter(is_active=True).order_by("created_at", "id")
    if email:
        account = accounts.filter(email__iexact=email).first()
        if account is None:
            raise NotFound(f"There is no active account {email}.")
        return actor_of(account, via=VIA)
    administrators = list(accounts.filter(roles__contains=["administrator"]))
    if not administrators:
        raise NotFound("There is no account yet: run longwatch user add first.")
    if len({each.org_id for each in administrators}) > 1:
        sentence = "say for whom: --account EMAIL of somebody who manages sources"
        raise Invalid("There are several organisations.", fields={"account": sentence})
    return actor_of(administrators[0], via=VIA)
