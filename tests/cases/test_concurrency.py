# SPDX-License-Identifier: Apache-2.0
"""Two people at once, with real commits."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from longwatch.access.context import acting_as
from longwatch.cases.models import Case
from longwatch.cases.services.closure import Closure, approve_closure, refuse_closure, request_closure
from longwatch.cases.services.people import add_member
from longwatch.core.actor import Actor
from longwatch.core.errors import Conflict
from longwatch.core.postgres.address import Address
from tests.cases.material import WHOLE, a_case, requested, status_of
from tests.personas import Cast, make_cast

Act = Callable[[], object]


@pytest.fixture
def scene(committed_db: Address, django_db_blocker: Any) -> Iterator["Scene"]:
    """A committed case with two possible approvers."""
    with django_db_blocker.unblock():
        yield Scene()


class Scene:
    """The cast, the case, and a way to act at the same moment."""

    def __init__(self) -> None:
        self.cast: Cast = make_cast()
        with acting_as(self.cast.investigator):
            self.case: Case = a_case(self.cast)
        with acting_as(self.cast.lead):
            add_member(self.case.id, self.cast.hr.id, reason="Approves too", by=self.cast.lead)

    def at_once(self, *acts: tuple[Actor, Callable[[], object]]) -> list[str]:
        """What became of each act: done, or the code of the refusal."""
        start = Barrier(len(acts))

        def run(actor: Actor, act: Callable[[], object]) -> str:
            try:
                with acting_as(actor):
                    start.wait(10)
                    act()
                return "done"
            except Conflict as refusal:
                return refusal.code
            finally:
                connection.close()

        with ThreadPoolExecutor(len(acts)) as pool:
            return sorted(future.result() for future in [pool.submit(run, *act) for act in acts])


class TestApproveClosure:
    """approve_closure"""

    def test_of_two_approvers_at_once_one_wins(self, scene: Scene) -> None:
        requested(scene.case, scene.cast)
        supervisor, hr = scene.cast.supervisor, scene.cast.hr
        outcomes = scene.at_once(
            (supervisor, lambda: approve_closure(scene.case.id, by=supervisor)),
            (hr, lambda: approve_closure(scene.case.id, by=hr)),
        )
        assert outcomes == ["done", "wrong_status"]

    def test_of_approval_and_refusal_at_once_one_wins(self, scene: Scene) -> None:
        requested(scene.case, scene.cast)
        supervisor, hr = scene.cast.supervisor, scene.cast.hr
        outcomes = scene.at_once(
            (supervisor, lambda: approve_closure(scene.case.id, by=supervisor)),
            (hr, lambda: refuse_closure(scene.case.id, reasons="No", by=hr)),
        )
        assert outcomes == ["done", "wrong_status"]

    def test_a_request_and_an_approval_at_once_never_close_without_two_people(self, scene: Scene) -> None:
        cast = scene.cast
        outcomes = scene.at_once(
            (cast.lead, lambda: request_closure(scene.case.id, Closure(**WHOLE), by=cast.lead)),
            (cast.supervisor, lambda: approve_closure(scene.case.id, by=cast.supervisor)),
        )
        with acting_as(cast.lead):
            status = status_of(scene.case)
        assert (outcomes, status) in (
            (["done", "done"], "closed"), (["done", "wrong_status"], "pending_closure")
        )  # fmt: skip
