# SPDX-License-Identifier: Apache-2.0
"""What functions of the database write into the ledger about a row leaves out what the model leaves out."""

import re
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db import connections

SOURCES = Path(__file__).parents[2] / "longwatch"
CALL = re.compile(r"ledger_row_content\('(\w+)'")
OUTSIDE = """
    select a.attname from pg_attribute a
     where a.attrelid = %s::regclass and col_description(a.attrelid, a.attnum) = 'outside the ledger'
"""


def tables() -> set[str]:
    return {table for file in SOURCES.rglob("*.sql") for table in CALL.findall(file.read_text())}


@pytest.mark.django_db
def test_columns_outside_the_ledger_are_the_models_own() -> None:
    models = {model._meta.db_table: model for model in apps.get_models()}
    assert "intake_signal" in tables()
    for table in sorted(tables()):
        model = models[table]
        columns = {field.name: field.column for field in model._meta.concrete_fields}
        left_out = {columns[name] for name in getattr(model, "ledger_excluded", ())}
        with psycopg.connect(**connections["owner"].get_connection_params()) as owner, owner.cursor() as cursor:
            cursor.execute(OUTSIDE, [table])
            assert {name for (name,) in cursor.fetchall()} == left_out, table
