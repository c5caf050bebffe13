# SPDX-License-Identifier: Apache-2.0
import re

from longwatch.web.last_resort import PAGE, SENTENCE


def test_it_loads_nothing_and_says_what_to_do() -> None:
    assert SENTENCE in PAGE
    assert re.findall(r"(?:src|href|action)=\"([^\"]*)\"", PAGE) == ["/"]
    assert "<script" not in PAGE
    assert "<style" not in PAGE
