# SPDX-License-Identifier: Apache-2.0
"""How allauth behaves here: who comes in, who is kept waiting, and what the ledger says about it."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from longwatch.access.actors import actor_of
from longwatch.access.devices import device_of
from longwatch.access.models import Account
from longwatch.access.roles import Role
from longwatch.access.services.accounts import change_password
from longwatch.access.services.signing_in import note_sign_in, note_sign_out
from longwatch.access.services.throttling import Attempt, begin_attempt, fail, refuse_address, succeed
from longwatch.access.sessions import DEVICE
from longwatch.access.sign_in_models import ThrottleKind
from longwatch.access.stepup import is_recent
from longwatch.core.errors import TooMany

FAILURES_BEFORE = "longwatch_failures_before"
WAYS = {
    "reauthenticate": lambda: _("Use your password"),
    "mfa_reauthenticate": lambda: _("Use your authenticator app or a recovery code"),
    "mfa_reauthenticate:webauthn": lambda: _("Use a passkey or security key"),
}


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by an administrator; nobody signs up by themself."""

    # One sentence for a wrong password, an account that does not exist, and one that was closed: whoever left learns
    # what to do, and nobody learns which of the three it is.
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _lazy(
            "Nobody can sign in with this e-mail address and password. "
            "If your account was closed, ask an administrator."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def set_password(self, user: Account, password: str) -> None:
        """Through our own service, so that the change is in the ledger."""
        change_password(user.id, password=password, by=actor_of(user))
        user.refresh_from_db()

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        """Look at a password, unless there were too many wrong ones; the same for accounts that do not exist."""
        attempt, account = self._begin(request, str(credentials.get("email", "")))
        found = super().authenticate(request, **credentials)
        if found is None or not found.is_active or not may_use_password(found):
            fail(attempt, account, self.get_client_ip(request))
            return None
        vars(request)[FAILURES_BEFORE] = succeed(attempt)
        return found  # type: ignore[no-any-return]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: `authenticate` counts by itself."""

    def reauthenticate(self, user: Account, password: str) -> bool:
        """Whether it is this person's password; our accounts have one address, which is their own."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def login(self, request: HttpRequest, user: Account) -> None:
        """Begin the session, and say so in the ledger."""
        records = get_authentication_records(request, user)
        super().login(request, user)
        request.session[DEVICE] = device = device_of(self.get_http_user_agent(request))
        before = vars(request).get(FAILURES_BEFORE, 0)
        note_sign_in(
            methods=[method_of(record) for record in records], device=device, failures_before=before,
            by=actor_of(user, via="sign-in"),
        )  # fmt: skip

    def logout(self, request: HttpRequest) -> None:
        """End the session, and say so in the ledger."""
        user = request.user
        super().logout(request)
        if isinstance(user, Account):
            note_sign_out(by=actor_of(user, via="sign-in"))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """The same ten minutes as for every other act that needs a confirmation."""
        return not is_recent(self.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """Ways to confirm; whoever has a second factor uses that, so it comes first and no password beside it."""
        found = [{**each, "description": WAYS[each["id"]]()} for each in super().get_reauthentication_methods(user)]
        strong = [each for each in found if each["id"] != "reauthenticate"]
        local = found if isinstance(user, Account) and may_use_password(user) else []
        return [*reversed(strong)] or local or _providers_of(user)

    def _begin(self, request: HttpRequest, email: str) -> tuple[Attempt, Account | None]:
        account = Account.objects.filter(email__iexact=email.strip()).first()
        try:
            refuse_address(self.get_client_ip(request))
            return begin_attempt(ThrottleKind.ACCOUNT, email, account=account), account
        except TooMany as refusal:
            raise ValidationError(refusal.sentence) from refusal


def _providers_of(user: Any) -> list[dict[str, str]]:
    """To be asked again, for who has nothing else to confirm with."""
    linked = SocialAccount.objects.filter(user_id=user.pk).values_list("provider", flat=True)
    known = [settings.IDENTITY_PROVIDERS[name] for name in linked if name in settings.IDENTITY_PROVIDERS]
    return [
        {"id": each.provider.id, "description": each.provider.name, "url": sign_in_address(each.kind, each.provider.id)}
        for each in known
    ]


def sign_in_address(kind: str, provider_id: str) -> str:
    """Where a provider is asked who this is."""
    return reverse("openid_connect_login" if kind == "oidc" else "saml_login", args=[provider_id])


def may_use_password(account: Account) -> bool:
    """Whether this account signs in with a password here; administrators always, as the way in for emergencies."""
    return settings.LOCAL_SIGN_IN == "on" or Role.ADMINISTRATOR in account.role_set


def method_of(record: dict[str, Any]) -> str:
    """How somebody showed who they are, in a word: `password`, `totp`, `webauthn` or `single_sign_on`."""
    if record["method"] == "socialaccount":
        return "single_sign_on"
    return str(record.get("type") or record["method"])
