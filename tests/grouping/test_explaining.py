# SPDX-License-Identifier: Apache-2.0
"""Why members belong together, and what would split them."""

from longwatch.grouping.explaining import Reason, reasons, splits
from longwatch.grouping.model import Group
from tests.grouping.cast_items import NOW, item, joiner

USUAL = (item("login", "web-1"), item("cron", "web-2"))


def attack() -> Group:
    """A shell on one host, an account made by it, and the same account on another."""
    joining = joiner(*USUAL)
    joining.take(item("webshell", "web-1"))
    joining.take(item("new user", "web-1", "mallory", at=NOW + 60))
    group = joining.take(item("sudo", "web-2", "mallory", at=NOW + 120))
    assert group is not None
    return group


def test_it_is_told_which_entities_are_shared_by_how_many() -> None:
    told = reasons(attack())
    assert Reason("entity", "web-1", 2, 3) in told
    assert Reason("entity", "mallory", 2, 3) in told


def test_it_is_told_what_was_remarkable_and_within_what_time() -> None:
    told = reasons(attack())
    assert Reason("new", count=3, of=3) in told
    assert told[-1] == Reason("span", count=120, of=3)


def test_without_the_account_the_other_host_would_fall_off() -> None:
    found = {each.label: each.sizes for each in splits(attack())}
    assert found == {"mallory": (2, 1), "web-1": (2, 1)}


def test_what_is_tied_twice_is_split_by_nothing_alone() -> None:
    joining = joiner(*USUAL)
    joining.take(item("webshell", "web-1", "mallory"))
    group = joining.take(item("new user", "web-1", "mallory", at=NOW + 60))
    assert group is not None
    assert splits(group) == []
