# SPDX-License-Identifier: Apache-2.0
"""Setting up analyzers: which may be asked, about what, with which settings, and whether they reach the network."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from longwatch import ledger
from longwatch.access.permission import require
from longwatch.access.roles import Permission
from longwatch.core import clock
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid, NotFound, refuse_stale
from longwatch.core.hiding import hide, reveal
from longwatch.enrichment.analysis_events import AnalyzerSet
from longwatch.enrichment.analysis_models import AnalyzerSetup, purpose
from longwatch.enrichment.cortex.catalogue import catalogue
from longwatch.enrichment.cortex.contract import Analyzer, Description, Setting, config_of, missing

FIELDS = (
    "enabled", "network", "max_tlp", "max_pap", "seconds", "megabytes", "hours", "told", "wrapped", "changed_at",
)  # fmt: skip
LONGEST_SETTING = 4_000
BOUNDS = {"max_tlp": (0, 3), "max_pap": (0, 3), "seconds": (1, 600), "megabytes": (64, 16_384), "hours": (0, 8_760)}
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an analyzer may do; None leaves it as it is."""

    enabled: bool | None = None
    network: bool | None = None
    max_tlp: int | None = None
    max_pap: int | None = None
    seconds: int | None = None
    megabytes: int | None = None
    hours: int | None = None


@transaction.atomic
def set_up(
    name: str, allowed: Allowed, settings: Mapping[str, str | None], *, expected_version: int | None = None, by: Actor
) -> AnalyzerSetup:
    """Say what an analyzer may do and tell it settings: an empty text leaves one as it is, None takes it away.

    Refuses (404) an analyzer that is not in the folder and (422) one that lacks what it needs; its field is named.
    """
    require(by, Permission.ACCOUNT_ADMINISTER)
    description = catalogue().found.get(name)
    if description is None:
        raise NotFound
    row = AnalyzerSetup.objects.select_for_update().filter(org_id=by.org_id, name=name).first()
    is_new = row is None
    row = row or AnalyzerSetup(org_id=by.org_id, name=name)
    refuse_stale(row.version, expected_version)
    told = _told(row, description, settings)
    _change(row, allowed)
    _refuse_incomplete(row, description, told)
    row.told, row.changed_at = sorted(told), clock.now()
    row.wrapped = hide(json.dumps(told), purpose(row.id)) if told else ""
    event = AnalyzerSet(
        subject_id=row.id, analyzer=row.name, enabled=row.enabled, network=row.network, max_tlp=row.max_tlp,
        max_pap=row.max_pap, told=row.told,
    )  # fmt: skip
    if not is_new:
        return ledger.record(event, by=by, row=row, fields=FIELDS)
    try:
        with transaction.atomic():
            return ledger.record_created(event, by=by, row=row)
    except IntegrityError as error:
        raise Conflict("Somebody set this analyzer up just now. Look at it again.", code="set_up_already") from error


def told_of(row: AnalyzerSetup) -> dict[str, Any]:
    """What an analyzer is told; nothing when the secret key is another one than then."""
    if not row.wrapped:
        return {}
    said = reveal(row.wrapped, purpose(row.id))
    return dict(json.loads(said)) if said is not None else {}


def made_ready(row: AnalyzerSetup, description: Description) -> Analyzer:
    """An analyzer as it is run."""
    return Analyzer(
        description.name, description.version, description.command, description.data_types,
        config_of(description, told_of(row)), row.max_tlp, row.max_pap, row.network, row.seconds, row.megabytes,
    )  # fmt: skip


def _change(row: AnalyzerSetup, allowed: Allowed) -> None:
    wrong = {}
    for name in Allowed.__dataclass_fields__:
        value = getattr(allowed, name)
        if value is None:
            continue
        low, high = BOUNDS.get(name, (0, 1))
        if not low <= int(value) <= high:
            wrong[name] = _("Use %(low)s to %(high)s.") % {"low": low, "high": high}
        setattr(row, name, value)
    if wrong:
        raise Invalid("The analyzer cannot be set up like this.", fields=wrong)


def _told(row: AnalyzerSetup, description: Description, settings: Mapping[str, str | None]) -> dict[str, Any]:
    told, wrong = told_of(row), {}
    known = {each.name: each for each in description.settings}
    for name, text in settings.items():
        if name not in known:
            wrong[name] = _("The analyzer has no such setting.")
        elif text is None:
            told.pop(name, None)
        elif text.strip():
            try:
                told[name] = _value(known[name], text)
            except ValueError as error:
                wrong[name] = str(error)
    if wrong:
        raise Invalid("The analyzer cannot be set up like this.", fields=wrong)
    return {name: value for name, value in told.items() if name in known}


def _value(setting: Setting, text: str) -> Any:
    if len(text) > LONGEST_SETTING or "\0" in text:
        raise ValueError(_("Use up to %(most)s characters.") % {"most": LONGEST_SETTING})
    if setting.multi:
        return [_one(setting, line.strip()) for line in text.splitlines() if line.strip()]
    return _one(setting, text.strip())


def _one(setting: Setting, text: str) -> Any:
    if setting.sort == "boolean":
        if text.casefold() not in _TRUE | _FALSE:
            raise ValueError(_("Use true or false."))
        return text.casefold() in _TRUE
    if setting.sort != "number":
        return text
    try:
        return int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError:
        raise ValueError(_("Use a number.")) from None


def _refuse_incomplete(row: AnalyzerSetup, description: Description, told: Mapping[str, Any]) -> None:
    lacking = missing(description, told) if row.enabled else []
    if lacking:
        sentence = _("The analyzer needs this before it can be enabled.")
        raise Invalid("The analyzer cannot be enabled yet.", fields=dict.fromkeys(lacking, sentence))
