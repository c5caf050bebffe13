# SPDX-License-Identifier: Apache-2.0
"""Bringing a database to this version: roles and extensions, tables, then grants."""

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from longwatch.access.grants import apply_grants
from longwatch.config.schema import comment
from longwatch.core.postgres.address import OWNER, Address
from longwatch.core.postgres.bootstrap import bootstrap

# A migration that waits for a lock stops every request behind it; better to fail and be tried again.
LOCK_TIMEOUT = "4s"


def migrate(address: Address) -> None:
    """Prepare the server, apply the migrations as the owner and renew the grants.

    Django must be set up with `address` as its `owner` alias.
    """
    bootstrap(address)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    apply_grants(using="owner")
    connections["owner"].close()
    with psycopg.connect(address.conninfo(OWNER), autocommit=True) as owner:
        owner.execute(
            sql.SQL("comment on database {} is {}").format(sql.Identifier(address.database), sql.Literal(comment()))
        )
