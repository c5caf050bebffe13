# SPDX-License-Identifier: Apache-2.0
"""The forms of signing in and of passwords: allauth's, in our words."""

from collections.abc import Mapping
from typing import Any

from allauth.account import forms
from django.forms import BaseForm
from django.utils.translation import gettext_lazy as _

# Label and sentence of each field; Django's lazy strings have no public type.
Words = Mapping[str, tuple[Any, Any]]


def say(form: BaseForm, words: Words) -> None:
    """Give fields their label, and what is said when nothing was entered."""
    for name, (label, missing) in words.items():
        form.fields[name].label = label
        form.fields[name].error_messages["required"] = missing


class SignInForm(forms.LoginForm):  # type: ignore[misc]  # allauth has no types
    """Who comes in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words: Words = {
            "login": (_("E-mail address"), _("Enter your e-mail address.")),
            "password": (_("Password"), _("Enter your password.")),
        }
        say(self, words)


class ConfirmForm(forms.ReauthenticateForm):  # type: ignore[misc]
    """Whether it is still the same person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, {"password": (_("Password"), _("Enter your password."))})


class ChangeForm(forms.ChangePasswordForm):  # type: ignore[misc]
    """The present password, and the next."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, {"oldpassword": (_("Current password"), _("Enter your current password.")), **NEW_PASSWORD})


class FirstPasswordForm(forms.SetPasswordForm):  # type: ignore[misc]
    """A password for who has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, NEW_PASSWORD)


class ResetForm(forms.ResetPasswordForm):  # type: ignore[misc]
    """Where the mail with the link goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, {"email": (_("E-mail address"), _("Enter your e-mail address."))})


class NewPasswordForm(forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """The password that replaces a forgotten one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say(self, NEW_PASSWORD)


NEW_PASSWORD: Words = {
    "password1": (_("New password"), _("Enter a new password.")),
    "password2": (_("New password, again"), _("Enter the new password a second time.")),
}
