# SPDX-License-Identifier: Apache-2.0
"""Whatever insiders do in secret changes nothing that anybody outside is told: status, body, counts, ids, work done.

Property: for any restricted record with any members and any contents, every page, feed, search, list, count and file
answers an outsider, byte for byte and statement for statement, as if the record had never been made.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from longwatch.core import clock
from tests.access.matrix_words import Line, get
from tests.access.matrix_world import World, make_world
from tests.secrecy.plots import MARK, SHARED, Plot, carry_out, plots
from tests.secrecy.probing import Answer, Question, asked_lines, undone

# A PDF carries the moment it was made; the same data are on the print page.
READ = [line for line in asked_lines() if line.method == "GET" and not line.path.endswith(".pdf")]
ABOUT_THE_SECRET = [
    get(f"/search?q={MARK}"), get(f"/search/suggestions?q={MARK[:6]}"), get(f"/api/v1/search?q={MARK}"),
    get(f"/search?q={SHARED}"), get(f"/api/v1/search?q={SHARED}"), get(f"/entities?q={MARK}"),
    get(f"/api/v1/entities?q={MARK}"), get(f"/cases?text={MARK}"), get(f"/api/v1/cases?text={MARK}"),
    get(f"/incidents?text={MARK}"), get(f"/api/v1/incidents?text={MARK}"), get(f"/inbox?words={MARK}"),
    get(f"/api/v1/signals?words={MARK}"), get("/board"), get("/incidents"), get("/cases"),
    get("/inbox"), get("/life-cycle/holds"), get("/life-cycle/requests"), get("/life-cycle/due"),
    get("/api/v1/holds"), get("/api/v1/disposals"), get("/api/v1/subject-requests"), get("/notices"),
    get("/entities"), get("/api/v1/incidents"), get("/api/v1/cases"), get("/api/v1/accounts"), get("/"),
]  # fmt: skip
# Who sees that something happened to any record, without content, by office.
BY_OFFICE = {
    "auditor": ("ledger", "integrity"),
    "privacy": ("ledger", "integrity", "who-knew", "break-glass", "retention"),
}
OBSERVERS = 3
QUESTIONS = 16
EXAMPLES = 12
SHARES = 4


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world; each plot in it is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def answers(world: World, questions: list[tuple[str, Line]]) -> list[Answer]:
    """What each persona is answered to its question."""
    return [Question(line, world.names).asked_by(world, persona) for persona, line in questions]


def differences(world: World, plot: Plot, questions: list[tuple[str, Line]]) -> dict[str, str]:
    """What became different for whom by a plot that they may not know of."""
    with clock.unsafe_pretend(clock.now()), undone():
        before = answers(world, questions)
        record = carry_out(plot, world)
        after = answers(world, questions)
    found = {}
    for (persona, line), first, second in zip(questions, before, after, strict=True):
        told = first.difference(second)
        if str(record.id).encode() in second.body or record.reference.encode() in second.body:
            told = f"names the record: {told}"
        if told:
            found[f"{persona}: {line}"] = told
    return found


def may_know(persona: str, line: Line) -> bool:
    """Whether a persona sees of every record that something happened, by office."""
    return any(word in line.path for word in BY_OFFICE.get(persona, ()))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("share", range(SHARES))
def test_what_insiders_do_changes_no_answer_to_outsiders(world: World, share: int) -> None:
    own = READ[share::SHARES]

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    @given(plots(), st.data())
    def property_(plot: Plot, data: Any) -> None:
        outside = sorted({"anonymous", *world.tokens} - plot.inside)
        observers = data.draw(st.lists(st.sampled_from(outside), min_size=OBSERVERS, max_size=OBSERVERS, unique=True))
        lines = data.draw(st.lists(st.sampled_from(own), min_size=QUESTIONS, max_size=QUESTIONS, unique_by=str))
        asked = [(who, line) for who in observers for line in [*lines, *ABOUT_THE_SECRET] if not may_know(who, line)]
        assume(asked)
        assert differences(world, plot, asked) == {}

    property_()


ABOUT_AN_ENTITY = [
    get("/entities/{known_entity}"), get("/api/v1/entities/{known_entity}"), get("/entities"),
    get("/entities/{known_entity}/suggestions"), get("/api/v1/entities/{known_entity}/identities"),
    get("/api/v1/entities/{known_entity}/markings"), get("/api/v1/entities/{known_entity}/sightings"),
    get("/entities/graph?start=entity:{known_entity}"), get("/api/v1/graph?node=entity:{known_entity}"),
    get("/entities/{known_entity}/merging"), get(f"/entities?q={MARK}"), get(f"/search?q={MARK}"),
]  # fmt: skip


class TestEntities:
    """What insiders say of an entity that everybody at work sees."""

    PLOT = Plot("case", "lead", frozenset(), ("merge", "marking", "person"))

    def test_is_told_to_nobody_outside(self, world: World) -> None:
        asked = [(who, line) for who in ("analyst", "supervisor", "responder", "hr") for line in ABOUT_AN_ENTITY]
        assert differences(world, self.PLOT, asked) == {}

    def test_is_told_to_those_inside(self, world: World) -> None:
        asked = [
            ("lead", line) for line in (ABOUT_AN_ENTITY[0], ABOUT_AN_ENTITY[4], ABOUT_AN_ENTITY[5], ABOUT_AN_ENTITY[8])
        ]
        assert len(differences(world, self.PLOT, asked)) == 4


class TestThisCheck:
    def test_asks_ten_thousand_times(self) -> None:
        assert 2 * SHARES * EXAMPLES * OBSERVERS * (QUESTIONS + len(ABOUT_THE_SECRET)) > 10_000

    def test_sees_what_an_officer_is_told(self, world: World) -> None:
        plot = Plot(
            "case", "lead", frozenset({"counsel"}), ("hold", "request of a data subject", "erasure of one person")
        )
        asked = [
            ("counsel", get("/life-cycle/holds")), ("counsel", get("/api/v1/holds")), ("lead", get("/notices")),
            ("privacy", get("/life-cycle/requests")), ("privacy", get("/api/v1/subject-requests")),
        ]  # fmt: skip
        assert set(differences(world, plot, asked)) == {f"{persona}: {line}" for persona, line in asked}
        assert {"privacy", "counsel"} <= plot.inside

    def test_sees_what_is_due_to_an_officer(self, world: World) -> None:
        plot = Plot("case", "lead", frozenset(), ("erasure of one person",))
        asked = [("privacy", get("/life-cycle/due")), ("privacy", get("/api/v1/disposals"))]
        assert set(differences(world, plot, asked)) == {f"privacy: {line}" for _persona, line in asked}

    @pytest.mark.parametrize("kind", ["case", "incident"])
    def test_sees_what_a_member_is_told(self, world: World, kind: str) -> None:
        plot = Plot(kind, "supervisor", frozenset({"analyst"}), ("note", "task", "person", "shared address"))
        asked = [
            ("analyst", get("/search?q=" + MARK)),
            ("analyst", get(f"/{kind}s")),
            ("analyst", get(f"/api/v1/{kind}s")),
        ]
        assert set(differences(world, plot, asked)) == {f"analyst: {line}" for _persona, line in asked}
