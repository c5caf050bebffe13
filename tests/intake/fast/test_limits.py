# SPDX-License-Identifier: Apache-2.0
"""Token buckets, with a clock of the test's own."""

from longwatch.intake.fast.limits import Bucket


class TestBucket:
    def test_a_burst_then_the_rate(self) -> None:
        bucket = Bucket(3, now=0)
        assert [bucket.take(1, 2, 3, now=0) for _ in range(4)] == [0, 0, 0, 0.5]
        assert bucket.take(1, 2, 3, now=0.5) == 0
        assert bucket.take(1, 2, 3, now=0.6) > 0

    def test_it_fills_no_further_than_the_burst(self) -> None:
        bucket = Bucket(2, now=0)
        assert [bucket.take(1, 1, 2, now=1000) for _ in range(3)] == [0, 0, 1]

    def test_a_large_request_goes_into_debt(self) -> None:
        bucket = Bucket(10, now=0)
        assert bucket.take(1000, 100, 10, now=0) == 0
        assert bucket.take(1, 100, 10, now=0) == 991 / 100
        assert bucket.take(1, 100, 10, now=10) == 0
