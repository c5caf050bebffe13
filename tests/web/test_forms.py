# SPDX-License-Identifier: Apache-2.0
"""How forms look, and that each of them says what is missing."""

from collections.abc import Iterator

import pytest
from django import forms
from django.conf import settings
from django.forms.renderers import get_default_renderer
from django.urls import get_resolver
from django.utils.module_loading import import_string

from longwatch.web.forms import LongwatchRenderer

GENERIC = str(forms.Field.default_error_messages["required"])


def kinds(above: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    """Every kind of form there is."""
    for kind in above.__subclasses__():
        yield kind
        yield from kinds(kind)


def ours() -> list[type[forms.BaseForm]]:
    """The forms of our own pages."""
    list(get_resolver().url_patterns)  # Loads all views, and with them their forms.
    for path in settings.ACCOUNT_FORMS.values():
        import_string(path)
    found = {kind for kind in kinds() if kind.__module__.startswith("longwatch.")}
    return sorted(found, key=lambda kind: f"{kind.__module__}.{kind.__name__}")


def silent(kind: type[forms.BaseForm]) -> list[str]:
    """Fields that must be filled in and do not say with what."""
    fields = getattr(kind, "base_fields", {}).items()
    return [name for name, field in fields if field.required and str(field.error_messages["required"]) == GENERIC]


class TestLongwatchRenderer:
    """LongwatchRenderer"""

    def test_draws_every_page(self) -> None:
        assert isinstance(get_default_renderer(), LongwatchRenderer)


class TestEveryForm:
    """The forms of our pages"""

    def test_says_what_to_enter(self) -> None:
        own = [kind for kind in ours() if kind.__module__ != "longwatch.config.account_forms"]
        assert {kind.__name__: silent(kind) for kind in own if silent(kind)} == {}

    def test_is_looked_at(self) -> None:
        assert {"SourceForm", "AccountForm", "OwnTokenForm", "AmendForm"} <= {kind.__name__ for kind in ours()}

    def test_is_seen_when_it_does_not_say(self) -> None:
        class Mute(forms.Form):
            name = forms.CharField()
            note = forms.CharField(required=False)

        assert silent(Mute) == ["name"]


@pytest.mark.parametrize("path", settings.ACCOUNT_FORMS.values())
def test_allauths_forms_are_ours(path: str) -> None:
    assert import_string(path).__module__ == "longwatch.config.account_forms"
