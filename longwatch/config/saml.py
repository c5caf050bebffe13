# SPDX-License-Identifier: Apache-2.0
"""SAML through allauth, with a fresh sign-in at the provider for whoever confirms that it is still them.

Few installations speak SAML, and its libraries are large: they are loaded when first somebody signs in with it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from allauth.socialaccount.providers.saml.provider import SAMLProvider
from defusedxml.ElementTree import fromstring
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.dateparse import parse_datetime

from longwatch.core import clock
from longwatch.core.deferred import deferred

if TYPE_CHECKING:
    from allauth.socialaccount.providers.saml import utils

    from longwatch.config import saml_views
else:
    utils = deferred("allauth.socialaccount.providers.saml.utils")
    saml_views = deferred("longwatch.config.saml_views")

ASKED_AT = "asked_at"
AUTHN_INSTANT = "longwatch:authn-instant"
SAML_ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"


def late(name: str) -> Callable[..., HttpResponseBase]:
    """One of saml_views.VIEWS, which are loaded with the first request; nobody is signed in yet who comes there."""

    @login_not_required
    def view(request: HttpRequest, **named: str) -> HttpResponseBase:
        answer: HttpResponseBase = saml_views.VIEWS[name](request, **named)
        return answer

    view.__name__ = f"saml_{name}"
    return view


class FreshSAMLProvider(SAMLProvider):  # type: ignore[misc]
    """SAML, with ForceAuthn for whoever is signed in here, and the moment of signing in there."""

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponseBase:
        """Ask the provider who this is."""
        auth = utils.build_auth(request, self)
        there = auth.login(return_to="", force_authn=request.user.is_authenticated)
        state_id = auth.get_last_request_id()
        self.stash_redirect_state(request, process, next_url, asked_now(request), state_id=state_id, **kwargs)
        return HttpResponseRedirect(there)

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        """The attributes; beside them when the person signed in there, under a name that no attribute can have."""
        found = {name: value for name, value in data.get_attributes().items() if name != AUTHN_INSTANT}
        return {**found, AUTHN_INSTANT: authn_instant(data)}


def authn_instant(auth: Any) -> float | None:
    """The AuthnInstant of the assertion that was checked; of several, the oldest; nothing when one is unreadable."""
    # The library has checked signature and conditions, and that there is one assertion in it.
    document = fromstring(auth.get_last_response_xml())
    stated = [each.get("AuthnInstant") for each in document.iter(f"{{{SAML_ASSERTION}}}AuthnStatement")]
    moments = [parse_datetime(each or "") for each in stated]
    if not moments or any(each is None or each.tzinfo is None for each in moments):
        return None
    return min(each.timestamp() for each in moments if each is not None)


def asked_now(request: HttpRequest) -> dict[str, float] | None:
    """What is remembered of a question about whoever is signed in here: when it was asked."""
    return {ASKED_AT: clock.now().timestamp()} if request.user.is_authenticated else None
