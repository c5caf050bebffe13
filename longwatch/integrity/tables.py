# SPDX-License-Identifier: Apache-2.0
"""The audited tables, and of which columns their rows' commitments were made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.migrations import AddField
from django.db.migrations.loader import MigrationLoader

from longwatch.ledger.writing import row_columns

SIGNALS = "intake_signal"
CUSTODY = "evidence_custody_event"


@dataclass(frozen=True, slots=True)
class Table:
    """One audited table: its columns with the names under which they are committed to, the newest ones last."""

    name: str
    columns: tuple[tuple[str, str], ...]
    later: tuple[str, ...]

    @property
    def selected(self) -> str:
        """The columns, for a statement."""
        return ", ".join(f't."{column}"' for _, column in self.columns)

    def content(self, values: Sequence[Any]) -> dict[str, Any]:
        """A row's values by their names."""
        return dict(zip((name for name, _ in self.columns), values, strict=True))

    def contents(self, values: Sequence[Any]) -> Iterator[dict[str, Any]]:
        """What a row's commitment may be over: all columns, or those there were before later migrations."""
        content = self.content(values)
        yield content
        for name in reversed(self.later):
            content = {kept: value for kept, value in content.items() if kept != name}
            yield content


@cache
def audited_tables() -> tuple[Table, ...]:
    """Every table of ours whose rows carry a version."""
    later = _added_later()
    found = [
        Table(model._meta.db_table, tuple(row_columns(model)), tuple(later.get(model._meta.db_table, ())))
        for model in apps.get_models()
        if model.__module__.startswith("longwatch.") and model._meta.managed and _has_version(model)
    ]
    return tuple(sorted(found, key=lambda table: table.name))


def _has_version(model: type[models.Model]) -> bool:
    return any(field.attname == "version" for field in model._meta.concrete_fields)


def _added_later() -> dict[str, list[str]]:
    """The columns that came with a later migration than their table, in order: older entries do not know them."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    found: dict[str, list[str]] = {}
    seen: set[tuple[str, str]] = set()
    for leaf in sorted(loader.graph.leaf_nodes()):
        for key in loader.graph.forwards_plan(leaf):
            if key in seen:
                continue
            seen.add(key)
            for operation in loader.graph.nodes[key].operations:
                if isinstance(operation, AddField):
                    _note(found, key[0], operation)
    return found


def _note(found: dict[str, list[str]], app: str, operation: AddField) -> None:
    try:
        model = apps.get_model(app, operation.model_name)
        field = model._meta.get_field(operation.name)
    except (LookupError, FieldDoesNotExist):
        return  # A model or field that is gone again.
    found.setdefault(model._meta.db_table, []).append(field.attname)
