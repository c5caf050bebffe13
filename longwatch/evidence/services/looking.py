# SPDX-License-Identifier: Apache-2.0
"""Looking at a safe copy, on a page or by API: asked for when it is not made yet, and told when it is shown."""

from longwatch.access.oversight import SightKind
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.access.services.sight import saw
from longwatch.core.actor import Actor
from longwatch.core.errors import NotFound
from longwatch.evidence.copies import open_copy, picture, rendition_of
from longwatch.evidence.models import CopyState, Exhibit, Rendition
from longwatch.evidence.rendering.copy import Place, Unpacked
from longwatch.evidence.services.custody import look, looked
from longwatch.evidence.services.rendering import ask_for_copy


def look_at_copy(row: Exhibit, *, by: Actor) -> tuple[Rendition | None, Unpacked | None]:
    """The newest word about a copy, none while it is being made, and the copy when it is ready.

    Only what is shown is a link of the chain of custody and a file that somebody saw.
    """
    require(by, Permission.EVIDENCE_READ)
    rendition = None if row.is_physical else rendition_of(row.id)
    if rendition is None and not row.is_physical and row.key_id is not None:
        ask_for_copy(row)
    if rendition is None or rendition.state != CopyState.READY:
        saw(row.record_kind, row.record_id, [row.compartment_id], by=by)
        return rendition, None
    copy, file = open_copy(rendition)
    file.close()
    look(row.id, by=by)
    saw(row.record_kind, row.record_id, [row.compartment_id], how=SightKind.FILE, by=by)
    return rendition, copy


def picture_of_copy(row: Exhibit, number: int, *, by: Actor) -> tuple[Place, bytes]:
    """A picture of a safe copy, for who looked at the copy within the half hour; refuses (404) everybody else."""
    require(by, Permission.EVIDENCE_READ)
    rendition = rendition_of(row.id)
    if rendition is None or looked(row, by=by) is None:
        raise NotFound
    return picture(rendition, number)
