# SPDX-License-Identifier: Apache-2.0
"""SAML through allauth, with a fresh sign-in at the provider for whoever confirms that it is still them."""

import logging
import zlib
from collections.abc import Callable
from typing import Any

from allauth.socialaccount.providers.saml.provider import SAMLProvider
from allauth.socialaccount.providers.saml.utils import build_auth
from allauth.socialaccount.providers.saml.views import ACSView, SLSView
from defusedxml.ElementTree import fromstring
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from longwatch.core import clock

ASKED_AT = "asked_at"
AUTHN_INSTANT = "longwatch:authn-instant"
SAML_ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
log = logging.getLogger(__name__)


@method_decorator((csrf_exempt, login_not_required), name="dispatch")
class CarefulACSView(ACSView):  # type: ignore[misc]
    """Where a provider's answer arrives; what is no XML, or declares anything of its own, ends here."""

    def dispatch(self, request: HttpRequest, organization_slug: str) -> HttpResponseBase:
        """Refuse (403) what cannot be read, before any of it is kept; the library would fail at it later."""
        self.get_app(organization_slug)
        if not is_readable(OneLogin_Saml2_Utils.b64decode, request.POST.get("SAMLResponse", "")):
            return _unreadable(request, organization_slug)
        answer: HttpResponseBase = super().dispatch(request, organization_slug)
        return answer


@method_decorator(login_not_required, name="dispatch")
class CarefulSLSView(SLSView):  # type: ignore[misc]
    """Where a provider says that somebody signed out there; as careful."""

    def dispatch(self, request: HttpRequest, organization_slug: str) -> HttpResponseBase:
        """Refuse (403) what cannot be read."""
        self.get_app(organization_slug)
        sent = [request.GET[name] for name in ("SAMLResponse", "SAMLRequest") if name in request.GET]
        if not all(is_readable(OneLogin_Saml2_Utils.decode_base64_and_inflate, each) for each in sent):
            return _unreadable(request, organization_slug)
        answer: HttpResponseBase = super().dispatch(request, organization_slug)
        return answer


def is_readable(decode: Callable[[str], bytes], sent: str) -> bool:
    """Whether it is XML without a document type and without entities: these lead to other files and servers."""
    try:
        OneLogin_Saml2_XML.to_etree(decode(sent))
    except (ValueError, SyntaxError, zlib.error):
        return False
    return True


def _unreadable(request: HttpRequest, provider: str) -> HttpResponseBase:
    log.warning("%s sent something that is not SAML", provider)
    sentence = _("The answer of your provider could not be read. Try again, or tell an administrator.")
    return render(request, "account/refused.html", {"sentence": sentence}, status=403)


class FreshSAMLProvider(SAMLProvider):  # type: ignore[misc]
    """SAML, with ForceAuthn for whoever is signed in here, and the moment of signing in there."""

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponseBase:
        """Ask the provider who this is."""
        auth = build_auth(request, self)
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
