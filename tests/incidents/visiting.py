# SPDX-License-Identifier: Apache-2.0
"""How tests visit the pages of incidents."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from longwatch.incidents.models import Incident
from tests.personas import Cast

MOST_STATEMENTS = 10


@contextmanager
def few_statements() -> Iterator[None]:
    """At most ten statements a page, session, account and context included; savepoints are the test's own."""
    with CaptureQueriesContext(connection) as captured:
        yield
    real = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert len(real) <= MOST_STATEMENTS, "\n".join(sql[:160] for sql in real)


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[name], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(incident: Incident, name: str = "incident", **more: object) -> str:
    return reverse(f"incidents:{name}", kwargs={"reference": incident.reference, **more})
