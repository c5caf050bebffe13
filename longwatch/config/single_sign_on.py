# SPDX-License-Identifier: Apache-2.0
"""Single sign-on through allauth, which speaks OIDC and SAML; longwatch.access.single_sign_on decides who comes in."""

import logging
from datetime import timedelta
from typing import Any, NoReturn

import jwt
import requests
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LoginView
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from longwatch.access.models import Account
from longwatch.access.sessions import PROVED_AT
from longwatch.access.single_sign_on import Person, SignInRefused, account_for
from longwatch.config.identity_providers import Settings
from longwatch.config.saml import ASKED_AT, AUTHN_INSTANT, asked_now, late
from longwatch.core import clock
from longwatch.web.second_factor import HAS_ONE

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
# Between the clocks here and at the provider, which tells whole seconds.
CLOCKS_DIFFER = timedelta(seconds=60)
log = logging.getLogger(__name__)


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """The SOCIALACCOUNT_ADAPTER: allauth never makes, links or merges an account by itself."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never by a form."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find out who this is here; refuses with a page whoever may not come in."""
        found: Settings | None = settings.IDENTITY_PROVIDERS.get(sociallogin.account.provider)
        if found is None or sociallogin.state.get("process") != "login":
            _refuse(request, _("This way of signing in is not set up."))
        try:
            account = account_for(found.provider, person_of(found, sociallogin))
        except SignInRefused as refusal:
            log.warning("%s did not let somebody in: %s", found.provider.id, refusal.sentence)
            _refuse(request, refusal.sentence)
        at = signed_in_there_at(sociallogin)
        # What the provider said is not kept: it is asked again each time.
        sociallogin.account = SocialAccount.objects.get(provider=found.provider.id, uid=sociallogin.account.uid)
        sociallogin.account.extra_data = {}
        sociallogin.user = account
        if request.user == account:
            _confirm(request, account, sociallogin, at)
        if request.user.is_authenticated:
            # The question is one about the person who is here.
            _refuse(request, _("That is somebody else than you. Sign out first."))
        # A provider lets in whom it remembers, too: only a sign-in there just now counts as a confirmation here.
        request.session[PROVED_AT] = at or 0
        if found.provider.asks_second_factor:
            request.session[HAS_ONE] = True

    def on_authentication_error(self, request: HttpRequest, provider: Any, **said: Any) -> None:
        """One kind page, whatever was wrong; the log has the reason."""
        log.warning("Single sign-on failed: %s %s", said.get("error"), said.get("exception"))
        _refuse(request, _("Signing in there did not work, or took too long. Nothing was changed; try again."))


class CheckedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """OIDC with the signature of each ID token checked, also of one that came straight from the provider."""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        """Who it is; refuses user information about somebody else than the ID token names (OIDC Core 5.3.2)."""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("no ID token")
        login = super().complete_login(request, app, token, **kwargs)
        said = login.account.extra_data
        if "userinfo" in said and said["userinfo"].get("sub") != said["id_token"]["sub"]:
            raise OAuth2Error("user information is about somebody else")
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """What the token says; refuses one that is not signed by this provider, for us, and for now."""
        config = self.openid_config
        if _issuer(config["issuer"]) != _issuer(app.settings["server_url"]):
            raise OAuth2Error("the provider names itself otherwise than the settings do")
        try:
            return jwt.decode(
                id_token, self._key_of(id_token, config["jwks_uri"]), algorithms=ALGORITHMS, issuer=config["issuer"],
                audience=app.client_id, options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"ID token: {error}") from error

    def _key_of(self, id_token: str, address: str) -> Any:
        """The provider's key that the token names; without a name, its only one."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(address)
            answer.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        name = jwt.get_unverified_header(id_token).get("kid")
        found = [key for key in keys if name is None or key.key_id == name]
        if len(found) != 1:
            raise jwt.InvalidTokenError("signed with a key that the provider does not have")
        return found[0].key


class SignInView(LoginView):  # type: ignore[misc]
    """Signing in, with a way for each identity provider."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The providers, and whether passwords are for administrators only."""
        found: list[Settings] = list(settings.IDENTITY_PROVIDERS.values())
        providers = [{"kind": each.kind, "id": each.provider.id, "name": each.provider.name} for each in found]
        only = settings.LOCAL_SIGN_IN == "administrators"
        return {**super().get_context_data(**kwargs), "providers": providers, "administrators_only": only}


