# SPDX-License-Identifier: Apache-2.0
"""Two readings made into one."""

from longwatch.intake.mapping.merging import merged
from longwatch.intake.submission import EntityIn, SignalIn


def test_the_second_completes_the_first() -> None:
    first = SignalIn(title="One", severity=0, tags=["a"], entities=[EntityIn("host", "pc7", "affected")])
    second = SignalIn(
        title="Two", severity=3, rule="r", tags=["a", "b"], latitude=1.0, longitude=2.0,
        entities=[EntityIn("host", "pc7"), EntityIn("ip", "192.0.2.7")],
    )  # fmt: skip
    both = merged(first, second)
    assert (both.title, both.severity, both.rule, both.tags, both.latitude) == ("One", 0, "r", ["a", "b"], 1.0)
    assert both.entities == [EntityIn("host", "pc7", "affected"), EntityIn("ip", "192.0.2.7")]
