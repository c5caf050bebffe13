# SPDX-License-Identifier: Apache-2.0
"""Notices: what was published to an incident. Whoever publishes has asked for the permission on their own side."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.core import actor as actors
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.incidents.events import NoticePublished, NoticeWithdrawn
from longwatch.incidents.models import Notice
from longwatch.web.live import announce


@dataclass(frozen=True, slots=True)
class Target:
    """An incident as far as a publisher need know it, who may not be able to read it."""

    id: UUID
    org_id: UUID
    compartment_id: UUID
    reference: str
    closed: bool
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a notice says."""

    kind: str
    text: str
    about: str = ""
    expires_at: datetime | None = None


def nameless(by: Actor) -> Actor:
    """Who the incident's readers, and its history, are told it was: nobody they could ask about a case."""
    return replace(actors.system(by.org_id, via="publication"), label=str(_("Security team")))


@transaction.atomic
def put_up(target: Target, wording: Wording, *, by: Actor) -> Notice:
    """Put a notice up at an incident, as the actor is to be known there."""
    notice = Notice(
        org_id=target.org_id, compartment_id=target.compartment_id, incident_id=target.id, kind=wording.kind,
        about=wording.about, text=wording.text, expires_at=wording.expires_at, published_label=by.label,
    )  # fmt: skip
    event = NoticePublished(
        subject_id=notice.id, record_id=target.id, compartment_id=target.compartment_id, kind=wording.kind,
        about=wording.about, text=wording.text, expires_at=wording.expires_at,
    )  # fmt: skip
    announce(f"record:{target.id}", target.compartment_id)
    return ledger.record_created(event, by=by, row=notice)


@transaction.atomic
def take_down(notice_id: UUID, *, by: Actor) -> Notice:
    """Take a notice down; twice changes nothing."""
    notice = Notice.objects.select_for_update().filter(id=notice_id).first()
    if notice is None:
        raise NotFound
    if notice.withdrawn_at is not None:
        return notice
    notice.withdrawn_at = clock.now()
    event = NoticeWithdrawn(
        subject_id=notice.id, record_id=notice.incident_id, compartment_id=notice.compartment_id, kind=notice.kind,
        text=notice.text,
    )  # fmt: skip
    announce(f"record:{notice.incident_id}", notice.compartment_id)
    return ledger.record(event, by=by, row=notice, fields=["withdrawn_at"])
