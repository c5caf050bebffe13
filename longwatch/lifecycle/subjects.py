# SPDX-License-Identifier: Apache-2.0
"""Reads about requests of data subjects: the requests, what names the person, and what an owner needs to decide."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from longwatch.access.models import Account
from longwatch.access.oversight import SightKind
from longwatch.access.services.sight import saw_all
from longwatch.core.actor import Actor
from longwatch.core.errors import NotAllowed, NotFound
from longwatch.core.ids import entity_id
from longwatch.entities.kinds import EntityKind, entity_key
from longwatch.lifecycle.models import PLACE, SubjectFinding, SubjectRequest
from longwatch.lifecycle.selectors import PLACES

ACCOUNT = "account"
FIND = "select kind, record_id, compartment_id, owner_id, places from lifecycle_find_subject(%s, %s)"


@dataclass(frozen=True, slots=True)
class Named:
    """A record that names a person: how often, where, and whom to ask."""

    kind: str
    record_id: UUID
    compartment_id: UUID | None
    owner_id: UUID | None
    places: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """What those learn of a request who decide about one finding of it."""

    kind: str
    person: str
    identifiers: Sequence[Mapping[str, str]]
    due_on: date
    answered: bool
    record_kind: str
    decided: bool

    @property
    def words(self) -> list[str]:
        """Whatever the person is called."""
        return words_of(self.person, self.identifiers)


def identifiers_in(text: str) -> list[dict[str, str]]:
    """What somebody typed, one a line, with the kind that each looks like."""
    found = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        kind = EntityKind.PERSON
        if "@" in line:
            kind = EntityKind.EMAIL
        elif re.fullmatch(r"\+?[\d ()/.-]{6,}", line):
            kind = EntityKind.PHONE
        found.append({"kind": str(kind), "value": line})
    return found


def words_of(person: str, identifiers: Iterable[Mapping[str, str]]) -> list[str]:
    """The name and every identifier, as they stand in texts."""
    return list(dict.fromkeys([person, *(each["value"] for each in identifiers)]))


def named(row: SubjectRequest) -> list[Named]:
    """The records and accounts that name the person of a request, without their content; for privacy officers."""
    known = [{"kind": EntityKind.PERSON, "value": row.person}, *row.identifiers]
    entities = [entity_id(row.org_id, entity_key(each["kind"], each["value"])) for each in known]
    words = words_of(row.person, row.identifiers)
    with connection.cursor() as cursor:
        cursor.execute(FIND, [entities, words])
        rows = cursor.fetchall()
    found = [Named(kind, record, place, owner, _plain(places)) for kind, record, place, owner, places in rows]
    match = Q()
    for word in words:
        match |= Q(name__iexact=word) | Q(email__iexact=word)
    accounts = Account.objects.filter(match, org_id=row.org_id).values_list("id", flat=True)
    return found + [Named(ACCOUNT, each, None, None, {"access_account": 1}) for each in accounts]


def requests(*, answered: bool) -> QuerySet[SubjectRequest]:
    """Requests that wait, the most urgent first; or those answered, the newest first."""
    found = SubjectRequest.objects.filter(answered_at__isnull=not answered).select_related("opened_by")
    counted = found.annotate(
        found=Count("findings"), waiting=Count("findings", filter=Q(findings__decided_at__isnull=True))
    )
    return counted.order_by("-answered_at", "-id") if answered else counted.order_by("due_on", "id")


def subject_request(request_id: UUID) -> SubjectRequest:
    """One request; refuses (404) whoever is no privacy officer."""
    row = SubjectRequest.objects.select_related("opened_by", "answered_by").filter(id=request_id).first()
    if row is None:
        raise NotFound
    return row


def findings(request_id: UUID) -> QuerySet[SubjectFinding]:
    """What was found for a request, as far as the reader may know of it."""
    found = SubjectFinding.objects.filter(request_id=request_id).select_related("owner", "decided_by")
    return found.order_by("record_kind", "id")


def finding(finding_id: UUID) -> SubjectFinding:
    """One finding, for who decides about it and privacy officers; refuses others inside (403) and outside (404)."""
    row = SubjectFinding.objects.select_related("owner", "decided_by").filter(id=finding_id).first()
    if row is None:
        asked(finding_id)
        raise NotAllowed("The record's lead or counsel decides.", code="permission_missing")
    return row


def noted(rows: Iterable[SubjectFinding], *, how: str = SightKind.VIEWED, by: Actor) -> None:
    """Write down that somebody comes to know of records through what was found in them."""
    saw_all(
        [
            (each.record_kind, each.record_id, each.compartment_id)
            for each in rows
            if each.compartment_id and each.record_kind != PLACE
        ],
        how=how,
        by=by,
    )


def telling(rows: Iterable[SubjectFinding]) -> list[SubjectFinding]:
    """Those that tell something of what their record holds: what the person gets to read, or a note about it."""
    return [each for each in rows if each.extract or each.note]


def asked(finding_id: UUID) -> Asked:
    """What an owner learns of the request behind a finding."""
    with connection.cursor() as cursor:
        cursor.execute("select * from lifecycle_asked(%s)", [finding_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    kind, person, identifiers, *rest = row
    return Asked(kind, person, _plain(identifiers), *rest)


def passages(record_id: UUID, words: Sequence[str]) -> list[tuple[Any, str]]:
    """Where a record names a person, in its own words, as far as the reader may read them."""
    with connection.cursor() as cursor:
        cursor.execute("select place, passage from lifecycle_passages(%s, %s)", [record_id, list(words)])
        return [(PLACES.get(place, place), passage) for place, passage in cursor.fetchall()]


def waiting_in(record_id: UUID) -> UUID | None:
    """A finding about a record that waits for a decision, for everybody inside."""
    with connection.cursor() as cursor:
        cursor.execute("select lifecycle_waiting(%s)", [record_id])
        found: UUID | None = cursor.fetchone()[0]
    return found


def account_words(account_id: UUID) -> str:
    """What an account of Longwatch says of a person."""
    account = Account.objects.filter(id=account_id).first()
    return f"{account.name}, {account.email}" if account else ""


def _plain(value: Any) -> Any:
    """A value of jsonb, which a cursor of Django gives as its text."""
    return json.loads(value) if isinstance(value, str) else value
