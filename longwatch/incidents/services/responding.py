# SPDX-License-Identifier: Apache-2.0
"""Who commands and who responds: roles taken and laid down, each with its times."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access import selectors as access_selectors
from longwatch.access.models import Account
from longwatch.access.roles import Permission, permissions_of
from longwatch.access.services.compartments import add_member, remove_member
from longwatch.core import clock
from longwatch.core.actor import Actor, ActorKind
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.incidents.events import CommandLaidDown, CommandTaken, ResponderAdded, ResponderReleased
from longwatch.incidents.models import Incident, Responder, ResponderRole
from longwatch.incidents.services import changing


@transaction.atomic
def take_command(incident_id: UUID, *, by: Actor, expected_version: int | None = None) -> Incident:
    """Become the commander; who commanded before is named in the history."""
    access_selectors.hold_people(by.id)
    incident = changing.load_open(incident_id, by, expected_version)
    return assume_command(incident, by.id, "", by)


@transaction.atomic
def hand_over_command(
    incident_id: UUID, account_id: UUID | None, *, reason: str = "", by: Actor, expected_version: int | None = None
) -> Incident:
    """Make somebody else the commander, or nobody."""
    access_selectors.hold_people(account_id)
    incident = changing.load_open(incident_id, by, expected_version)
    if account_id is not None:
        return assume_command(incident, account_id, reason.strip()[:300], by)
    if incident.commander is None:
        return incident
    before = incident.commander.name
    _end_command(incident, by)
    incident.commander = None
    return changing.write(CommandLaidDown(**changing.about(incident), before=before), incident, ["commander"], by)


def assume_command(incident: Incident, account_id: UUID, reason: str, by: Actor) -> Incident:
    """Make an account the commander of a locked, open incident; the same one twice changes nothing.

    The caller holds the person, before the incident.
    """
    if incident.commander_id == account_id:
        return incident
    account = _able(account_id, by)
    before = incident.commander.name if incident.commander else None
    _end_command(incident, by)
    incident.commander = account
    event = CommandTaken(**changing.about(incident), before=before, after=account.name, reason=reason)
    _let_in(incident, account, _("Commander"), by)
    _open_role(incident, account, ResponderRole.COMMANDER, by)
    return changing.write(event, incident, ["commander"], by)


@transaction.atomic
def add_responder(incident_id: UUID, account_id: UUID, *, role: str, by: Actor) -> Responder:
    """Give somebody a role; into a restricted incident they are let in with that. Twice changes nothing."""
    access_selectors.hold_people(account_id)
    incident = changing.load_open(incident_id, by)
    if role not in ResponderRole.values or role == ResponderRole.COMMANDER:
        raise Invalid(_("Choose a role."), fields={"role": _("Choose one of the roles; command is handed over.")})
    account = _able(account_id, by)
    present = Responder.objects.filter(incident=incident, account=account, role=role, renounced_at=None).first()
    if present is not None:
        return present
    _let_in(incident, account, str(ResponderRole(role).label), by)
    changing.tell(incident)
    return _open_role(incident, account, ResponderRole(role), by)


@transaction.atomic
def release_responder(
    incident_id: UUID, responder_id: UUID, *, by: Actor, expected_version: int | None = None
) -> Responder:
    """End somebody's role; with their last role they leave a restricted incident, unless they opened it."""
    incident = changing.load_open(incident_id, by)
    row = _open_roles(incident).select_related("account").filter(id=responder_id).first()
    if row is None:
        raise NotFound
    refuse_stale(row.version, expected_version)
    if row.role == ResponderRole.COMMANDER:
        raise Conflict(_("Hand the command over instead of releasing the commander."), code="commander_stays")
    changing.tell(incident)
    _end_role(incident, row, by)
    _let_out(incident, row.account, by)
    return row


def _able(account_id: UUID, by: Actor) -> Account:
    account = access_selectors.account_of(by, account_id)
    if not account.is_active:
        raise Conflict(_("%(name)s has left.") % {"name": account.name}, code="account_disabled")
    if Permission.INCIDENT_READ not in permissions_of(account.role_set):
        sentence = _("%(name)s may not read incidents. Choose somebody else.") % {"name": account.name}
        raise Invalid(sentence, fields={"account": sentence})
    return account


def _open_roles(incident: Incident) -> QuerySet[Responder]:
    return Responder.objects.filter(incident=incident, renounced_at=None)


def _end_command(incident: Incident, by: Actor) -> None:
    row = _open_roles(incident).filter(role=ResponderRole.COMMANDER).select_for_update().first()
    if row is not None:
        _end_role(incident, row, by)


def _open_role(incident: Incident, account: Account, role: ResponderRole, by: Actor) -> Responder:
    row = Responder(
        org_id=incident.org_id, compartment_id=incident.compartment_id, incident=incident, account=account, role=role,
        added_by_id=by.id if by.kind == ActorKind.ACCOUNT else None,
    )  # fmt: skip
    event = ResponderAdded(
        subject_id=row.id, record_id=_told_in(incident, role), compartment_id=incident.compartment_id,
        account_id=account.id, account=account.name, role=role,
    )  # fmt: skip
    return ledger.record_created(event, by=by, row=row)


def _end_role(incident: Incident, row: Responder, by: Actor) -> None:
    row.renounced_at = clock.now()
    event = ResponderReleased(
        subject_id=row.id, record_id=_told_in(incident, row.role), compartment_id=incident.compartment_id,
        account_id=row.account_id, account=row.account.name, role=row.role,
    )  # fmt: skip
    ledger.record(event, by=by, row=row, fields=["renounced_at"])


def _told_in(incident: Incident, role: str) -> UUID | None:
    # The incident's own entry tells of a change of command already; its timeline should say it once.
    return None if role == ResponderRole.COMMANDER else incident.id


def _let_in(incident: Incident, account: Account, reason: str, by: Actor) -> None:
    if incident.restricted:
        add_member(incident.compartment_id, account.id, reason=reason, record_id=incident.id, by=by)


def _let_out(incident: Incident, account: Account, by: Actor) -> None:
    stays = account.id == incident.opened_by_id or _open_roles(incident).filter(account=account).exists()
    if incident.restricted and not stays:
        remove_member(incident.compartment_id, account.id, reason=_("Released"), record_id=incident.id, by=by)
