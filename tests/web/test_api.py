# SPDX-License-Identifier: Apache-2.0
"""The API of the caller, accounts, tokens and the ledger."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from longwatch.access.models import Account, ApiToken
from longwatch.access.services.tokens import create_token
from longwatch.core import clock
from longwatch.core.ids import uuid7
from longwatch.core.paging import encode_cursor
from tests.personas import Cast

PROBLEM = "application/problem+json"


class Caller:
    """A program with somebody's token."""

    def __init__(self, cast: Cast, name: str, permissions: tuple[str, ...] = ()) -> None:
        actor = cast.actors[name]
        wanted = permissions or tuple(sorted(actor.permissions))
        self.row, self.token = create_token(account_id=actor.id, label="test", permissions=wanted, by=actor)

    def __call__(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        body = b"" if data is None else json.dumps(data).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        bearer = {"Authorization": f"Bearer {self.token}", **named}
        return Client().generic(method, f"/api/v1{path}", body, content_type="application/json", headers=bearer)


@pytest.fixture
def admin(cast: Cast) -> Caller:
    """The administrator's program."""
    return Caller(cast, "administrator")


class TestMe:
    """/me"""

    def test_is_the_account_within_the_token(self, cast: Cast) -> None:
        assert Caller(cast, "analyst", ("case:read", "signal:read"))("GET", "/me").json() == {
            "id": str(cast.analyst.id),
            "name": "Ana Analyst",
            "roles": ["analyst"],
            "permissions": ["case:read", "signal:read"],
        }


class TestAccounts:
    """/accounts"""

    def test_lists_active_ones_of_the_organisation(self, cast: Cast) -> None:
        listed = Caller(cast, "analyst")("GET", "/accounts").json()
        assert {each["id"] for each in listed} == {str(a.id) for n, a in cast.accounts.items() if n != "outsider"}
        assert not any("password" in each for each in listed)

    def test_gives_somebody_an_account(self, cast: Cast, admin: Caller) -> None:
        made = admin("POST", "/accounts", {"name": "Nora", "email": "Nora@halden.test", "roles": ["hr"]})
        assert made.status_code == 201, made.content
        stored = Account.objects.get(id=made.json()["id"])
        assert (stored.email, stored.org_id, stored.roles) == ("nora@halden.test", cast.organisation.id, ["hr"])

    def test_refuses_an_address_that_is_taken(self, cast: Cast, admin: Caller) -> None:
        answer = admin("POST", "/accounts", {"name": "X", "email": cast.accounts["hr"].email, "roles": ["hr"]})
        assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"roles": ["emperor"]}, "roles"),
            ({"roles": []}, "roles"),
            ({"email": "nowhere"}, "email"),
            ({"name": ""}, "name"),
            ({"is_active": False}, "is_active"),
            ({"org_id": "x"}, "org_id"),
        ],
    )
    def test_names_the_field_that_is_wrong(self, admin: Caller, changed: dict[str, Any], field: str) -> None:
        answer = admin("POST", "/accounts", {"name": "N", "email": "n@halden.test", "roles": ["hr"]} | changed)
        assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
        assert answer.json()["errors"][0]["field"] == field
        assert not Account.objects.filter(email="n@halden.test").exists()

    def test_is_changed_by_administrators_only(self, cast: Cast) -> None:
        call = Caller(cast, "supervisor")
        assert call("POST", "/accounts", {"name": "N", "email": "n@b.test", "roles": ["hr"]}).status_code == 404
        assert call("PUT", f"/accounts/{cast.hr.id}/roles", {"roles": ["administrator"]}).status_code == 404

    def test_replaces_roles(self, cast: Cast, admin: Caller) -> None:
        answer = admin("PUT", f"/accounts/{cast.hr.id}/roles", {"roles": ["counsel"]})
        assert (answer.status_code, answer.json()["roles"]) == (200, ["counsel"])
        assert admin("PUT", f"/accounts/{cast.hr.id}/roles", {"roles": ["emperor"]}).status_code == 422

    def test_leaves_the_last_administrator_the_role(self, cast: Cast, admin: Caller) -> None:
        answer = admin("PUT", f"/accounts/{cast.administrator.id}/roles", {"roles": ["auditor"]})
        assert (answer.status_code, answer["Content-Type"]) == (409, PROBLEM)
        assert answer.json()["code"] == "last_administrator"

    def test_hides_accounts_of_other_organisations(self, cast: Cast, admin: Caller) -> None:
        for account_id in (cast.outsider.id, uuid7()):
            assert admin("PUT", f"/accounts/{account_id}/roles", {"roles": ["hr"]}).status_code == 404


