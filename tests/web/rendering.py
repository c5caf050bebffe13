# SPDX-License-Identifier: Apache-2.0
"""Renders a line of template as a page would."""

from typing import Any

from django.template import Context, Template


def rendered(source: str, **values: Any) -> str:
    """What the template source becomes, with our components loaded."""
    return Template("{% load longwatch %}" + source).render(Context(values))
