# SPDX-License-Identifier: Apache-2.0
"""The form of telling a sender: where, as whom, and up to four calls."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from longwatch.core.errors import Invalid
from longwatch.exchange.services.syncing import Telling
from longwatch.exchange.sync_models import Scheme, SenderSync
from longwatch.exchange.sync_rules import METHODS, Occasion
from longwatch.exchange.sync_starts import Start
from longwatch.intake.models import Signal

CALLS = 4
OCCASIONS = (
    (Occasion.DISMISSED.value, _("It is dismissed")),
    (Occasion.TAKEN.value, _("It becomes part of an incident or case")),
    (Occasion.CLOSED.value, _("Its incident or case closes")),
    (Occasion.REOPENED.value, _("It is to be judged again")),
)
KINDS = (("json", _("JSON")), ("form", _("A form: name=value, one a line")), ("none", _("Nothing")))
OF_CALL = ("occasions", "method", "path", "content", "body")
MONO = {"rows": 4, "class": "mono", "spellcheck": "false"}


class SyncForm(forms.Form):
    """All that can be set. A call without anything chosen is left out."""

    url = forms.CharField(
        label=_("Address"), max_length=500, error_messages={"required": _("Enter the address of the sender.")},
        help_text=_("Such as https://kibana.example.org:5601. Longwatch connects there and nowhere else."),
    )  # fmt: skip
    scheme = forms.ChoiceField(
        label=_("Signs in with"), choices=Scheme.choices, initial=Scheme.NONE,
        error_messages={"required": _("Choose how Longwatch signs in.")},
    )  # fmt: skip
    user = forms.CharField(
        label=_("User, or name of the header"), required=False, max_length=200,
        help_text=_("Of a key in a header such as X-Api-Key or Authorization."),
    )  # fmt: skip
    secret = forms.CharField(
        label=_("Token, password or key"), required=False, max_length=4000, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept hidden, never shown again, and sent to this address only. Empty: as it is."),
    )  # fmt: skip
    headers = forms.CharField(
        label=_("Further headers"), required=False, max_length=10_000, widget=forms.Textarea(attrs=MONO | {"rows": 2}),
        help_text=_("Name: value, one a line. They are shown here; secrets belong above."),
    )  # fmt: skip
    words = forms.CharField(
        label=_("The sender's words for outcomes"), required=False, max_length=5_000,
        widget=forms.Textarea(attrs=MONO | {"rows": 3}),
        help_text=_("Such as false_positive: falsePositive, one a line; * for all others. They stand for ${verdict}."),
    )  # fmt: skip
    tells_who = forms.BooleanField(label=_("The sender may know who judged it"), required=False)
    tells_why = forms.BooleanField(
        label=_("The sender may know the note"), required=False,
        help_text=_("What people write beside a judgement. The outcome itself is always told."),
    )  # fmt: skip
    authorities = forms.CharField(
        label=_("Certificate of its authority"), required=False, max_length=100_000,
        widget=forms.Textarea(attrs=MONO | {"rows": 3}),
        help_text=_("In PEM, where the sender's certificate is of an authority of your own."),
    )  # fmt: skip
    unverified = forms.BooleanField(
        label=_("Do not check its certificate"), required=False,
        help_text=_("Whoever is between can read the secret then. Only to try something out."),
    )  # fmt: skip
    signal = forms.ChoiceField(label=_("Signal"), required=False)
    occasion = forms.ChoiceField(label=_("What happens"), required=False, choices=OCCASIONS)

    def __init__(self, *arguments: Any, signals: Sequence[Signal] = (), **more: Any) -> None:
        """With the calls, and the signals that it can be tried with."""
        super().__init__(*arguments, **more)
        for number in range(CALLS):
            self.fields |= _fields_of_call(number)
        chosen = self.fields["signal"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(str(each.id), each.title) for each in signals]

    @property
    def main(self) -> list[BoundField]:
        """What stands before the calls."""
        return [self[name] for name in ("url", "scheme", "user", "secret", "tells_who", "tells_why")]

    @property
    def further(self) -> list[BoundField]:
        """What is seldom needed."""
        return [self[name] for name in ("headers", "words", "authorities", "unverified")]

    @property
    def trial(self) -> list[BoundField]:
        """What it is tried with."""
        return [self[name] for name in ("signal", "occasion")]

    @property
    def calls(self) -> list[tuple[int, bool, list[BoundField]]]:
        """The fields of each call, with its number and whether something stands in it."""
        found = []
        for number in range(CALLS):
            fields = [self[f"call{number}_{name}"] for name in OF_CALL]
            filled = any(fields[at].value() for at in (0, 2, 4)) or any(each.errors for each in fields)
            found.append((number + 1, bool(filled) or number == 0, fields))
        return found

    @property
    def paths(self) -> list[str]:
        """Where the calls go that the form shows."""
        return [str(self[f"call{number}_path"].value() or "") for number in range(CALLS)]

    def clean_headers(self) -> dict[str, str]:
        """The lines as pairs."""
        return _pairs(self.cleaned_data["headers"])

    def clean_words(self) -> dict[str, str]:
        """The lines as pairs."""
        return _pairs(self.cleaned_data["words"])

    def wanted(self) -> Telling:
        """What was entered."""
        given = self.cleaned_data
        names = ("url", "scheme", "user", "secret", "headers", "words", "authorities", "tells_who", "tells_why")
        calls = [call for number, call in self._filled_calls()]
        return Telling(calls=calls, verified=not given["unverified"], **{name: given[name] for name in names})

    def blame(self, refusal: Invalid) -> None:
        """Put what was refused at its fields."""
        numbers = [number for number, _call in self._filled_calls()]
        for name, sentence in (refusal.fields or {"": refusal.sentence}).items():
            place, _dot, field = name.partition("].")
            if place.startswith("calls["):
                name = f"call{numbers[int(place.removeprefix('calls['))]}_{field}"
            self.add_error(_known(name, self.fields), sentence)

    def _filled_calls(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for number in range(CALLS):
            call = {name: self.cleaned_data.get(f"call{number}_{name}") or "" for name in OF_CALL}
            if call["occasions"] or call["path"] or call["body"]:
                yield number, call | {"occasions": list(call["occasions"])}


def _known(name: str, fields: Mapping[str, forms.Field]) -> str | None:
    if name == "calls":
        return "call0_occasions"
    return {"verified": "unverified", "signal_id": "signal"}.get(name, name if name in fields else None)


def _fields_of_call(number: int) -> dict[str, forms.Field]:
    made: dict[str, forms.Field] = {
        "occasions": forms.MultipleChoiceField(
            label=_("When"), required=False, choices=OCCASIONS, widget=forms.CheckboxSelectMultiple
        ),
        "method": forms.ChoiceField(label=_("Method"), required=False, choices=[(each, each) for each in METHODS]),
        "path": forms.CharField(
            label=_("Path"), required=False, max_length=4_000, widget=forms.TextInput(attrs={"class": "mono"}),
            help_text=_("What follows the address, such as /alerts/${raw:id}. Values are encoded."),
        ),
        "content": forms.ChoiceField(label=_("Sends"), required=False, choices=KINDS),
        "body": forms.CharField(
            label=_("Body"), required=False, max_length=100_000, widget=forms.Textarea(attrs=MONO | {"rows": 7})
        ),
    }  # fmt: skip
    return {f"call{number}_{name}": field for name, field in made.items()}


def _pairs(text: str) -> dict[str, str]:
    pairs = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = line.partition(":")
        if not colon:
            raise forms.ValidationError(_now("Write Name: value, one a line."), code="invalid")
        pairs[name.strip()] = value.strip()
    return pairs


def _lines(pairs: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in pairs.items())


def initial_of(row: SenderSync) -> dict[str, Any]:
    """What the form shows of what is set up; never the secret."""
    names = ("url", "scheme", "user", "authorities", "tells_who", "tells_why")
    shown = {name: getattr(row, name) for name in names} | {"unverified": not row.verified}
    return shown | {"headers": _lines(row.headers), "words": _lines(row.words)} | _initial_calls(row.calls)


def initial_of_start(start: Start) -> dict[str, Any]:
    """What the form shows to begin with."""
    shown = {"url": start.url, "scheme": start.scheme, "user": start.user}
    pairs = {"headers": _lines(dict(start.headers)), "words": _lines(dict(start.words))}
    return shown | pairs | _initial_calls(start.calls)


def _initial_calls(calls: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        f"call{number}_{name}": call[name] for number, call in enumerate(calls[:CALLS]) for name in OF_CALL
    }  # fmt: skip
