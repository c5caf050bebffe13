# SPDX-License-Identifier: Apache-2.0
"""Against an S3 server of moto's, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from longwatch.ledger.anchors.plugin import AnchorFailed, Task
from longwatch.ledger.anchors.s3 import keep
from tests.fixtures.server import free_port, wait_for

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port, log = free_port(), tmp_path_factory.mktemp("moto") / "log"
    with log.open("wb") as stream:
        words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        process = subprocess.Popen(words, stdout=stream, stderr=stream, env={**os.environ, **KEYS})
        try:
            wait_for(f"http://127.0.0.1:{port}/moto-api/data.json", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=endpoint)
    client.create_bucket(Bucket="proof", ObjectLockEnabledForBucket=True)
    return client


class TestS3:
    def test_keeps_the_note_locked(self, endpoint: str, bucket: Any, task: Task) -> None:
        receipt = keep(f"s3://proof/ledger?endpoint={endpoint}&days=30", task)
        key = receipt.raw.decode().split()[0]
        found = bucket.get_object(Bucket="proof", Key=key)
        assert (key, found["Body"].read().decode()) == ("ledger/00000000000000000012", task.checkpoint.note)
        assert found["ObjectLockMode"] == "COMPLIANCE"

    def test_says_when_the_bucket_is_not_there(self, endpoint: str, bucket: Any, task: Task) -> None:
        with pytest.raises(AnchorFailed, match="does not take the checkpoint"):
            keep(f"s3://elsewhere/ledger?endpoint={endpoint}", task)
