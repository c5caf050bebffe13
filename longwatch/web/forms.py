# SPDX-License-Identifier: Apache-2.0
"""How Django forms become our markup: label, help, error, field, and a summary of what is wrong."""

from django import forms
from django.forms.renderers import DjangoTemplates

from longwatch.core.errors import Invalid


class LongwatchRenderer(DjangoTemplates):
    """The FORM_RENDERER of every page."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"


def blame(form: forms.Form, error: Invalid) -> int:
    """Put the refusal's sentences at their fields; answers the status."""
    for name, sentence in error.fields.items():
        # The API calls a field that takes an identifier by it; a form has the word alone.
        known = next((each for each in (name, name.removesuffix("_id")) if each in form.fields), None)
        form.add_error(known, sentence)
    if not error.fields:
        form.add_error(None, error.sentence)
    return error.status
