# SPDX-License-Identifier: Apache-2.0
"""Whoever may not see something is told exactly what is told of something that does not exist."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.leaving import HandOver
from longwatch.access.models import Account, ApiToken, Compartment, Organisation
from longwatch.access.oversight import BreakGlass, Notice
from longwatch.cases.models import Case, Decision, Finding, Publication, WitnessKey
from longwatch.enrichment.analysis_models import Analysis
from longwatch.enrichment.feed_models import Feed
from longwatch.enrichment.models import Dataset, InventoryItem, WatchEntry, WatchList
from longwatch.entities.models import Identity, Marking, Mention
from longwatch.evidence.models import Exhibit, ResumableUpload
from longwatch.exchange.hook_models import DeadLetter, Subscription
from longwatch.exchange.models import Export
from longwatch.exchange.sync_models import SyncLetter
from longwatch.grouping.models import Group, GroupingRule, Lesson, Trial
from longwatch.incidents.models import Incident, Responder
from longwatch.intake.canary_models import Canary
from longwatch.intake.delivery_models import Delivery
from longwatch.intake.door_models import Door
from longwatch.intake.mail_models import Mailbox
from longwatch.intake.mapping_models import MappingVersion
from longwatch.intake.models import Disclosure, Occurrence, Signal, Source, Thread
from longwatch.intake.poll_models import Poll
from longwatch.intake.quiet_models import Suppression
from longwatch.intake.services.enclosing import exclude_from
from longwatch.lifecycle.models import Disposal, Hold, SubjectFinding, SubjectRequest
from longwatch.records.models import Link, Task, TimelineEntry
from tests.access.matrix_words import Line
from tests.access.matrix_world import World, make_world
from tests.secrecy.probing import Question, asked_lines, named_in, twins_of, undone

HIDDEN = 404
# What a name of the matrix may be: whatever row security lets somebody see of these is no secret from them.
THINGS: tuple[tuple[Any, str], ...] = (
    (Incident, "id"), (Incident, "reference"), (Case, "id"), (Case, "reference"), (Signal, "id"), (Occurrence, "id"),
    (TimelineEntry, "id"), (Task, "id"), (Mention, "id"), (Mention, "entity_id"), (Exhibit, "id"), (Finding, "id"),
    (Decision, "id"), (Link, "id"), (Responder, "id"), (Account, "id"), (Source, "id"), (ApiToken, "id"),
    (Organisation, "slug"), (Compartment, "id"), (Publication, "id"), (Export, "id"),
    (Hold, "id"), (Disposal, "id"), (SubjectRequest, "id"), (SubjectFinding, "id"), (Notice, "id"), (BreakGlass, "id"),
    (HandOver, "id"), (Thread, "id"), (Disclosure, "id"), (ResumableUpload, "id"), (WitnessKey, "id"),
    (Group, "id"), (GroupingRule, "id"), (Lesson, "id"), (Lesson, "entity_id"), (Trial, "id"),
    (Suppression, "id"), (Canary, "id"), (Delivery, "id"), (Door, "id"), (Poll, "id"), (Feed, "id"), (Mailbox, "id"),
    (MappingVersion, "mapping_id"), (InventoryItem, "id"), (WatchList, "id"), (WatchEntry, "id"), (Dataset, "id"),
    (Analysis, "id"), (Identity, "id"), (Marking, "id"), (Subscription, "id"), (DeadLetter, "id"), (SyncLetter, "id"),
)  # fmt: skip
ANALYZING = ("analyst", "dispatcher", "hr", "intelligence", "investigator", "lead", "responder", "supervisor")
INSIDE = frozenset({"analyst", "responder", "lead", "hr"})
NAMING = [line for line in asked_lines() if named_in(line)]


@dataclass(frozen=True)
class Secrets:
    """One world for all questions, and which of its names are secret from whom."""

    world: World
    hidden: dict[str, set[str]]


@pytest.fixture(scope="module")
def secrets(django_db_setup: None, django_db_blocker: Any) -> Iterator[Secrets]:
    """Each request is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        yield Secrets(world, {persona: hidden_from(world, persona) for persona in ("anonymous", *world.tokens)})
        transaction.set_rollback(True)


