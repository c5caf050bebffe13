# SPDX-License-Identifier: Apache-2.0
"""Modules that are loaded when they are used."""

import subprocess
import sys

import pytest

from longwatch.core.deferred import deferred

HEAVY = ("boto3", "PIL", "pypdfium2", "rfc3161_client", "stix2", "typst")


class TestDeferred:
    """deferred"""

    def test_stands_in_for_the_module(self) -> None:
        assert deferred("calendar").month_name[3] == "March"

    def test_loads_nothing_by_itself(self) -> None:
        program = (
            "import sys; from longwatch.core.deferred import deferred; it = deferred('calendar');"
            "assert 'calendar' not in sys.modules; it.month_name; assert 'calendar' in sys.modules"
        )
        assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

    def test_says_which_module_is_not_there(self) -> None:
        with pytest.raises(ImportError, match="no_such_thing"):
            _ = deferred("no_such_thing").name


def test_a_process_that_starts_loads_no_library_that_few_need() -> None:
    program = (
        "from longwatch.config.django_setup import set_up_django; set_up_django(); import longwatch.config.urls, sys;"
        f"print(*(name for name in {HEAVY} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
