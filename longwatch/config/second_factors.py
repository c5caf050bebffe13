# SPDX-License-Identifier: Apache-2.0
"""Second factors through allauth: its views, watched, so that each change is confirmed first and recorded with it.

allauth tells of changes by signals, which we do not use, and after the commit. So its views are wrapped: what somebody
has is compared before and after, in the transaction that changes it.
"""

import base64
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms, views
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as key_views
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from longwatch.access.actors import actor_of
from longwatch.access.models import Account
from longwatch.access.permission import signed_in
from longwatch.access.second_factors import factors_of, lasting, needs_second_factor, note_changes, roles_asking
from longwatch.access.services.throttling import begin_attempt, fail, succeed
from longwatch.access.sign_in_models import ThrottleKind
from longwatch.access.stepup import require_recent
from longwatch.core.errors import TooMany
from longwatch.core.hiding import hide, reveal

View = Callable[..., HttpResponseBase]
PURPOSE = "secrets of second factors"
# A code is good for as long as one period before and after it; used once, it is not good again in that time.
CODE_LIFE = 120


class Factors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """The MFA_ADAPTER."""

    error_messages = {  # allauth's way
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right, or was used already. Enter the next one."),
        "cannot_delete_authenticator": gettext_lazy("Your role needs a second factor. Add another one first."),
    }

    def encrypt(self, text: str) -> str:
        """Hidden with the secret key, so that who reads the database cannot make codes."""
        return hide(text, PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """What was hidden; under another secret key a secret that nobody knows, so that no code is right."""
        return reveal(encrypted_text, PURPOSE) or base64.b32encode(secrets.token_bytes(40)).decode()

    def get_totp_issuer(self) -> str:
        """The name that apps show."""
        return "Longwatch"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The host that passkeys belong to, under our name."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Longwatch"}

    def generate_authenticator_name(self, user: Account, type: Any) -> str:  # noqa: A002  # allauth's name
        """A name to recognise it by, which its owner may change."""
        number = sum(each.kind == type for each in factors_of(user.id)) + 1
        return _("Passkey") if number == 1 else _("Passkey %(number)s") % {"number": number}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of somebody whose role needs one."""
        others = [each for each in lasting(factors_of(authenticator.user_id)) if each.id != authenticator.pk]
        return bool(others) or not needs_second_factor(authenticator.user)


class _Counted:
    """A form that takes a code: few guesses, and each code once."""

    user: Account

    def clean_code(self) -> str:
        """The code, when it is right; refuses after a few wrong ones."""
        try:
            attempt = begin_attempt(ThrottleKind.CODE, str(self.user.id), account=self.user)
        except TooMany as refusal:
            raise ValidationError(refusal.sentence) from refusal
        try:
            code = str(super().clean_code())  # type: ignore[misc]
            if not cache.add(f"code:{self.user.id}:{''.join(code.split())}", "used", CODE_LIFE):
                raise Factors().validation_error("incorrect_code")
        except ValidationError:
            fail(attempt, self.user)
            raise
        succeed(attempt)
        return code


class SignInCodeForm(_Counted, forms.AuthenticateForm):  # type: ignore[misc]
    """A code, at signing in."""


class ConfirmCodeForm(_Counted, forms.ReauthenticateForm):  # type: ignore[misc]
    """A code, to confirm that it is still the same person."""


for _form in (SignInCodeForm, ConfirmCodeForm):
    _form.base_fields["code"].error_messages["required"] = gettext_lazy("Enter the code.")


def watched(view: View) -> View:
    """The view, confirmed first, with what it changes in the ledger."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = signed_in(request)
        require_recent(request)
        before = factors_of(actor.id)
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            note_changes(before, factors_of(actor.id), by=actor_of(request.user))  # type: ignore[arg-type]
        return response

    return answer


def index(request: HttpRequest) -> HttpResponseBase:
    """What somebody has set up; and, when they must and have not, that they must, and why."""
    account = request.user
    must = isinstance(account, Account) and needs_second_factor(account)
    told = {"must": must, "roles": roles_asking(account) if must and isinstance(account, Account) else []}
    response: HttpResponseBase = IndexView.as_view(extra_context=told)(request)
    return response


urlpatterns = [
    path("", require_safe(index), name="mfa_index"),
    path("authenticate/", views.authenticate, name="mfa_authenticate"),
    path("reauthenticate/", views.reauthenticate, name="mfa_reauthenticate"),
    path("totp/activate/", watched(totp_views.activate_totp), name="mfa_activate_totp"),
    path("totp/deactivate/", watched(totp_views.deactivate_totp), name="mfa_deactivate_totp"),
    path("recovery-codes/", require_safe(watched(code_views.view_recovery_codes)), name="mfa_view_recovery_codes"),
    path("recovery-codes/generate/", watched(code_views.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path(
        "recovery-codes/download/",
        require_safe(watched(code_views.download_recovery_codes)),
        name="mfa_download_recovery_codes",
    ),
    path("webauthn/", require_safe(key_views.list_webauthn), name="mfa_list_webauthn"),
    path("webauthn/add/", watched(key_views.add_webauthn), name="mfa_add_webauthn"),
    path("webauthn/reauthenticate/", key_views.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("webauthn/keys/<int:pk>/remove/", watched(key_views.remove_webauthn), name="mfa_remove_webauthn"),
    path("webauthn/keys/<int:pk>/edit/", watched(key_views.edit_webauthn), name="mfa_edit_webauthn"),
    path("webauthn/login/", key_views.login_webauthn, name="mfa_login_webauthn"),
]
