# SPDX-License-Identifier: Apache-2.0
"""Pages of grouping rules: what each says, what it would have made of what is stored, and its history."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from longwatch.access.permission import actor_in, require, require_reading
from longwatch.access.roles import Permission
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict, Invalid
from longwatch.grouping import selectors
from longwatch.grouping.models import GroupingRule, RuleMode, TrialState
from longwatch.grouping.rule_forms import RuleForm, TrialForm, initial_of
from longwatch.grouping.sentences import SENTENCES, key_words, setting_words, value_words
from longwatch.grouping.services.ruling import change_rule, create_rule, settings_of, switch_rule
from longwatch.grouping.services.trying import SIZES, ask_trial
from longwatch.grouping.views import tabs
from longwatch.records.selectors import timeline
from longwatch.records.sentences import sentence_of
from longwatch.web.forms import blame
from longwatch.web.toasts import say, warn

USUAL_DAYS = 14
SHOWN = ("conditions", "group_by", "window_minutes", "lifetime_minutes", "threshold", "mode", "category", "position")


@require_GET
def rules_page(request: HttpRequest) -> HttpResponse:
    """All rules in the order in which they are asked."""
    actor = _reader(request)
    rules = selectors.rules(actor)
    waiting = selectors.groups_of_rules(rules)
    rows = [(rule, value_words("conditions", rule.conditions), waiting.get(rule.id, 0)) for rule in rules]
    return render(
        request, "grouping/rules.html", {"rows": rows, "may_manage": _may_manage(actor), "tabs": tabs("rules")}
    )


@require_http_methods(["GET", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """The form of a new rule; once made, it is tried on what is stored at once."""
    actor = _reader(request)
    require(actor, Permission.SOURCE_MANAGE)
    form = RuleForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            rule = create_rule(**form.cleaned_data, by=actor)
        except Conflict as refusal:
            form.add_error("name", refusal.sentence)
            status = refusal.status
        except Invalid as refusal:
            status = blame(form, refusal)
        else:
            return _tried(request, rule, actor, _("The rule is made and off. It is being tried on what is stored."))
    return render(request, "grouping/rule_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def edit_rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Change what a rule says; what it would make now is tried at once."""
    actor = _reader(request)
    rule = selectors.rule(actor, rule_id)
    require(actor, Permission.SOURCE_MANAGE)
    form = RuleForm(request.POST if request.method == "POST" else None, initial=initial_of(rule))
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            before, rule = settings_of(rule), change_rule(rule.id, form.cleaned_data, by=actor)
        except Conflict as refusal:
            form.add_error("name" if refusal.code == "name_taken" else None, refusal.sentence)
            status = refusal.status
        except Invalid as refusal:
            status = blame(form, refusal)
        else:
            if before == settings_of(rule):
                say(request, _("Saved."))
                return _to(rule.id)
            return _tried(request, rule, actor, _("Saved. It is being tried on what is stored."))
    return render(request, "grouping/rule_form.html", {"form": form, "rule": rule}, status=status)


@require_GET
def rule_page(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """A rule: what it says in words, what it would have made, what it does now, and what was changed."""
    actor = _reader(request)
    rule = selectors.rule(actor, rule_id)
    told = timeline(rule.id, by=actor, limit=30).rows
    context = {
        "rule": rule,
        "said": [(setting_words(name), value_words(name, getattr(rule, name))) for name in SHOWN],
        "waiting": selectors.groups_of_rules([rule]).get(rule.id, 0),
        "hindrance": selectors.hindrance(rule.id) if rule.mode == RuleMode.AUTO else None,
        "history": [(line, sentence_of(line.action, line.fields, SENTENCES)) for line in told],
        "trial_form": TrialForm(),
        "may_manage": _may_manage(actor),
        **_trial(rule),
    }
    return render(request, "grouping/rule.html", context)


@require_GET
def trial_part(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """What the newest back-test says, for a page that waits for it."""
    return render(request, "grouping/trial.html", _trial(selectors.rule(_reader(request), rule_id)))


@require_POST
def trials(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Have the rule tried; one stays at it."""
    actor = _reader(request)
    form = TrialForm(request.POST)
    days = form.cleaned_data["days"] if form.is_valid() else 0
    ask_trial(rule_id, days, by=actor)
    say(request, _("It is being tried on what is stored."))
    return _to(rule_id)


@require_POST
def switching(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Let it take signals, or no more; one stays at it."""
    try:
        rule = switch_rule(rule_id, on=request.POST.get("on") == "1", by=_reader(request))
    except Conflict as refusal:
        warn(request, refusal.sentence)
        return _to(rule_id)
    on, off = _("“%(name)s” takes signals from now on."), _("“%(name)s” is off. Its groups stay as they are.")
    say(request, (on if rule.enabled else off) % {"name": rule.name})
    return _to(rule_id)


def _trial(rule: GroupingRule) -> dict[str, Any]:
    """The newest back-test of a rule, and whether it is about what the rule says now."""
    newest = next(iter(selectors.trials(rule.id, 1)), None)
    result = newest.result if newest is not None else {}
    return {
        "sizes": [{**each, "to": _end_of(each["from"])} for each in result.get("sizes", ())],
        "examples": [(each, key_words(each["key"])) for each in result.get("examples", ())],
        "rule": rule,
        "trial": newest,
        "is_waiting": newest is not None and newest.state == TrialState.WAITING,
        "is_current": newest is not None and newest.tried == settings_of(rule),
        "opens": rule.mode == RuleMode.AUTO,
    }


def _end_of(step: int) -> int:
    """The largest size that counts to the step which begins with this one; 0 for the last, which has no end."""
    return next((each - 1 for each in SIZES if each > step), 0)


def _tried(request: HttpRequest, rule: GroupingRule, actor: Actor, words: str) -> HttpResponse:
    ask_trial(rule.id, USUAL_DAYS, by=actor)
    say(request, words)
    return _to(rule.id)


def _to(rule_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("grouping:rule", args=[rule_id]))


def _reader(request: HttpRequest) -> Actor:
    return require_reading(actor_in(request), Permission.SIGNAL_READ)


def _may_manage(actor: Actor) -> bool:
    return actor.may(Permission.SOURCE_MANAGE)