def person_of(found: Settings, sociallogin: SocialLogin) -> Person:
    """What the provider says about somebody, whether by OIDC or by SAML."""
    said = sociallogin.account.extra_data
    if found.kind == "oidc":
        said = {**said.get("id_token", {}), **said.get("userinfo", {})}
        verified = said.get("email_verified") is True
        email, name = said.get("email"), said.get("name")
    else:
        # Its assertion is signed; the operator says whether the directory behind it checks addresses.
        verified = bool(found.table.get("emails_are_verified", False))
        email = _first(said.get(found.table.get("email_attribute", "email")))
        name = _first(said.get(found.table.get("name_attribute", "name")))
    groups = said.get(found.groups_claim) or []
    listed = [groups] if isinstance(groups, str) else groups
    return Person(sociallogin.account.uid, str(email or ""), verified, str(name or ""), frozenset(map(str, listed)))


class AskingView(OAuth2LoginView):  # type: ignore[misc]
    """Leads to an OIDC provider; whoever is signed in here has to sign in there anew."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask with our own words only: nothing of the question comes from the address."""
        provider = self.get_provider()
        anew = {"prompt": "login", "max_age": "0"} if request.user.is_authenticated else {}
        answer: HttpResponseBase = provider.redirect(
            request, "login", next_url=get_next_redirect_url(request), data=asked_now(request),
            auth_params={**provider.get_auth_params(), **anew},
        )  # fmt: skip
        return answer


def oidc_login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Lead to an OIDC provider."""
    return _oidc(AskingView, request, provider_id)


def oidc_callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Take what an OIDC provider says."""
    return _oidc(OAuth2CallbackView, request, provider_id)


def _oidc(view: Any, request: HttpRequest, provider_id: str) -> HttpResponseBase:
    try:
        answer: HttpResponseBase = view.adapter_view(CheckedAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (OAuth2Error, requests.RequestException) as error:
        log.warning("%s cannot be asked: %s", provider_id, error)
        name = settings.IDENTITY_PROVIDERS[provider_id].provider.name
        sentence = _("%(provider)s does not answer. Try again in a while, or sign in with a password.")
        return render(request, "account/refused.html", {"sentence": sentence % {"provider": name}}, status=503)
    return answer


def _issuer(address: str) -> str:
    """A provider's name, with or without the end of its address."""
    return str(address).partition("/.well-known/")[0].rstrip("/")


def _first(values: Any) -> Any:
    return values[0] if isinstance(values, list) and values else values


def signed_in_there_at(sociallogin: SocialLogin) -> float | None:
    """When the provider says that this person showed it who they are; never a time to come."""
    said = sociallogin.account.extra_data
    at = said.get("id_token", {}).get("auth_time") if "id_token" in said else said.get(AUTHN_INSTANT)
    known = isinstance(at, int | float) and not isinstance(at, bool)
    return min(float(at), clock.now().timestamp()) if known else None


def _confirm(request: HttpRequest, account: Account, sociallogin: SocialLogin, at: float | None) -> NoReturn:
    """The same person again: a confirmation, which keeps the session and what waits in it.

    Refuses when they did not sign in there anew: a provider may remember them for days.
    """
    asked_at = (sociallogin.state.get("data") or {}).get(ASKED_AT)
    if asked_at is None or at is None or at < asked_at - CLOCKS_DIFFER.total_seconds():
        _refuse(request, _("Your provider did not ask you again who you are, so this is no confirmation."))
    provider = sociallogin.account.provider
    record_authentication(request, account, "socialaccount", provider=provider, reauthenticated=True)
    wanted = sociallogin.get_redirect_url(request) or "/"
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    raise ImmediateHttpResponse(HttpResponseRedirect(wanted if safe else "/"))


def _refuse(request: HttpRequest, sentence: str) -> NoReturn:
    raise ImmediateHttpResponse(render(request, "account/refused.html", {"sentence": sentence}, status=403))


urlpatterns = [
    path("login/", SignInView.as_view(), name="account_login"),
    path("oidc/<slug:provider_id>/login/", oidc_login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", oidc_callback, name="openid_connect_callback"),
    path("saml/<slug:organization_slug>/acs/", csrf_exempt(late("acs")), name="saml_acs"),
    path("saml/<slug:organization_slug>/acs/finish/", late("finish_acs"), name="saml_finish_acs"),
    path("saml/<slug:organization_slug>/sls/", late("sls"), name="saml_sls"),
    path("saml/<slug:organization_slug>/metadata/", late("metadata"), name="saml_metadata"),
    path("saml/<slug:organization_slug>/login/", late("login"), name="saml_login"),
]
