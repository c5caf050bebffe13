# SPDX-License-Identifier: Apache-2.0
"""Mailboxes of a source: addresses that mails are sent to, and mailboxes that are read; setting up and closing."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import Permission
from longwatch.access.stepup import require_recent
from longwatch.core.actor import Actor
from longwatch.core.environment import SMTP, current
from longwatch.core.errors import Invalid, NotFound
from longwatch.intake import selectors
from longwatch.intake.mail_models import After, Mailbox, MailboxKind, Security
from longwatch.intake.services.mailboxes import close_mailbox, ending_of, open_address, open_mailbox
from longwatch.web.toasts import say


class AddressForm(forms.Form):
    """An address of the mail listener."""

    address = forms.CharField(
        label=gettext_lazy("Address"), max_length=300,
        error_messages={"required": gettext_lazy("Enter an address.")},
        help_text=gettext_lazy("Such as phishing@example.org, or phishing alone for any domain."),
    )  # fmt: skip


class ImapForm(forms.Form):
    """A mailbox that is read."""

    host = forms.CharField(
        label=gettext_lazy("Mail server"), max_length=253,
        error_messages={"required": gettext_lazy("Enter the name of the mail server.")},
        help_text=gettext_lazy("Such as imap.example.org."),
    )  # fmt: skip
    security = forms.ChoiceField(
        label=gettext_lazy("Protected by"), choices=Security.choices,
        error_messages={"required": gettext_lazy("Choose how the connection is protected.")},
    )  # fmt: skip
    port = forms.IntegerField(
        label=gettext_lazy("Port"), min_value=1, max_value=65_535, initial=993,
        error_messages={"required": gettext_lazy("Enter the port.")},
    )  # fmt: skip
    user = forms.CharField(
        label=gettext_lazy("User"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Enter the user of the mailbox.")},
    )  # fmt: skip
    password = forms.CharField(
        label=gettext_lazy("Password"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Enter the password of the mailbox.")},
        help_text=gettext_lazy("Kept encrypted and never shown again. Use one that only Longwatch has."),
    )  # fmt: skip
    folder = forms.CharField(
        label=gettext_lazy("Folder"), max_length=200, initial="INBOX",
        error_messages={"required": gettext_lazy("Enter the folder.")},
    )  # fmt: skip
    after = forms.ChoiceField(
        label=gettext_lazy("When a mail is stored here"), choices=After.choices,
        error_messages={"required": gettext_lazy("Choose what happens to the mail.")},
    )  # fmt: skip
    move_to = forms.CharField(
        label=gettext_lazy("Move to folder"), max_length=200, required=False,
        help_text=gettext_lazy("Only when mails are moved."),
    )  # fmt: skip
    from_start = forms.BooleanField(
        label=gettext_lazy("Also read what lies there already"), required=False,
    )  # fmt: skip
    authorities = forms.CharField(
        label=gettext_lazy("Certificates of your own authority"), required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("In the PEM form. Empty: the usual authorities count."),
    )  # fmt: skip


def _manager(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.SOURCE_MANAGE)


@require_http_methods(["GET", "POST"])
def mailbox_list(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """The mailboxes of a source, and the forms for new ones."""
    actor = _manager(request)
    source = selectors.source(actor, source_id)
    is_sent, is_imap = request.method == "POST", request.POST.get("kind") == MailboxKind.IMAP
    address = AddressForm(request.POST if is_sent and not is_imap else None)
    imap = ImapForm(request.POST if is_sent and is_imap else None)
    form = address if address.is_bound else imap
    if form.is_bound:
        require_recent(request)
        if form.is_valid() and (opened := _opened(form, source_id, actor)):
            say(request, _told(opened, form.cleaned_data.get("address", "")))
            return HttpResponseRedirect(reverse("intake-sources:mailboxes", args=[source_id]))
    boxes = Mailbox.objects.filter(source_id=source_id).select_related("state").order_by("-closed_at", "-created_at")
    context: dict[str, Any] = {
        "source": source, "mailboxes": boxes, "address_form": address, "imap_form": imap, "section": "sources",
        "listens": current().text(SMTP), "ending": ending_of(source),
    }  # fmt: skip
    return render(request, "intake/mailboxes.html", context, status=422 if form.is_bound else 200)


def _told(opened: Mailbox, entered: str) -> str:
    """What is set up; with the address where it became another than was entered."""
    if opened.kind != MailboxKind.ADDRESS or opened.address == entered.strip().lower():
        return _("The mailbox is set up.")
    return _("The address is “%(address)s”: several organisations share the mail listener.") % {
        "address": opened.address
    }


def _opened(form: forms.Form, source_id: UUID, actor: Actor) -> Mailbox | None:
    """Set one up, or put the refusal beside its field."""
    given = dict(form.cleaned_data)
    try:
        if isinstance(form, AddressForm):
            return open_address(source_id, address=given["address"], by=actor)
        return open_mailbox(source_id, given, password=given.pop("password"), by=actor)
    except Invalid as refusal:
        for field, sentence in refusal.fields.items():
            form.add_error(field if field in form.fields else None, sentence)
        return None


@require_POST
def closing(request: HttpRequest, source_id: UUID, mailbox_id: UUID) -> HttpResponse:
    """Let no more mails come through an address or a mailbox."""
    actor = _manager(request)
    if not Mailbox.objects.filter(id=mailbox_id, source_id=source_id).exists():
        raise NotFound
    row = close_mailbox(mailbox_id, by=actor)
    say(request, _("No more mails come through “%(address)s”.") % {"address": row.address})
    return HttpResponseRedirect(reverse("intake-sources:mailboxes", args=[source_id]))
