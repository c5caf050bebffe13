# SPDX-License-Identifier: Apache-2.0
"""Sealed match: whether a subject is named anywhere in the organisation, and whom to ask; nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from longwatch import ledger
from longwatch.access.models import Account
from longwatch.access.oversight import NoticeKind
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.access.services.notices import notify
from longwatch.core.actor import Actor
from longwatch.core.errors import Invalid, TooMany
from longwatch.core.ids import uuid7
from longwatch.entities.kinds import LONGEST_VALUE, EntityKind, entity_key
from longwatch.search.events import MatchAsked, MatchFound

SHORTEST_REASON, LONGEST_REASON, MOST_IDENTIFIERS = 10, 500, 5
MATCH = "select allowed, kind, record_id, compartment_id, contact from sealed_match(%s, %s)"


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes with whom to ask, or no."""

    known: bool
    ask: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Match:
    kind: str
    record_id: UUID
    compartment_id: UUID
    contact_id: UUID


@transaction.atomic
def ask_sealed_match(subject: Sequence[tuple[str, str]], *, reason: str, by: Actor) -> Answer:
    """Whether an incident or case names one of these identifiers (kind, value) exactly, whoever may see it.

    The answer holds names of people to ask, in alphabetical order, and no number, date, place or reference. The asker
    and every record that answered keep an entry; the people to ask get a notice. Refuses (429) who asks too often.
    """
    require(by, Permission.SEALED_MATCH)
    named = [(kind, value.strip()) for kind, value in subject if value.strip()]
    _refuse_input(named, reason)
    matches = _matches(sorted({entity_key(kind, value) for kind, value in named}))
    kinds = tuple(sorted({kind for kind, _value in named}))
    asked = MatchAsked(subject_id=uuid7(), kinds=kinds, reason=reason.strip(), answered=bool(matches))
    ledger.append(asked, by=by)
    for match in matches:
        found = MatchFound(
            subject_id=match.record_id, record_id=match.record_id, compartment_id=match.compartment_id,
            asker=by.label, reason=reason.strip(),
        )  # fmt: skip
        ledger.append(found, by=by)
    contacts = list(Account.objects.filter(id__in={match.contact_id for match in matches}).order_by("name"))
    notify([each for each in contacts if each.id != by.id], NoticeKind.SEALED_MATCH, "/notices", by=by)
    return Answer(bool(matches), tuple(account.name for account in contacts))


def _matches(keys: Sequence[str]) -> list[_Match]:
    with connection.cursor() as cursor:
        cursor.execute(MATCH, [list(keys), uuid7()])
        rows = cursor.fetchall()
    if not rows[0][0]:
        sentence = "You have asked too often: up to 10 questions an hour and 40 a day. Try again later."
        raise TooMany(sentence, retry_after=3600)
    return [_Match(*row[1:]) for row in rows if row[2] is not None]


def _refuse_input(named: Sequence[tuple[str, str]], reason: str) -> None:
    fields = {}
    if not named or len(named) > MOST_IDENTIFIERS:
        fields["value"] = f"Enter one to {MOST_IDENTIFIERS} names, addresses or numbers."
    elif any(kind not in EntityKind.values for kind, _value in named):
        fields["kind"] = "Choose what it is."
    elif any(len(value) > LONGEST_VALUE or "\0" in value for _kind, value in named):
        fields["value"] = f"Use at most {LONGEST_VALUE} characters."
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        fields["reason"] = (
            f"Say why in {SHORTEST_REASON} to {LONGEST_REASON} characters. Those you ask about it read it."
        )
    if fields:
        raise Invalid("Nothing was asked.", fields=fields)
