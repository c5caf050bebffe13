# SPDX-License-Identifier: Apache-2.0
"""What must not leave in a file is not there while the file is made, whoever makes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from longwatch.access.sections import SECTION_RULES, is_excluded_from_exports

# One statement: the sections' names are found and said to the database at once.
LEAVE_OUT = """
select set_config('longwatch.left_out', coalesce(string_agg(id::text, ','), ''), true) from access_compartment
 where record_id = %s and section = any(%s)
"""
NOT_EXPORTED = sorted(str(section) for section in SECTION_RULES if is_excluded_from_exports(section))


@contextmanager
def leaving_out_what_never_leaves(record_id: UUID) -> Iterator[None]:
    """Read the record without its privileged section and without who reported, inside a transaction.

    The actor's own compartments stay as they are: what they may not see is not there either way.
    """
    with connection.cursor() as cursor:
        cursor.execute(LEAVE_OUT, [record_id, NOT_EXPORTED])
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("select set_config('longwatch.left_out', '', true)")
