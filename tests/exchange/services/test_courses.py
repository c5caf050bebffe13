# SPDX-License-Identifier: Apache-2.0
"""How far the telling of webhooks came."""

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.exchange.hook_models import Course, Subscription
from longwatch.exchange.services import courses
from tests.exchange.services.test_subscribing import made
from tests.personas import Cast


def course_of(row: Subscription) -> Course:
    return Course.objects.get(subscription=row)


class TestCourses:
    def test_are_taken_by_one_at_a_time(self, cast: Cast) -> None:
        row, _secret = made(cast)
        with acting_as(cast.administrator):
            courses.take(course_of(row), clock.now())
            assert course_of(row).taken_until is not None
            courses.put_down(course_of(row))
            assert course_of(row).taken_until is None

    def test_forget_failures_when_they_start_again(self, cast: Cast) -> None:
        row, _secret = made(cast)
        with acting_as(cast.administrator):
            course = course_of(row)
            course.attempts, course.failure, course.failing_since = 7, "It answered with status 500.", clock.now()
            courses.put_down(course)
            courses.restart(row)
            again = course_of(row)
        assert (again.attempts, again.failure, again.failing_since) == (0, "", None)
