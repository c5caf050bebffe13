# SPDX-License-Identifier: Apache-2.0
"""The names of events are a promise: ledgers of years keep them, so the list only grows."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from longwatch.ledger.event import Event
from tests.architecture.source import modules

CATALOGUE = Path(__file__).with_name("event_names.txt")


def every_event(parent: type[Event] = Event) -> Iterator[type[Event]]:
    """Every kind of event that the product's modules define."""
    for event in parent.__subclasses__():
        if event.__module__.startswith("longwatch."):
            yield event
        yield from every_event(event)


def load_all_events() -> None:
    """Import each module that may define events."""
    for path, _tree in modules():
        if path.stem.endswith("events"):
            import_module(".".join(path.with_suffix("").parts))


def twice(names: Iterable[str]) -> set[str]:
    """Names that two events share."""
    listed = list(names)
    return {name for name in listed if listed.count(name) > 1}


def lost(catalogue: Iterable[str], names: Iterable[str]) -> set[str]:
    """Names that were promised and are gone."""
    return set(catalogue) - set(names)


def unlisted(catalogue: Iterable[str], names: Iterable[str]) -> set[str]:
    """Names that are not in the catalogue yet."""
    return set(names) - set(catalogue)


def named() -> list[str]:
    """The names of all events; slotted dataclasses leave a twin behind, so classes are told apart by their place."""
    load_all_events()
    return [name for _place, name in {(f"{e.__module__}.{e.__qualname__}", e.name) for e in every_event()} if name]


def catalogue() -> list[str]:
    """The names as they are promised."""
    return CATALOGUE.read_text(encoding="utf-8").split()


class TestNames:
    def test_are_unique(self) -> None:
        assert twice(named()) == set()

    def test_never_go_away(self) -> None:
        assert lost(catalogue(), named()) == set()

    def test_are_all_in_the_catalogue(self) -> None:
        assert unlisted(catalogue(), named()) == set(), "Add them to tests/architecture/event_names.txt."

    def test_say_noun_and_verb(self) -> None:
        assert [name for name in named() if not all(part.isidentifier() for part in name.split("."))] == []

    def test_are_listed_in_order(self) -> None:
        assert catalogue() == sorted(set(catalogue()))


class TestTheseRules:
    """Each turns red on a planted violation."""

    def test_see_a_name_used_twice(self) -> None:
        assert twice(["case.opened", "case.closed", "case.opened"]) == {"case.opened"}

    def test_see_a_name_that_is_gone(self) -> None:
        assert lost(["case.opened", "case.closed"], ["case.opened"]) == {"case.closed"}

    def test_see_a_name_that_is_new(self) -> None:
        assert unlisted(["case.opened"], ["case.opened", "case.burned"]) == {"case.burned"}
