# SPDX-License-Identifier: Apache-2.0
"""Rules are tried by a job."""

from longwatch.core.ids import uuid7
from longwatch.grouping.jobs import try_rule
from longwatch.grouping.services.trying import TRY
from tests.personas import Cast


def test_the_job_has_the_name_by_which_it_is_asked_for() -> None:
    assert try_rule.name == TRY


def test_a_trial_that_is_gone_is_left_alone(cast: Cast) -> None:
    assert try_rule(str(uuid7()), str(cast.supervisor.id)) == "gone"
