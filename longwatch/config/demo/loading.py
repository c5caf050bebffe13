# SPDX-License-Identifier: Apache-2.0
"""Puts the story together: the organisation, its people and sources, then the acts in order of time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from longwatch.access.actors import actor_of
from longwatch.access.context import acting_as
from longwatch.access.roles import Permission
from longwatch.access.services.accounts import create_account
from longwatch.access.services.setup import SetUp, set_up_organisation
from longwatch.access.services.tokens import create_token
from longwatch.config.demo import plant, ransomware, school, threat, trip, trust
from longwatch.config.demo.people import ADMINISTRATOR, PASSWORD, PEOPLE, PROGRAMS, Person
from longwatch.config.demo.stage import Stage
from longwatch.core import clock
from longwatch.core.actor import Actor, public_reporter
from longwatch.intake.models import REPORT_SLUG, SignalKind, Source
from longwatch.intake.services.sources import create_source
from longwatch.ledger.sealing import LOCK, UNLOCK
from longwatch.records.severity import Severity

MONTHS_BACK = 4
SOURCES = (("siem", "SIEM"), ("edr", "Endpoint protection"), ("mail", "Mail gateway"), ("doors", "Access control"))


def load(opening: datetime | None = None) -> list[str]:
    """Load the story into an empty database, as it stands now or stood at a moment before.

    Returns the lines that tell how to sign in.
    """
    _make_room()
    with _unsealed():
        return _told(opening or clock.now())


@contextmanager
def _unsealed() -> Iterator[None]:
    """No checkpoint meanwhile: what the story dates back would lie before it, as if a clock had been set back."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        try:
            yield
        finally:
            cursor.execute(UNLOCK)


def _told(opening: datetime) -> list[str]:
    made = _set_up()
    actors = _people(made)
    stage = Stage(actors, _sources(made), opening)
    stage.actors["form"] = public_reporter(made.organisation.id)
    car_park = threat.earlier_concerns(stage)
    plant.cable_theft(stage)
    plant.trespass(stage)
    plant.loose_ends(stage)
    school.concern(stage)
    plant.photograph(stage)
    journey = trip.approaches(stage)
    matter = threat.threat(stage)
    trust.who_may_know(stage, matter.incident_id, matter.case_id)
    trust.paper_in_hand(stage, stage.incident_record("mara", matter.incident_id), matter.transcript)
    receipt = trust.anonymous_report(stage)
    trust.sealed_identity(stage, car_park)
    ransomware.waiting(stage)
    ransomware.cluster(stage)
    trust.across_the_walls(stage, journey)
    return _lines(_token(made, actors["siem"]), receipt)


def _make_room() -> None:
    """Months before this one, for what happened earlier in the story."""
    with connection.cursor() as cursor:
        for table in ("ledger_entry", "intake_occurrence"):
            cursor.execute("select ensure_month_partitions(%s, %s, 3)", [table, MONTHS_BACK])


def _set_up() -> SetUp:
    return set_up_organisation(
        name="Halden Works", slug="halden", email=ADMINISTRATOR.email, person=ADMINISTRATOR.name, password=PASSWORD
    )


def _people(made: SetUp) -> dict[str, Actor]:
    actors = {}
    with acting_as(made.actor):
        for person in (*PEOPLE, *PROGRAMS):
            actors[person.key] = _account(person, made.actor)
    return actors


def _account(person: Person, by: Actor) -> Actor:
    password = None if person in PROGRAMS else PASSWORD
    account = create_account(
        email=person.email, name=person.name, title=person.title, roles=[person.role], password=password, by=by
    )
    return actor_of(account)


def _sources(made: SetUp) -> dict[str, Source]:
    with acting_as(made.actor):
        sources = {slug: create_source(name=name, slug=slug, by=made.actor) for slug, name in SOURCES}
        sources["form"] = create_source(
            name="Report form",
            slug=REPORT_SLUG,
            kind=SignalKind.REPORT,
            default_severity=Severity.MEDIUM,
            by=made.actor,
        )
    return sources


def _token(made: SetUp, siem: Actor) -> str:
    with acting_as(made.actor):
        _row, text = create_token(
            account_id=siem.id, label="Demo: send alerts", permissions=[Permission.SIGNAL_SUBMIT], by=made.actor
        )
    return text


def _lines(token: str, receipt: str) -> list[str]:
    width = max(len(person.email) for person in PEOPLE)
    people = [
        f"  {p.email:<{width}}  {p.name}, {p.title} ({p.role.replace('_', ' ')})" for p in (*PEOPLE, ADMINISTRATOR)
    ]
    return [
        f"The demo story is loaded. Everybody's password is {PASSWORD}",
        *people,
        "An API token that may send alerts:",
        f"  {token}",
        "The receipt of the anonymous reporter, for /report/follow-up:",
        f"  {receipt}",
    ]
