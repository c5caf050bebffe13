# SPDX-License-Identifier: Apache-2.0
"""Webhooks out for programs."""

from typing import Any

from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from tests.exchange.services.test_subscribing import URL
from tests.personas import Cast

PLACE = "/api/v1/webhooks"


class Program:
    """A program with an administrator's token."""

    def __init__(self, cast: Cast) -> None:
        with acting_as(cast.administrator):
            _, text = create_token(
                account_id=cast.administrator.id, label="Script", permissions=["account:administer"], source_id=None,
                by=cast.administrator,
            )  # fmt: skip
        self.headers = {"Authorization": f"Bearer {text}"}

    def post(self, path: str, body: Any = None) -> Any:
        return Client().post(path, body or {}, content_type="application/json", headers=self.headers)

    def get(self, path: str) -> Any:
        return Client().get(path, headers=self.headers).json()


def wanted(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"label": "SOAR", "url": URL, "patterns": ["*"], "account_id": str(cast.accounts["integration"].id)} | more


class TestApi:
    def test_gives_the_secret_in_the_first_answer_only(self, cast: Cast) -> None:
        program = Program(cast)
        answer = program.post(PLACE, wanted(cast))
        assert answer.status_code == 201
        assert answer.json()["secret"].startswith("whsec_")
        (row,) = program.get(PLACE)["items"]
        assert "secret" not in row
        assert program.get(f"{PLACE}/{row['id']}/refused") == {"items": []}

    def test_pauses_resumes_and_closes(self, cast: Cast) -> None:
        program = Program(cast)
        one = f"{PLACE}/{program.post(PLACE, wanted(cast)).json()['id']}"
        assert program.post(f"{one}/pause").json()["paused_at"] is not None
        assert program.post(f"{one}/resume").json()["paused_at"] is None
        assert Client().delete(one, headers=program.headers).json()["closed_at"] is not None

    def test_names_the_field_that_is_wrong(self, cast: Cast) -> None:
        answer = Program(cast).post(PLACE, wanted(cast, patterns=["inc*"]))
        assert answer.status_code == 422
        assert [each["field"] for each in answer.json()["errors"]] == ["patterns"]
