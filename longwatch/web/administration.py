# SPDX-License-Identifier: Apache-2.0
"""Administration: people, roles and tokens. No content of records anywhere in here."""

from uuid import UUID

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from longwatch.access import selectors
from longwatch.access.model import BUILT, LEGEND, NOT_BUILT, THING_NAMES, Thing, cell
from longwatch.access.models import Account
from longwatch.access.permission import actor_in, require_reading
from longwatch.access.roles import ROLE_NAMES, ROLE_PERMISSIONS, Permission, Role
from longwatch.access.services import accounts, tokens
from longwatch.access.stepup import require_recent
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid
from longwatch.web.toasts import say
from longwatch.web.token_forms import ProgramTokenForm

ROLE_CHOICES = [(str(role), label) for role, label in ROLE_NAMES.items()]


# Where the administration begins for who does not administer accounts.
ENTRANCES = ((Permission.SOURCE_MANAGE, "intake-sources:list"), (Permission.LEDGER_READ, "integrity:page"))


class AccountForm(forms.Form):
    """Who gets an account, as what."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=150,
        error_messages={"required": gettext_lazy("Enter the person's or program's name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), error_messages={"required": gettext_lazy("Enter an e-mail address.")}
    )
    title = forms.CharField(label=gettext_lazy("Job title"), max_length=150, required=False)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        choices=ROLE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one role.")},
    )
    password = forms.CharField(
        label=gettext_lazy("First password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        required=False, help_text=gettext_lazy("At least 12 characters. Leave empty for an integration."),
    )  # fmt: skip

    def clean_password(self) -> str:
        """Hold a first password to the same rules as any other."""
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password)
        return password


class RolesForm(forms.Form):
    """What an account may be."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        choices=ROLE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one role.")},
    )


def administrator(request: HttpRequest) -> Actor:
    """The actor, when an administrator; for anybody else these pages do not exist."""
    return require_reading(actor_in(request), Permission.ACCOUNT_ADMINISTER)


def _confirm(request: HttpRequest) -> None:
    """A change of who may do what takes a recent confirmation; looking does not."""
    if request.method == "POST":
        require_recent(request)


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was typed; a form sent with nothing in it is still a sent form."""
    return request.POST if request.method == "POST" else None


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """People of the organisation with their roles; for others the first page of the administration that is theirs."""
    someone = actor_in(request)
    if someone is not None and not someone.may(Permission.ACCOUNT_ADMINISTER):
        for permission, route in ENTRANCES:
            if someone.may(permission):
                return HttpResponseRedirect(reverse(route))
    actor = administrator(request)
    people = Account.objects.filter(org_id=actor.org_id).order_by("-is_active", "name")
    rows = [
        {"account": p, "roles": [ROLE_NAMES[Role(r)] for r in p.roles], "program": p.roles == [Role.INTEGRATION]}
        for p in people
    ]
    return render(request, "web/admin/people.html", {"rows": rows, "section": "people"})


@require_http_methods(["GET", "POST"])
def add_account(request: HttpRequest) -> HttpResponse:
    """Give somebody an account."""
    actor = administrator(request)
    _confirm(request)
    form = AccountForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            account = accounts.create_account(
                email=given["email"], name=given["name"], title=given["title"], roles=given["roles"],
                password=given["password"] or None, by=actor,
            )  # fmt: skip
        except Conflict as refusal:
            form.add_error("email", refusal.sentence)
        else:
            say(request, _("%(name)s has an account now.") % {"name": account.name})
            return HttpResponseRedirect(reverse("admin:home"))
    status = 422 if form.is_bound else 200
    hints = password_validators_help_texts()
    return render(request, "web/admin/account_form.html", {"form": form, "hints": hints}, status=status)


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Change an account's roles."""
    actor = administrator(request)
    person = selectors.account_of(actor, account_id)
    _confirm(request)
    form = RolesForm(_sent(request), initial={"roles": person.roles})
    if request.method == "POST" and form.is_valid():
        try:
            accounts.change_roles(person.id, roles=form.cleaned_data["roles"], by=actor)
        except Conflict as refusal:
            form.add_error("roles", refusal.sentence)
        else:
            say(request, _("The roles of %(name)s are changed.") % {"name": person.name})
            return HttpResponseRedirect(reverse("admin:home"))
    return render(
        request, "web/admin/account.html", {"form": form, "person": person, "own": person.id == actor.id},
        status=422 if form.is_bound else 200,
    )  # fmt: skip


@require_POST
def disable(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Stop somebody from signing in; their history stays."""
    actor = administrator(request)
    _confirm(request)
    person = accounts.disable_account(account_id, reason=request.POST.get("reason", "")[:300], by=actor)
    say(request, _("%(name)s can no longer sign in.") % {"name": person.name})
    return HttpResponseRedirect(reverse("admin:home"))


@require_http_methods(["GET", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """Tokens of the organisation, and the form for a new one; a new token is shown on this answer only."""
    actor = administrator(request)
    _confirm(request)
    form = ProgramTokenForm(_sent(request), by=actor)
    text, status = "", 200
    if request.method == "POST":
        status, text = _make_token(form, actor)
    context = {"form": ProgramTokenForm(by=actor) if text else form, "token_text": text, "section": "tokens"}
    return render(request, "web/admin/tokens.html", {**context, "tokens": selectors.tokens(actor)}, status=status)


def _make_token(form: ProgramTokenForm, actor: Actor) -> tuple[int, str]:
    if not form.is_valid():
        return 422, ""
    given = form.cleaned_data
    try:
        _token, text = tokens.create_token(
            account_id=given["account"].id, label=given["label"], permissions=given["permissions"],
            expires_at=given["expires_at"], by=actor,
        )  # fmt: skip
    except Invalid as refusal:
        form.add_error("permissions", ValidationError(f"{refusal.sentence} {refusal.fields['permissions']}"))
        return 422, ""
    return 201, text


@require_POST
def revoke_token(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """Stop a token from working."""
    token = tokens.revoke_token(token_id, by=administrator(request))
    say(request, _("The token “%(label)s” no longer works.") % {"label": token.label})
    return HttpResponseRedirect(reverse("admin:tokens"))


@require_GET
def access_table(request: HttpRequest) -> HttpResponse:
    """Who may do what, as the one table that the code uses."""
    administrator(request)
    columns = [(role, ROLE_NAMES[role]) for role in Role]
    rows = [(str(p), [p in ROLE_PERMISSIONS[role] for role in Role]) for p in Permission]
    context = {"columns": columns, "rows": rows, "section": "access", "legend": LEGEND.items(), **_model()}
    return render(request, "web/admin/access.html", context)


def _model() -> dict[str, object]:
    """The access model, a role a row, and what is not built yet."""
    lines = [(ROLE_NAMES[role], [(THING_NAMES[thing], cell(role, thing)) for thing in BUILT]) for role in Role]
    return {
        "things": [THING_NAMES[thing] for thing in BUILT],
        "model": lines,
        "not_built": [THING_NAMES[thing] for thing in Thing if thing in NOT_BUILT],
    }
