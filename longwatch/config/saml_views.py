# SPDX-License-Identifier: Apache-2.0
"""Where SAML providers send people back to. Loaded when the first of them arrives: it brings large libraries along."""

import logging
import zlib
from collections.abc import Callable

from allauth.socialaccount.providers.saml.views import ACSView, SLSView, finish_acs, login, metadata
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

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


VIEWS = {
    "acs": CarefulACSView.as_view(), "sls": CarefulSLSView.as_view(), "finish_acs": finish_acs, "metadata": metadata,
    "login": login,
}  # fmt: skip
