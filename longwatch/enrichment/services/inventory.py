# SPDX-License-Identifier: Apache-2.0
"""The inventory: what is ours and who works here, one by one or as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.enrichment import selectors
from longwatch.enrichment.events import ItemAdded, ItemChanged, ItemRemoved
from longwatch.enrichment.inventory_rules import FIELDS, Line, identifier, read_table, refusals
from longwatch.enrichment.models import InventoryItem, Known

CHANGEABLE = frozenset({"name", *FIELDS})


@transaction.atomic
def add_item(what: str, values: Mapping[str, Any], *, way: str = "", by: Actor) -> InventoryItem:
    """Add an asset or identity; refuses (409) a name that is there already."""
    require(by, Permission.SOURCE_MANAGE)
    if what not in Known.values:
        raise Invalid("Use asset or identity.", fields={"what": "Use asset or identity."})
    values = _tidied(values)
    _refuse_unusable(values)
    row = InventoryItem(org_id=by.org_id, compartment_id=selectors.home(by).id, what=what, **values)
    event = ItemAdded(subject_id=row.id, compartment_id=row.compartment_id, what=what, item=row.name, way=way or by.via)
    try:
        with transaction.atomic():
            return ledger.record_created(event, by=by, row=row)
    except IntegrityError as error:
        raise Conflict("There is one of this name already.", code="name_taken") from error


@transaction.atomic
def change_item(
    item_id: UUID, changes: Mapping[str, Any], *, expected_version: int | None = None, by: Actor
) -> InventoryItem:
    """Change what is known about an asset or identity; nothing happens when it is known already."""
    row = _locked(item_id, expected_version, by)
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise Invalid("This cannot be changed.", fields=dict.fromkeys(sorted(unknown), "This cannot be changed."))
    try:
        with transaction.atomic():
            return _change(row, changes, by.via, by)
    except IntegrityError as error:
        raise Conflict("There is one of this name already.", code="name_taken") from error


@transaction.atomic
def remove_item(item_id: UUID, *, expected_version: int | None = None, by: Actor) -> InventoryItem:
    """Take an asset or identity out; the history keeps it."""
    row = _locked(item_id, expected_version, by)
    row.removed_at = clock.now()
    event = ItemRemoved(subject_id=row.id, compartment_id=row.compartment_id, what=row.what, item=row.name)
    return ledger.record(event, by=by, row=row, fields=["removed_at"])


@dataclass(frozen=True, slots=True)
class Preview:
    """What a table would do; it is done only when nothing is wrong."""

    wrong: Sequence[str]
    lines: Sequence[Line]
    added: int
    changed: int
    same: int

    @property
    def wrong_lines(self) -> list[Line]:
        """The lines that keep the table from being taken."""
        return [line for line in self.lines if line.wrong]

    @property
    def is_good(self) -> bool:
        """Whether all of it can be taken."""
        return not self.wrong and not self.wrong_lines and bool(self.lines)


def preview_table(what: str, text: str, *, by: Actor) -> Preview:
    """Say what a table would add and change, and what is wrong with which line; nothing is written."""
    require(by, Permission.SOURCE_MANAGE)
    wrong, lines = read_table(text)
    return _preview(Known(what), wrong, lines, by)


@transaction.atomic
def import_table(what: str, text: str, *, by: Actor) -> Preview:
    """Take a whole table, or (422, by line) nothing of it. Columns that are not there leave what is known as it is."""
    preview = preview_table(what, text, by=by)
    if not preview.is_good:
        fields = {f"line {line.number}": " ".join(line.wrong) for line in preview.wrong_lines[:50]}
        fields |= {"file": " ".join(preview.wrong)} if preview.wrong or not preview.lines else {}
        raise Invalid("Nothing was imported: the table cannot be used like this.", fields=fields)
    known = selectors.items_by_name(by, Known(what), [line.values["name"] for line in preview.lines])
    for line in preview.lines:
        row = known.get(line.values["name"])
        if row is None:
            add_item(what, line.values, way="table", by=by)
        else:
            _change(row, line.values, "table", by)
    return preview


def _preview(what: Known, wrong: Sequence[str], lines: Sequence[Line], by: Actor) -> Preview:
    good = [line for line in lines if not line.wrong]
    known = selectors.items_by_name(by, what, [line.values["name"] for line in good])
    added = sum(line.values["name"] not in known for line in good)
    changed = sum(
        bool(_differences(known[line.values["name"]], line.values)) for line in good if line.values["name"] in known
    )
    return Preview(wrong, lines, added, changed, len(good) - added - changed)


def _change(row: InventoryItem, changes: Mapping[str, Any], way: str, by: Actor) -> InventoryItem:
    changed = _differences(row, _tidied(changes))
    if not changed:
        return row
    for name, value in changed.items():
        setattr(row, name, value)
    _refuse_unusable({name: getattr(row, name) for name in CHANGEABLE})
    row.changed_at = clock.now()
    event = ItemChanged(
        subject_id=row.id, compartment_id=row.compartment_id, what=row.what, item=row.name, changes=changed, way=way
    )
    return ledger.record(event, by=by, row=row, fields=[*sorted(changed), "changed_at"])


def _tidied(values: Mapping[str, Any]) -> dict[str, Any]:
    """Texts without spaces around them, identifiers in their comparable form; what is none stays, to be refused."""
    tidied = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    if "identifiers" in tidied:
        tidied["identifiers"] = list(dict.fromkeys(identifier(key) or key for key in tidied["identifiers"]))
    return tidied


def _differences(row: InventoryItem, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def _locked(item_id: UUID, expected_version: int | None, by: Actor) -> InventoryItem:
    rows = InventoryItem.objects.select_for_update()
    row = rows.filter(id=item_id, org_id=by.org_id, removed_at=None).first()
    if row is None:
        raise NotFound
    require(by, Permission.SOURCE_MANAGE)
    refuse_stale(row.version, expected_version)
    return row


def _refuse_unusable(values: Mapping[str, Any]) -> None:
    wrong = refusals(values)
    if wrong:
        raise Invalid("The entry cannot be used like this.", fields=wrong)
