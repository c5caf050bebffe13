# SPDX-License-Identifier: Apache-2.0
"""Which arrivals come together, and which stay apart."""

from uuid import uuid4

from longwatch.grouping.habits import HOUR
from longwatch.grouping.joining import MOST_OPEN, Joiner
from longwatch.grouping.model import Lessons, RuleSpec, Tuning
from tests.grouping.cast_items import HIGH, MEDIUM, NOW, item, joiner

WINDOW = Tuning().window
USUAL = [item("login", "web-1"), item("cron", "web-2")]


def test_two_remarkable_signals_of_one_host_come_together() -> None:
    joining = joiner(*USUAL)
    first = joining.take(item("webshell", "web-1"))
    assert joining.take(item("new user", "web-1", at=NOW + 120)) is first


def test_nobody_is_shown_a_single_low_signal() -> None:
    group = joiner(*USUAL).take(item("webshell", "web-1"))
    assert group is not None
    assert group.shown_at is None


def test_a_group_is_shown_from_the_arrival_on_that_makes_it_worth_it() -> None:
    joining = joiner(*USUAL)
    joining.take(item("webshell", "web-1", severity=MEDIUM))
    group = joining.take(item("new user", "web-1", severity=MEDIUM, at=NOW + 120))
    assert group is not None
    assert group.shown_at == NOW + 120


def test_low_signals_are_shown_when_there_are_four_that_are_new() -> None:
    joining = joiner(*USUAL)
    groups = [joining.take(item(f"new {n}", "web-1", at=NOW + n)) for n in range(4)]
    assert groups[-1] is not None
    assert groups[-1].shown_at == NOW + 3


def test_the_noise_of_every_day_joins_nothing() -> None:
    joining = joiner(*USUAL)
    joining.take(item("webshell", "web-1"))
    assert joining.take(item("login", "web-1", at=NOW + 5)) is None


def test_signals_of_different_hosts_stay_apart() -> None:
    joining = joiner(*USUAL)
    first = joining.take(item("webshell", "web-1"))
    assert joining.take(item("new user", "web-2", at=NOW + 5)) is not first


def test_a_rare_account_ties_two_hosts() -> None:
    joining = joiner(*USUAL)
    first = joining.take(item("webshell", "web-1", "mallory"))
    assert joining.take(item("new user", "web-2", "mallory", at=NOW + 300)) is first


def test_a_domain_controller_ties_nothing() -> None:
    joining = joiner(*USUAL, item("ticket", "dc-1"))
    joining.memory.of("e:dc-1").named_by = 1000
    first = joining.take(item("webshell", "web-1", "dc-1"))
    assert joining.take(item("new user", "web-2", "dc-1", at=NOW + 5)) is not first


def test_a_scanner_that_runs_every_hour_glues_nothing_together() -> None:
    joining = joiner(*USUAL, *(item("port scan", f"host-{n}", "scanner") for n in range(30)))
    joining.memory.of("e:scanner").named_by = 1000
    first = joining.take(item("sql injection", "host-1", "scanner", severity=MEDIUM))
    assert joining.take(item("old cipher", "host-2", "scanner", severity=MEDIUM, at=NOW + 5)) is not first


def test_repeats_of_a_member_count_on_it() -> None:
    joining = joiner(*USUAL)
    group = joining.take(item("webshell", "web-1"))
    assert joining.take(item("webshell", "web-1", at=NOW + 60, count=7)) is group
    assert group is not None
    assert group.count == 8


def test_after_a_silent_window_a_new_group_begins() -> None:
    joining = joiner(*USUAL)
    first = joining.take(item("webshell", "web-1"))
    assert joining.take(item("new user", "web-1", at=NOW + WINDOW + 1)) is not first
    assert joining.ended == [first]


def test_a_group_takes_nothing_once_it_is_as_old_as_it_may_get() -> None:
    joining = joiner(*USUAL)
    first = joining.take(item("webshell", "web-1"))
    moments = [NOW + n * WINDOW / 2 for n in range(1, 20)]
    groups = [joining.take(item("webshell", "web-1", at=moment)) for moment in moments]
    assert groups[0] is first
    assert groups[-1] is not first


def test_what_people_taught_never_to_tie_ties_no_more() -> None:
    joining = joiner(*USUAL, lessons=Lessons(never=frozenset({"web-1"})))
    first = joining.take(item("webshell", "web-1"))
    assert joining.take(item("new user", "web-1", at=NOW + 5)) is not first


def test_what_people_taught_to_tie_always_does_even_when_usual() -> None:
    joining = joiner(*USUAL, lessons=Lessons(always=frozenset({"web-1"})))
    first = joining.take(item("webshell", "web-1"))
    assert joining.take(item("login", "web-1", at=NOW + WINDOW * 0.9)) is first


def test_a_high_severity_shows_a_pair_on_the_first_day_already() -> None:
    joining = Joiner()
    joining.take(item("ransomware", "web-1", severity=HIGH))
    group = joining.take(item("shadow copies deleted", "web-1", severity=HIGH, at=NOW + 5))
    assert group is not None
    assert group.shown_at == NOW + 5


def rule(threshold: int = 2, lifetime: float = 4 * HOUR) -> RuleSpec:
    return RuleSpec(uuid4(), "VPN by account", lambda item: item.said or None, 900, lifetime, threshold)


def test_a_rule_groups_by_its_key_whatever_is_usual() -> None:
    joining = joiner(item("login", "ann"), rules=(rule(),))
    first = joining.take(item("login", "ann", said="ann"))
    other = joining.take(item("login", "bob", said="bob", at=NOW + 1))
    again = joining.take(item("new device", "ann", said="ann", at=NOW + 2))
    assert again is first
    assert other is not first


def test_a_rule_shows_its_group_at_the_threshold() -> None:
    joining = joiner(rules=(rule(threshold=3),))
    groups = [joining.take(item(f"r{n}", "ann", said="ann", at=NOW + n)) for n in range(3)]
    assert groups[-1] is not None
    assert groups[-1].shown_at == NOW + 2


def test_the_first_rule_that_is_about_a_signal_takes_it() -> None:
    first, second = rule(), rule()
    group = joiner(rules=(first, second)).take(item("login", "ann", said="ann"))
    assert group is not None
    assert group.rule is first


def test_of_very_many_that_nobody_was_shown_the_longest_silent_end_first() -> None:
    some = joiner()
    for number in range(MOST_OPEN + 50):
        some.take(item(f"odd-{number}", f"host-{number}", at=NOW + number, severity=MEDIUM))
    assert len(some.groups) == MOST_OPEN
    assert min(each.last_at for each in some.groups) == NOW + 50
