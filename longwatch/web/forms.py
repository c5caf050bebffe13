# SPDX-License-Identifier: Apache-2.0
"""How Django forms become our markup: label, help, error, field, and a summary of what is wrong."""

from django.forms.renderers import DjangoTemplates


class LongwatchRenderer(DjangoTemplates):
    """The FORM_RENDERER of every page."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"
