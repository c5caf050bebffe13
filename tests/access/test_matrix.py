# SPDX-License-Identifier: Apache-2.0
"""Every address and method, asked by every persona, answers as tests/access/matrix.py says."""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from tests.access.matrix import ANY_METHOD, ELSEWHERE, NOBODY_THROUGH, lines
from tests.access.matrix_words import EVERYBODY, HIDDEN, NOBODY, PROGRAMS, Group, Line, get, post
from tests.access.matrix_world import World, make_world

ALL = list(lines())
METHODS = {False: ("GET", "POST"), True: ("GET", "POST", "PUT", "PATCH", "DELETE")}
NOT_FOR_THIS_METHOD = 405
DONE_AT_ONCE = frozenset({200, 201, 202, 204, 302})


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for all lines; each request is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def routes(resolver: Any, before: str = "") -> Iterator[str]:
    """Every address that Django knows."""
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield canonical(before + str(each.pattern))
        elif isinstance(each, URLResolver):
            yield from routes(each, before + str(each.pattern))


def route_of(path: str) -> str | None:
    """The address that answers a path; none when there is no such address."""
    try:
        return canonical(resolve(path.partition("?")[0]).route)
    except Resolver404:
        return None


def canonical(route: str) -> str:
    """A route as Django tells it in both of its ways: with and without the marks of regular expressions."""
    return route.replace("^", "").replace("$", "")


def forgotten_routes(known: Iterable[str], paths: Iterable[str]) -> set[str]:
    """Addresses that no line asks."""
    return set(known) - {route_of(path) for path in paths}


def lost_paths(paths: Iterable[str]) -> list[str]:
    """Paths that lead nowhere."""
    return [path for path in paths if route_of(path) is None]


def forgotten_methods(world: World, listed: Iterable[Line]) -> set[str]:
    """Methods that an address answers and no line asks; who asks does not matter for a 405."""
    asked: dict[str, set[str]] = {}
    sample: dict[str, Line] = {}
    for line in listed:
        route = str(route_of(world.filled(line.path)))
        asked.setdefault(route, set()).add(line.method)
        sample[route] = line
    return {
        f"{method} /{route}"
        for route, line in sample.items()
        for method in set(METHODS[line.by_api]) - asked[route]
        if route not in ANY_METHOD and world.status("anonymous", method, line.path, {}) != NOT_FOR_THIS_METHOD
    }


def let_nobody_through(world: World, table: Iterable[tuple[Group, Line]]) -> set[str]:
    """What the table says is refused whoever asks: such rows cannot tell a wall from an address that does nothing."""
    asked, through = set(), set()
    for group, line in table:
        name = f"{line.method} /{route_of(world.filled(line.path))}"
        asked.add(name)
        if group.allowed and (group.answers is None or group.answers & DONE_AT_ONCE):
            through.add(name)
    return asked - through


def differences(world: World, group: Group, line: Line) -> Mapping[str, str]:
    """Who is answered otherwise than the table says."""
    personas = EVERYBODY | {"anonymous"} | (PROGRAMS if line.by_api else set())
    got = {persona: world.status(persona, line.method, line.path, line.body) for persona in sorted(personas)}
    return {
        persona: f"{status}, not {sorted(group.expected(persona, line))}"
        for persona, status in got.items()
        if status not in group.expected(persona, line)
    }


class TestTable:
    def test_names_every_address(self, world: World) -> None:
        paths = [world.filled(line.path) for _group, line in ALL] + [name.partition(" ")[2] for name in ELSEWHERE]
        assert forgotten_routes(routes(get_resolver()), paths) == set()

    def test_names_every_method(self, world: World) -> None:
        assert forgotten_methods(world, [line for _group, line in ALL]) == set()

    def test_names_only_addresses_that_exist(self, world: World) -> None:
        assert lost_paths(world.filled(line.path) for _group, line in ALL) == []

    def test_lets_somebody_through_everywhere(self, world: World) -> None:
        shut = let_nobody_through(world, ALL)
        known = {each for each in shut if any(each.partition(" ")[2].startswith(part) for part in NOBODY_THROUGH)}
        assert shut - known == set()
        assert {part for part in NOBODY_THROUGH if not any(f" {part}" in each for each in known)} == set()

    def test_says_each_thing_once(self) -> None:
        asked = [str(line) for _group, line in ALL]
        assert sorted({each for each in asked if asked.count(each) > 1}) == []


@pytest.mark.parametrize(("group", "line"), ALL, ids=[str(line) for _group, line in ALL])
def test_everybody_gets_the_answer_of_the_table(world: World, group: Group, line: Line) -> None:
    assert differences(world, group, line) == {}


class TestTheseChecks:
    """Each check turns red on a planted mistake."""

    def test_see_a_forgotten_address(self) -> None:
        assert forgotten_routes(["board", "inbox"], ["/board"]) == {"inbox"}

    def test_see_a_forgotten_method(self, world: World) -> None:
        assert forgotten_methods(world, [get("/preferences")]) == {"POST /preferences"}

    def test_see_an_address_that_lets_nobody_through(self, world: World) -> None:
        shut = [(Group("Planted", NOBODY, (get("/board"),)), get("/board"))]
        hidden = [(Group("Planted", EVERYBODY, (get("/cases"),), answers=HIDDEN), get("/cases"))]
        assert let_nobody_through(world, [*shut, *hidden]) == {"GET /board", "GET /cases"}

    def test_see_an_address_that_is_gone(self) -> None:
        assert lost_paths(["/board", "/chalkboard"]) == ["/chalkboard"]

    @pytest.mark.parametrize(
        ("allowed", "wrong"),
        [
            (EVERYBODY, {"reporter", "hr", "counsel", "auditor", "administrator", "privacy", "custodian"}),
            (frozenset({"responder"}), {"analyst", "investigator", "lead", "supervisor", "outsider"}),
        ],
    )
    def test_see_a_wrong_expectation(self, world: World, allowed: frozenset[str], wrong: set[str]) -> None:
        assert set(differences(world, Group("Planted", allowed, (get("/board"),)), get("/board"))) == wrong

    def test_see_a_wrong_expectation_of_who_is_not_signed_in(self, world: World) -> None:
        line = post("/report", what="A shout")
        assert "anonymous" in differences(world, Group("Planted", EVERYBODY, (line,)), line)

    def test_leave_no_trace_in_the_world(self, world: World) -> None:
        closing = [(g, ln) for g, ln in ALL if ln.path.endswith("/severity") and ln.method == "POST"]
        group, line = closing[0]
        assert differences(world, group, line) == differences(world, group, line) == {}


# The heaviest is the preview of a bundle, which reads everything in a record; what only frames a request is left out.
MOST_STATEMENTS = 20
FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK")


def statements(world: World, group: Group, line: Line) -> int:
    """How many statements an address takes for somebody whom it answers."""
    for persona in sorted(group.allowed):
        connection.queries_log.clear()
        with CaptureQueriesContext(connection) as captured:
            status = world.status(persona, line.method, line.path, line.body)
        if status == HTTPStatus.OK:
            return sum(not query["sql"].startswith(FRAME) for query in captured.captured_queries)
    return 0


def test_nothing_takes_many_statements_to_read(world: World) -> None:
    taken = {str(line): statements(world, group, line) for group, line in ALL if line.method == "GET"}
    assert {name: number for name, number in taken.items() if number > MOST_STATEMENTS} == {}
    # They were counted.
    assert taken["GET /cases/{case}/export"] > MOST_STATEMENTS / 2
