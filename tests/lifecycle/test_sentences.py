# SPDX-License-Identifier: Apache-2.0
"""What the history of a record says of holds and disposals, also when what it told was erased."""

import subprocess
import sys

import pytest

from longwatch.lifecycle.sentences import SENTENCES

# As a process sees it that imports nothing by itself.
TOLD = """
from longwatch.config.django_setup import set_up_django
set_up_django()
from longwatch.cases.sentences import CATALOGUE as of_cases
from longwatch.incidents.sentences import CATALOGUE as of_incidents
print(*sorted(of_cases.keys() & of_incidents.keys()))
"""


class TestSentences:
    def test_are_known_to_the_histories_of_incidents_and_cases_in_every_process(self) -> None:
        told = subprocess.run([sys.executable, "-c", TOLD], capture_output=True, text=True, check=True).stdout.split()
        assert not SENTENCES.keys() - told

    @pytest.mark.parametrize("name", SENTENCES)
    def test_do_without_what_was_erased(self, name: str) -> None:
        assert SENTENCES[name]({})

    def test_say_why(self) -> None:
        told = SENTENCES["hold.placed"]({"matter": "3 O 12/26", "reason": "Sued"})
        assert told == "ordered to keep everything, for the matter 3 O 12/26: Sued"
