# SPDX-License-Identifier: Apache-2.0
"""A case of the investigator's, led by the lead, with the supervisor as a member."""

import pytest

from longwatch.access.context import acting_as
from longwatch.cases.models import Case
from tests.cases.material import a_case
from tests.personas import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    """An investigation that has started; members: investigator, lead, supervisor, analyst."""
    with acting_as(cast.investigator):
        return a_case(cast)
