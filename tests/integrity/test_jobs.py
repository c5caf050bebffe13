# SPDX-License-Identifier: Apache-2.0
"""The jobs that keep and verify by themselves."""

from longwatch.integrity.jobs import anchor, verify


class TestJobs:
    def test_wait_for_themselves_instead_of_running_twice(self) -> None:
        assert all(job.queueing_lock for job in (anchor, verify))
