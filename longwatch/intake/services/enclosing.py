# SPDX-License-Identifier: Apache-2.0
"""Compartments of single reports: one that keeps somebody out, and one that holds who the reporter is."""

import json
import re
import unicodedata
from collections.abc import Sequence
from uuid import UUID

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access.events import CompartmentOpened
from longwatch.access.models import Account, Compartment, CompartmentKind, Exclusion, Section
from longwatch.access.permission import require
from longwatch.access.roles import Permission, Role
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.discretion import fresh_id, moment_of
from longwatch.core.errors import Conflict, Invalid, NotFound
from longwatch.intake.models import Signal
from longwatch.intake.reporter_events import PersonExcluded
from longwatch.ledger.writing import columns_of
from longwatch.records.models import Link, LinkKind

BETWEEN = re.compile(r"[\n,;/]+|\s+(?:and|und|et|y)\s+")
SHORTEST_WORD = 3
MOST_NAMES = 20


def names_of(told: str) -> list[str]:
    """The people that a reporter keeps out, one by one, as typed."""
    names = (" ".join(part.split()) for part in BETWEEN.split(told))
    return list(dict.fromkeys(name for name in names if name))[:MOST_NAMES]


def accounts_named(org_id: UUID, told: str) -> tuple[list[Account], list[str]]:
    """Whose accounts the names are, and the names that are nobody's. In doubt a person is kept out."""
    people = list(Account.objects.filter(org_id=org_id, is_active=True).only("id", "name", "email", "roles", "org_id"))
    found: dict[UUID, Account] = {}
    unknown = []
    for name in names_of(told):
        matched = [each for each in people if _is_named(each, name)]
        found |= {each.id: each for each in matched}
        if not matched:
            unknown.append(name)
    return list(found.values()), unknown


def enclose_report(home: Compartment, kept_out: Sequence[Account], *, by: Actor) -> Compartment:
    """A compartment that the readers of reports are inside of, but for those whom the reporter named."""
    compartment = Compartment(
        id=fresh_id(by), org_id=by.org_id, kind=CompartmentKind.RECORD, name="Report kept from somebody",
        reader_roles=list(home.reader_roles), created_at=moment_of(by),
    )  # fmt: skip
    return _enclosed(compartment, kept_out, by)


def enclose_identity(signal_id: UUID, kept_out: Sequence[Account], *, by: Actor) -> Compartment:
    """A compartment of custodians only, for who sent a report."""
    compartment = Compartment(
        id=fresh_id(by), org_id=by.org_id, kind=CompartmentKind.RECORD, name="Reporter's identity",
        reader_roles=[Role.CUSTODIAN], section=Section.IDENTITY, record_id=signal_id, created_at=moment_of(by),
    )  # fmt: skip
    return _enclosed(compartment, kept_out, by)


@transaction.atomic
def exclude(signal_id: UUID, account_id: UUID, *, reason: str, by: Actor) -> Exclusion:
    """Keep one more person from a report that is kept from somebody already, and from the records that it is part of.

    Refuses to keep out oneself, and (409) somebody who reads such a record already.
    """
    require(by, Permission.SIGNAL_TRIAGE)
    signal = Signal.objects.select_related("compartment").filter(id=signal_id).first()
    account = Account.objects.filter(id=account_id, org_id=by.org_id).first()
    if signal is None or account is None:
        raise NotFound
    if account.id == by.id:
        raise Invalid(
            _("Somebody else must do that."), fields={"account": _("You cannot keep yourself out. Ask a colleague.")}
        )
    if signal.compartment.kind != CompartmentKind.RECORD:
        raise Conflict(_("This report is not kept from anybody."), code="report_not_enclosed")
    row = exclude_from(signal.compartment_id, account, reason=reason, by=by)
    for compartment_id in _records_with(signal_id):
        carry_exclusions(signal, compartment_id, by=by)
    return row


def exclude_from(compartment_id: UUID, account: Account, *, reason: str, by: Actor) -> Exclusion:
    """Keep a person from a compartment that the actor is inside of; twice changes nothing."""
    present = Exclusion.objects.filter(compartment_id=compartment_id, account_id=account.id).first()
    if present is not None:
        return present
    row = Exclusion(
        org_id=by.org_id,
        compartment_id=compartment_id,
        account_id=account.id,
        reason=reason[:300],
        added_at=clock.now(),
    )
    return ledger.record_created(_excluded(row, account), by=by, row=row)


def carry_exclusions(signal: Signal, compartment_id: UUID, *, by: Actor) -> None:
    """Keep out of a record whoever is kept out of a report in it.

    Refuses (409) a record that such a person can read already: it would show them what they must not see.
    """
    excluded = list(Exclusion.objects.filter(compartment_id=signal.compartment_id).select_related("account"))
    if not excluded:
        return
    target = Compartment.objects.filter(id=compartment_id).first()
    with connection.cursor() as cursor:
        cursor.execute("select name from excluded_readers(%s, %s)", [signal.compartment_id, compartment_id])
        readers = cursor.fetchall()
    if target is None or target.kind != CompartmentKind.RECORD or readers:
        raise Conflict(
            _("The reporter asked that somebody not see this, and that person could read it there. Open a restricted "
              "incident or a case for it, without them."), code="reporter_exclusion",
        )  # fmt: skip
    for each in excluded:
        exclude_from(compartment_id, each.account, reason=each.reason, by=by)


def _records_with(signal_id: UUID) -> list[UUID]:
    """The compartments of the records that a report is part of, as far as the actor sees them."""
    ties = Link.objects.filter(kind=LinkKind.BELONGS, from_id=signal_id, ended_at=None)
    return list(ties.values_list("to_compartment_id", flat=True))


def _enclosed(compartment: Compartment, kept_out: Sequence[Account], by: Actor) -> Compartment:
    event = CompartmentOpened(
        subject_id=compartment.id, record_id=compartment.record_id, compartment_id=compartment.id,
        kind=compartment.kind, compartment=compartment.name, section=compartment.section,
        reader_roles=tuple(compartment.reader_roles),
    )  # fmt: skip
    compartment.version = ledger.append(event, by=by, row=compartment)
    rows = []
    for account in kept_out:
        row = Exclusion(
            id=fresh_id(by), org_id=by.org_id, compartment_id=compartment.id, account_id=account.id,
            reason="Named by the reporter", added_at=moment_of(by),
        )  # fmt: skip
        row.version = ledger.append(_excluded(row, account), by=by, row=row)
        rows.append(row)
    with connection.cursor() as cursor:
        cursor.execute(
            "select intake_enclose(%s, %s)", [columns(compartment), json.dumps([columns_of(row) for row in rows])]
        )
    return compartment


def columns(row: models.Model) -> str:
    """A row as the JSON that the database's functions take."""
    return json.dumps(columns_of(row))


def _excluded(row: Exclusion, account: Account) -> PersonExcluded:
    return PersonExcluded(
        subject_id=row.id, compartment_id=row.compartment_id, account_id=account.id, account=account.name,
        reason=row.reason,
    )  # fmt: skip


def _is_named(account: Account, name: str) -> bool:
    words = _words(name)
    whole = _words(account.name)
    if not words:
        return False
    address, before_at = account.email.lower(), account.email.lower().partition("@")[0]
    told = name.lower().strip()
    # The whole name among more ("my manager Sam Supervisor"), a part of it that is no short word, or the address.
    return whole <= words or (words <= whole and max(map(len, words)) >= SHORTEST_WORD) or told in (address, before_at)


def _words(text: str) -> set[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return set(re.findall(r"\w+", bare))