class TestTokens:
    """/tokens"""

    def test_shows_the_text_in_one_answer_only(self, cast: Cast) -> None:
        call = Caller(cast, "analyst")
        made = call("POST", "/tokens", {"label": "Script", "permissions": ["signal:read"]})
        assert made.status_code == 201
        assert made.json()["token"].startswith(made.json()["prefix"])
        listed = call("GET", "/tokens")
        assert made.json()["id"] in {each["id"] for each in listed.json()}
        assert made.json()["token"] not in listed.content.decode()
        assert "token_hash" not in listed.content.decode()

    def test_work_until_their_end_and_say_so(self, cast: Cast) -> None:
        call, end = Caller(cast, "analyst"), clock.now().replace(microsecond=0) + timedelta(days=30)
        wanted = {"label": "Script", "permissions": ["signal:read"], "expires_at": end.isoformat()}
        made = call("POST", "/tokens", wanted).json()
        assert (made["state"], datetime.fromisoformat(made["expires_at"])) == ("working", end)
        with clock.unsafe_pretend(end):
            states = {each["id"]: each["state"] for each in call("GET", "/tokens").json()}
        assert states[made["id"]] == "expired"

    @pytest.mark.parametrize("end", ["2001-01-01T00:00:00Z", "2099-01-01T00:00:00", "soon"])
    def test_refuse_an_end_that_is_none(self, cast: Cast, end: str) -> None:
        wanted = {"label": "Script", "permissions": ["signal:read"], "expires_at": end}
        answer = Caller(cast, "analyst")("POST", "/tokens", wanted)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "expires_at")

    def test_lists_ones_own_and_to_administrators_all(self, cast: Cast, admin: Caller) -> None:
        analyst, outsider = Caller(cast, "analyst"), Caller(cast, "outsider")
        assert [each["id"] for each in analyst("GET", "/tokens").json()] == [str(analyst.row.id)]
        assert {each["id"] for each in admin("GET", "/tokens").json()} == {str(admin.row.id), str(analyst.row.id)}
        assert [each["id"] for each in outsider("GET", "/tokens").json()] == [str(outsider.row.id)]

    def test_cannot_make_a_wider_one(self, cast: Cast) -> None:
        narrow = Caller(cast, "analyst", ("signal:read",))
        answer = narrow("POST", "/tokens", {"label": "Wider", "permissions": ["signal:read", "case:read"]})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "permissions")
        assert ApiToken.objects.filter(account_id=cast.analyst.id).count() == 1

    def test_cannot_be_made_for_others(self, cast: Cast) -> None:
        wanted = {"label": "Theirs", "account_id": str(cast.hr.id), "permissions": ["case:read"]}
        assert Caller(cast, "supervisor")("POST", "/tokens", wanted).status_code == 403

    def test_stop_at_once_and_stopping_twice_is_the_same(self, cast: Cast, admin: Caller) -> None:
        analyst = Caller(cast, "analyst")
        for _ in range(2):
            assert admin("DELETE", f"/tokens/{analyst.row.id}").status_code == 204
        answer = analyst("GET", "/me")
        assert (answer.status_code, answer.json()["code"]) == (401, "token_unknown")

    def test_hide_from_others(self, cast: Cast) -> None:
        analyst = Caller(cast, "analyst")
        for name in ("supervisor", "outsider", "integration"):
            assert Caller(cast, name)("DELETE", f"/tokens/{analyst.row.id}").status_code == 404
        assert analyst("GET", "/me").status_code == 200


class TestIfMatch:
    """If-Match on accounts and tokens"""

    def test_changes_roles_in_the_version_that_was_read(self, cast: Cast, admin: Caller) -> None:
        listed = {each["id"]: each["version"] for each in admin("GET", "/accounts").json()}
        self.once(admin, "PUT", f"/accounts/{cast.hr.id}/roles", f'"{listed[str(cast.hr.id)]}"', {"roles": ["counsel"]})

    def test_revokes_a_token_in_the_version_that_was_read(self, admin: Caller) -> None:
        made = admin("POST", "/tokens", {"label": "Script", "permissions": ["account:administer"]})
        self.once(admin, "DELETE", f"/tokens/{made.json()['id']}", made["ETag"])

    def once(self, call: Caller, method: str, path: str, etag: str, data: Any = None) -> None:
        stale = call(method, path, data, If_Match='"1"')
        assert (stale.status_code, stale["Content-Type"], stale.json()["code"]) == (412, PROBLEM, "stale")
        # Had the refusal changed anything, the version that was read would be old now.
        assert call(method, path, data, If_Match=etag).status_code in (200, 204)
        assert call(method, path, data, If_Match=etag).status_code == 412


class TestLedger:
    """/ledger"""

    def test_leads_through_entries_by_cursor(self, cast: Cast) -> None:
        call = Caller(cast, "auditor")
        answer = call("GET", "/ledger").json()
        ids = [each["id"] for each in answer["items"]]
        assert ids == sorted(ids, reverse=True)
        assert answer["next_cursor"] is None
        after = call("GET", f"/ledger?cursor={encode_cursor([ids[1]])}").json()
        assert [each["id"] for each in after["items"]] == ids[2:]

    def test_filters_by_verb_and_tells_no_details(self, cast: Cast) -> None:
        items = Caller(cast, "auditor")("GET", "/ledger?action=compartment.").json()["items"]
        assert {each["action"] for each in items} == {"compartment.opened"}
        assert set(items[0]) == {
            "id", "at", "action", "subject_id", "record_id", "actor_kind", "actor_id", "via", "leaf_hash"
        }  # fmt: skip

    @pytest.mark.parametrize("cursor", ["nonsense", encode_cursor(["abc"])])
    def test_refuses_cursors_that_are_not_ours(self, cast: Cast, cursor: str) -> None:
        answer = Caller(cast, "auditor")("GET", f"/ledger?cursor={cursor}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")

    def test_is_for_auditors_only(self, cast: Cast, admin: Caller) -> None:
        assert admin("GET", "/ledger").status_code == 404
        assert Caller(cast, "supervisor")("GET", "/ledger").status_code == 404