def hidden_from(world: World, persona: str) -> set[str]:
    """The names of things that row security does not show a persona."""
    account = Account.objects.filter(id=world.names[persona]).first() if persona in world.names else None
    with acting_as(actor_of(account) if account else None):
        seen = {str(value) for model, column in THINGS for value in model.objects.values_list(column, flat=True)}
        # What a signal names is no secret from who sees the signal.
        seen |= {str(each) for ids in Signal.objects.values_list("entity_ids", flat=True) for each in ids}
    return {name for name, value in world.names.items() if value not in seen}


# Who may know by office that a record exists, without its content, unless its reporter named them: what, and where. A
# case tells its members which incidents it handles, seen by them or not, because they may publish to those.
# Whoever is inside a record learns that a data subject asked, and not where the person is named. A custodian knows of a
# report that somebody named sent it, and not what it says. Sessions are in no
# compartment: they show to their own people and to administrators.
BY_OFFICE = {
    ("privacy", "/life-cycle/"): {"case_id", "incident_id", "going_case", "held_case", "gone_case", "signals_place"},
    ("analyst", "-findings/"): {"case_finding"}, ("analyst", "/findings/"): {"case_finding"},
    ("investigator", "-findings/"): {"case_finding"}, ("investigator", "/findings/"): {"case_finding"},
    ("administrator", "/sessions/"): {"reporter_session"}, ("analyst", "/security/sessions/"): {"analyst_session"},
    ("hr", "/publications"): {"incident_id"}, ("custodian", "/identity"): {"reported"},
    # The form offers the analyzers that an administrator set up to whoever may ask one.
    **{(asker, "/analyses/of/"): {"analyzer"} for asker in ANALYZING},
}  # fmt: skip


def known_by_office(persona: str, path: str) -> set[str]:
    """Whose existence a persona is told of there on purpose; everything else that the address names stays secret."""
    return {name for (who, part), names in BY_OFFICE.items() if who == persona and part in path for name in names}


def leaks(secrets: Secrets, line: Line) -> dict[str, str]:
    """Who can tell what is hidden from what is not there, and by what."""
    found = {}
    for persona, hidden in secrets.hidden.items():
        named = (named_in(line) & hidden) - known_by_office(persona, line.path)
        if not named:
            continue
        # Twice, because what is kept once a minute (when somebody was last seen) may fall between two questions.
        told = tells(secrets.world, line, persona, named) and tells(secrets.world, line, persona, named)
        if told:
            found[persona] = told
    return found


def tells(world: World, line: Line, persona: str, named: set[str]) -> str:
    """What an answer about something tells a persona beyond the answer about its twin; empty when nothing."""
    twins = twins_of(world.names, named)
    real, other = (Question(line, names).asked_by(world, persona) for names in (world.names, twins))
    return real.without({n: world.names[n] for n in named}).difference(other.without({n: twins[n] for n in named}))


@pytest.mark.parametrize("line", NAMING, ids=[str(line) for line in NAMING])
def test_what_is_hidden_is_answered_like_what_does_not_exist(secrets: Secrets, line: Line) -> None:
    assert leaks(secrets, line) == {}


def test_by_office_nobody_learns_of_what_a_reporter_keeps_from_them(secrets: Secrets) -> None:
    world, told = secrets.world, {}
    with undone():
        lead = actor_of(Account.objects.get(id=world.names["lead"]))
        with acting_as(lead):
            account = Account.objects.get(id=world.names["privacy"])
            exclude_from(Case.objects.get(id=world.names["case_id"]).compartment_id, account, reason="Named", by=lead)
        for line in NAMING:
            if known_by_office("privacy", line.path) and "case_id" in named_in(line):
                told[str(line)] = tells(world, line, "privacy", named_in(line) & secrets.hidden["privacy"])
    assert told
    assert {line: what for line, what in told.items() if what} == {}


class TestThisCheck:
    def test_sees_that_a_visible_thing_is_no_twin(self, secrets: Secrets) -> None:
        line = Line("GET", "/incidents/{incident}")
        assert tells(secrets.world, line, "analyst", {"incident"}).startswith("status: 200 or 404")

    def test_knows_of_secrets_from_everybody(self, secrets: Secrets) -> None:
        assert all(
            {"restricted", "case_file"} <= hidden for name, hidden in secrets.hidden.items() if name not in INSIDE
        )
        assert not any({"case_file"} <= secrets.hidden[name] for name in ("lead", "hr"))
