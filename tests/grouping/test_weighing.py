# SPDX-License-Identifier: Apache-2.0
"""How remarkable something is, and what ties."""

from longwatch.grouping.model import Lessons, Memory, Named, Tuning, Why
from longwatch.grouping.weighing import evidence, weight_of, weight_of_rule
from tests.grouping.cast_items import DAY, HIGH, LOW, MEDIUM, NOW, item, used_to

NOTHING = Lessons()
TUNING = Tuning()
LOGIN = item("login", "web-1")


def test_what_was_never_seen_here_is_remarkable() -> None:
    found = evidence(item("malware", "web-1"), used_to(LOGIN), NOTHING, TUNING)
    assert (found.weight, found.why) == (1.0, Why.NEW)


def test_what_comes_every_hour_is_not_remarkable() -> None:
    assert evidence(LOGIN, used_to(LOGIN), NOTHING, TUNING).weight < TUNING.least_evidence


def test_what_comes_every_hour_is_remarkable_when_it_comes_by_the_hundred() -> None:
    found = evidence(item("login", "web-1", count=100), used_to(LOGIN), NOTHING, TUNING)
    assert (found.weight, found.why) == (1.0, Why.BURST)


def test_a_high_severity_is_remarkable_even_every_hour() -> None:
    severe = item("login", "web-1", severity=HIGH)
    assert evidence(severe, used_to(severe), NOTHING, TUNING).why == Why.SEVERE


def test_a_medium_severity_every_hour_is_not() -> None:
    medium = item("login", "web-1", severity=MEDIUM)
    assert evidence(medium, used_to(medium), NOTHING, TUNING).weight < TUNING.least_evidence


def test_at_the_beginning_being_new_says_nothing_and_severity_all() -> None:
    fresh = Memory(began=NOW - 60)
    assert evidence(item("login", "web-1", severity=LOW), fresh, NOTHING, TUNING).weight < TUNING.least_evidence
    assert evidence(item("login", "web-1", severity=MEDIUM), fresh, NOTHING, TUNING).weight > TUNING.least_evidence


def test_a_rule_that_names_somebody_new_every_time_is_not_remarkable_for_it() -> None:
    memory = used_to(LOGIN)
    memory.of("r:scan").named_by = 500
    assert evidence(item("scan", "203.0.113.9"), memory, NOTHING, TUNING).weight < TUNING.least_evidence


def test_what_is_usual_for_the_victim_is_not_new_because_the_sender_is() -> None:
    memory = used_to(item("scan", "web-1"))
    assert evidence(item("scan", "web-1", "203.0.113.9"), memory, NOTHING, TUNING).weight < TUNING.least_evidence


def test_a_rare_entity_ties_fully_and_a_busy_one_little() -> None:
    memory = used_to(item("ticket", "dc-1"))
    memory.of("e:dc-1").named_by = 40
    assert weight_of(Named("rare", "rare"), NOW, memory, NOTHING) == 1.0
    assert 0 < weight_of(Named("dc-1", "dc-1"), NOW, memory, NOTHING) < 0.5


def test_an_entity_that_is_everywhere_ties_nothing() -> None:
    memory = used_to(LOGIN)
    memory.of("e:web-1").named_by = 1000
    assert weight_of(Named("web-1", "web-1"), NOW, memory, NOTHING) == 0.0


def test_an_attacker_who_touches_everything_in_one_night_still_ties() -> None:
    memory = used_to(LOGIN)
    memory.of("e:203.0.113.9").note(NOW - 60, 1)
    memory.of("e:203.0.113.9").named_by = 1000
    assert weight_of(Named("203.0.113.9", ""), NOW, memory, NOTHING) == 1.0


def test_people_teach_what_never_ties_and_what_always_does() -> None:
    lessons = Lessons(never=frozenset({"proxy"}), always=frozenset({"crown-jewel"}))
    assert weight_of(Named("proxy", ""), NOW, Memory(), lessons) == 0.0
    assert weight_of(Named("crown-jewel", ""), NOW, Memory(), lessons) > 1.0


def test_the_same_rule_ties_only_while_it_is_rare() -> None:
    assert weight_of_rule("worm", NOW, used_to(LOGIN)) > 0
    assert weight_of_rule("login", NOW + DAY, used_to(LOGIN)) == 0
