# SPDX-License-Identifier: Apache-2.0
import pytest
from django.db import connection
from django.test import Client


class TestHealthz:
    def test_answers_without_a_database(self, client: Client) -> None:
        assert client.get("/healthz").json()["status"] == "ok"


@pytest.mark.django_db
class TestReadyz:
    def test_names_what_is_not_ready(self, client: Client) -> None:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"]["database"] == {"ok": True, "detail": ""}
        assert answer.json()["checks"]["worker"]["ok"] is False

    def test_counts_what_cannot_be_fetched(self, client: Client) -> None:
        assert client.get("/readyz").json()["checks"]["fetching"] == {"ok": True, "failing": {"feeds": 0, "polls": 0}}

    def test_runs_as_the_application_role(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select current_user")
            assert cursor.fetchone() == ("longwatch_app",)
