# SPDX-License-Identifier: Apache-2.0
"""What results say to people, in one sentence each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from longwatch.enrichment.models import Criticality, Result, ResultKind
from longwatch.intake.models import SignalStatus
from longwatch.intake.sentences import reason_words
from longwatch.records.severity import Severity

Facts = Mapping[str, Any]
# Worst first, as they are shown.
ORDER = (
    ResultKind.WATCHED, ResultKind.INDICATOR, ResultKind.KEV, ResultKind.ASSET, ResultKind.IDENTITY,
    ResultKind.SIGHTING, ResultKind.TECHNIQUE, ResultKind.ACTOR, ResultKind.PLACE, ResultKind.COUNTRY,
    ResultKind.WARNINGLIST, ResultKind.EXTRACTED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One result as a page shows it."""

    result: Result
    words: str
    proposal: str


@dataclass(frozen=True, slots=True)
class Group:
    """What is known of one kind."""

    kind: str
    label: str
    results: Sequence[Told]


def grouped(results: Sequence[Result]) -> list[Group]:
    """The results by kind, worst kinds first."""
    groups = []
    for kind in ORDER:
        told = [Told(each, words_of(each), proposal(each)) for each in results if each.kind == kind]
        if told:
            groups.append(Group(kind, str(kind.label), told))
    return groups


def words_of(result: Result) -> str:
    """What a result says."""
    teller = _TELLERS.get(result.kind)
    return teller(result.facts) if teller else ""


def proposal(result: Result) -> str:
    """What a result proposes; empty when it proposes nothing."""
    if result.proposed_severity is None:
        return ""
    return _("Speaks for %(severity)s") % {"severity": str(Severity(result.proposed_severity).label).lower()}


def sighting_words(facts: Facts) -> str:
    """How often it was seen, and what became of it: "named by 14 earlier signals, 13 dismissed as benign"."""
    count = int(facts.get("signals") or 0)
    first = (
        ngettext("named by %(n)s earlier signal", "named by %(n)s earlier signals", count)
        if not facts.get("more")
        else _("named by %(n)s earlier signals or more")
    )
    parts = [first % {"n": count}]
    outcomes = facts.get("outcomes") or {}
    for outcome, number in sorted(outcomes.items(), key=lambda pair: (-pair[1], pair[0])):
        words = _outcome(outcome)
        if words:
            parts.append(words % {"n": number})
    return ", ".join(parts)


def _outcome(outcome: str) -> str:
    if outcome.startswith("dismissed:"):
        return "%(n)s " + _("dismissed as %(reason)s") % {"reason": reason_words(outcome.partition(":")[2]).lower()}
    if outcome == SignalStatus.IN_INCIDENT:
        return _("%(n)s in an incident")
    return _("%(n)s in a case") if outcome == SignalStatus.IN_CASE else ""


def _indicator(facts: Facts) -> str:
    parts = [facts.get("event"), facts.get("comment"), facts.get("category"), facts.get("tlp")]
    if facts.get("marked") == "no":
        parts.append(_("not marked for detection by its publisher"))
    return " · ".join(str(part) for part in parts if part) or _("on this list")


def _kev(facts: Facts) -> str:
    words = _("%(name)s. Known to be exploited since %(added)s.") % {
        "name": facts.get("name") or facts.get("product", ""), "added": facts.get("added", ""),
    }  # fmt: skip
    return words + (" " + _("Used by ransomware.") if facts.get("ransomware") else "")


def _technique(facts: Facts) -> str:
    tactics = ", ".join(str(each).replace("-", " ") for each in facts.get("tactics") or ())
    words = f"{facts.get('name', '')} ({tactics})" if tactics else str(facts.get("name", ""))
    if facts.get("revoked"):
        instead = facts.get("instead")
        words += "; " + (_("revoked, now %(id)s") % {"id": instead} if instead else _("revoked"))
    return words


def _asset(facts: Facts) -> str:
    criticality = str(facts.get("criticality") or "")
    label = str(Criticality(criticality).label).lower() if criticality in Criticality.values else ""
    return _facts(facts, criticality=label)


def _facts(facts: Facts, criticality: str = "") -> str:
    parts = [str(facts.get("name", ""))]
    if criticality:
        parts.append(_("criticality %(word)s") % {"word": criticality})
    if facts.get("owner"):
        parts.append(_("owner %(name)s") % {"name": facts["owner"]})
    if facts.get("manager"):
        parts.append(_("manager %(name)s") % {"name": facts["manager"]})
    if facts.get("site"):
        parts.append(str(facts["site"]))
    return " · ".join(parts)


def _watched(facts: Facts) -> str:
    return _("%(reason)s (for %(owner)s)") % {"reason": facts.get("reason", ""), "owner": facts.get("owner", "")}


def _place(facts: Facts) -> str:
    """Where it may be, and what makes that doubtful."""
    at = f"{facts.get('latitude')}, {facts.get('longitude')}"
    if facts.get("site"):
        named = " ".join(filter(None, [str(facts.get("name") or ""), _code(facts)]))
        words = _("your site %(name)s, at %(coordinates)s") % {"name": named, "coordinates": at}
    else:
        parts = (facts.get("name"), facts.get("region"), country_name(str(facts.get("country") or "")))
        named = ", ".join(str(part) for part in parts if part)
        words = _("perhaps %(name)s, near %(coordinates)s") % {"name": named, "coordinates": at}
    count = int(facts.get("places") or 1)
    if count > 1:
        template = _("%(count)s places have this name, the most populous is shown")
        if not facts.get("populous"):
            template = _("%(count)s places have this name, one of them is shown")
        words += ". " + template % {"count": count}
    for part in facts.get("ignored") or ():
        words += ". " + _("“%(words)s” was not taken into account") % {"words": part}
    return words


def _code(facts: Facts) -> str:
    return f"({facts['region']})" if facts.get("region") else ""


def _country(facts: Facts) -> str:
    name = country_name(str(facts.get("country") or ""))
    return _("assigned in %(country)s; whoever uses it may be elsewhere") % {"country": name}


def country_name(code: str) -> str:
    """A country's name in the reader's language; the code where it has none."""
    try:
        locale = Locale.parse(get_language() or "en", sep="-")
    except (ValueError, UnknownLocaleError):
        locale = Locale("en")
    return str(locale.territories.get(code) or code)


_TELLERS: dict[str, Callable[[Facts], str]] = {
    ResultKind.WATCHED: _watched,
    ResultKind.INDICATOR: _indicator,
    ResultKind.KEV: _kev,
    ResultKind.ASSET: _asset,
    ResultKind.IDENTITY: _asset,
    ResultKind.TECHNIQUE: _technique,
    ResultKind.ACTOR: lambda facts: str(facts.get("name", "")),
    ResultKind.WARNINGLIST: lambda facts: _("on a list of what is common or harmless"),
    ResultKind.SIGHTING: sighting_words,
    ResultKind.PLACE: _place,
    ResultKind.COUNTRY: _country,
    ResultKind.EXTRACTED: lambda facts: _("named in the text"),
}
