# SPDX-License-Identifier: Apache-2.0
"""The API of the caller, accounts, tokens and the ledger."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from longwatch.access import selectors
from longwatch.access.models import Account, ApiToken
from longwatch.access.roles import Permission
from longwatch.access.schemas import AccountIn, AccountOut, LedgerEntryOut, Me, NewToken, RolesIn, TokenIn, TokenOut
from longwatch.access.services import accounts, tokens
from longwatch.core.errors import NotFound
from longwatch.web.conditional import IfMatch, api_actor, tag
from longwatch.web.history import entries
from longwatch.web.repeating import refuse_key

router = Router(tags=["Access"])
GIVES_WORK = (
    Permission.SIGNAL_TRIAGE, Permission.INCIDENT_WORK, Permission.CASE_WORK, Permission.ACCOUNT_ADMINISTER,
)  # fmt: skip


@router.get("/me", response=Me, summary="Who the token acts as")
def me(request: HttpRequest) -> dict[str, Any]:
    """The caller and what it may do."""
    actor = api_actor(request)
    permissions = sorted(actor.permissions)
    return {"id": actor.id, "name": actor.label, "roles": sorted(actor.roles), "permissions": permissions}


@router.get("/accounts", response=list[AccountOut], summary="Accounts of the organisation")
def account_list(request: HttpRequest) -> list[Account]:
    """Active accounts by name: whom work can be given to. Only for those who may give work, or accounts."""
    actor = api_actor(request)
    if not any(actor.may(each) for each in GIVES_WORK):
        raise NotFound
    return list(selectors.accounts(actor))


@router.post("/accounts", response={201: AccountOut}, summary="Give somebody an account")
def create_account(request: HttpRequest, payload: AccountIn, response: HttpResponse) -> Status[Account]:
    """A new account; its holder sets a password by mail or by an administrator."""
    actor = api_actor(request, Permission.ACCOUNT_ADMINISTER)
    account = accounts.create_account(
        email=payload.email, name=payload.name, title=payload.title, roles=payload.roles, by=actor
    )
    tag(response, account.version)
    return Status(201, account)


@router.put("/accounts/{uuid:account_id}/roles", response=AccountOut, summary="Change an account's roles")
def change_roles(
    request: HttpRequest, account_id: UUID, payload: RolesIn, response: HttpResponse, version: IfMatch = None
) -> Account:
    """Replace all roles of an account."""
    actor = api_actor(request, Permission.ACCOUNT_ADMINISTER)
    account = accounts.change_roles(account_id, roles=payload.roles, by=actor, expected_version=version)
    tag(response, account.version)
    return account


@router.get("/tokens", response=list[TokenOut], summary="Tokens")
def token_list(request: HttpRequest) -> list[ApiToken]:
    """All tokens of the organisation for administrators, one's own for everybody else."""
    actor = api_actor(request)
    found = selectors.tokens(actor)
    return list(found if actor.may(Permission.ACCOUNT_ADMINISTER) else found.filter(account_id=actor.id))


@router.post("/tokens", response={201: NewToken}, summary="Make a token")
def create_token(request: HttpRequest, payload: TokenIn, response: HttpResponse) -> Status[dict[str, Any]]:
    """A new token; its text is in this answer and nowhere else: an `Idempotency-Key` is refused (422)."""
    refuse_key(request)
    actor = api_actor(request)
    token, text = tokens.create_token(
        account_id=payload.account_id or actor.id, label=payload.label, permissions=payload.permissions,
        source_id=payload.source_id, expires_at=payload.expires_at, by=actor,
    )  # fmt: skip
    tag(response, token.version)
    return Status(201, {**TokenOut.from_orm(token).dict(), "token": text})


@router.delete("/tokens/{uuid:token_id}", response={204: None}, summary="Revoke a token")
def revoke_token(request: HttpRequest, token_id: UUID, version: IfMatch = None) -> Status[None]:
    """The token is refused from now on; revoking twice changes nothing."""
    tokens.revoke_token(token_id, by=api_actor(request), expected_version=version)
    return Status(204, None)


@router.get(
    "/ledger",
    response=dict[str, list[LedgerEntryOut] | str | None],
    summary="The ledger, for auditors",
    tags=["Ledger"],
)
def ledger(request: HttpRequest, cursor: str | None = None, action: str = "") -> dict[str, Any]:
    """Entries, newest first, without the content of records."""
    actor = api_actor(request, Permission.LEDGER_READ)
    page = entries(actor.org_id, cursor=cursor, action=action)
    return {"items": [LedgerEntryOut.from_orm(row) for row in page.rows], "next_cursor": page.next_cursor}
