# SPDX-License-Identifier: Apache-2.0
"""A bucket with object lock: for as long as the lock says, nobody can change or delete what lies there."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from longwatch.core import clock
from longwatch.ledger.anchors.plugin import AnchorFailed, Receipt, Task

DAYS = 365 * 10
_CALM = Config(connect_timeout=10, read_timeout=20, retries={"max_attempts": 2})


def keep(url: str, task: Task) -> Receipt:
    """Put the note under its size into s3://bucket/prefix, locked for `?days=`; keys as for all AWS tools."""
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    key = f"{parts.path.strip('/')}/{task.checkpoint.size:020d}".lstrip("/")
    until = clock.now() + timedelta(days=int(options.get("days", DAYS)))
    try:
        client: Any = boto3.client(
            "s3", endpoint_url=options.get("endpoint"), region_name=options.get("region"), config=_CALM
        )
        answer = client.put_object(
            Bucket=parts.netloc, Key=key, Body=task.checkpoint.note.encode(), ContentType="text/plain; charset=utf-8",
            ObjectLockMode=options.get("mode", "COMPLIANCE"), ObjectLockRetainUntilDate=until,
            ChecksumAlgorithm="SHA256",
        )  # fmt: skip
    except (BotoCoreError, ClientError, ValueError) as error:
        raise AnchorFailed(f"The bucket {parts.netloc} does not take the checkpoint: {error}") from error
    return Receipt(f"{key} {answer.get('VersionId', '')}".strip().encode())
