# SPDX-License-Identifier: Apache-2.0
"""How many SQL statements a page takes."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

FRAME = ("SAVEPOINT", "RELEASE")


def statements(client: Client, path: str) -> int:
    """The statements of one page, session and account included, without those that frame transactions."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len([each for each in captured if not each["sql"].startswith(FRAME)])
