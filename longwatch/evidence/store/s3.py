# SPDX-License-Identifier: Apache-2.0
"""Sealed evidence in an S3 bucket, under object lock when set; large blobs go in parts, in constant memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

from longwatch.core import clock, environment
from longwatch.core.environment import Environment, SettingError, current
from longwatch.evidence.store.blob import Blob, checked_name

PART_BYTES = 16 * 1024 * 1024
READ_AHEAD = 4 * 1024 * 1024
LOCKS = frozenset({"none", "governance", "compliance"})
GONE = frozenset({"404", "NoSuchKey", "NotFound"})


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where in S3, and how long nobody may remove what is there."""

    client: Any
    name: str
    prefix: str
    lock: str = "none"
    lock_days: int = 0


class S3Source:
    """An object, read from anywhere by ranges; what was read ahead serves the next reads."""

    def __init__(self, bucket: Bucket, key: str) -> None:
        self._bucket, self._key = bucket, key
        self._start, self._ahead = 0, b""
        try:
            head = bucket.client.head_object(Bucket=bucket.name, Key=key)
        except ClientError as error:
            raise _missing(error) from None
        self.size = int(head["ContentLength"])

    def read_at(self, offset: int, length: int) -> bytes:
        """So many bytes from there, fewer only at the end."""
        end = min(offset + length, self.size)
        if offset >= end:
            return b""
        if not self._start <= offset <= end <= self._start + len(self._ahead):
            last = min(offset + max(length, READ_AHEAD), self.size) - 1
            answer = self._bucket.client.get_object(
                Bucket=self._bucket.name, Key=self._key, Range=f"bytes={offset}-{last}"
            )
            self._start, self._ahead = offset, answer["Body"].read()
        return self._ahead[offset - self._start : end - self._start]

    def close(self) -> None:
        """Forget what was read ahead."""
        self._ahead = b""


@dataclass(frozen=True, slots=True)
class S3Store:
    """The sealed blobs of an organisation under one prefix."""

    bucket: Bucket
    folder: str

    def key(self, sealed_sha256: str) -> str:
        """The object of a blob."""
        return f"{self.folder}/{checked_name(sealed_sha256)}"

    def place(self, draft: Path, sealed_sha256: str) -> None:
        """Send a finished draft, in parts that the server checks, and remove it here."""
        config = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=2)
        self.bucket.client.upload_file(
            str(draft), self.bucket.name, self.key(sealed_sha256), ExtraArgs=self._extra(), Config=config
        )
        draft.unlink()

    def open(self, sealed_sha256: str) -> S3Source:
        """A blob, for reading."""
        return S3Source(self.bucket, self.key(sealed_sha256))

    def blobs(self) -> Iterator[Blob]:
        """Every kept blob."""
        pages = self.bucket.client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.bucket.name, Prefix=f"{self.folder}/"):
            for each in page.get("Contents", ()):
                yield Blob(each["Key"].rsplit("/", 1)[-1], each["Size"], _age(each["LastModified"]))

    def remove(self, sealed_sha256: str, *, older_than: float = 0) -> bool:
        """Remove a blob that is older than so many seconds; one under object lock stays, and nothing is removed."""
        key = self.key(sealed_sha256)
        try:
            head = self.bucket.client.head_object(Bucket=self.bucket.name, Key=key)
            if _age(head["LastModified"]) < older_than:
                return False
            # The version by name: without it a versioned bucket would only hide the object.
            version = {"VersionId": head["VersionId"]} if head.get("VersionId") else {}
            self.bucket.client.delete_object(Bucket=self.bucket.name, Key=key, **version)
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE | {"AccessDenied"}:
                return False
            raise
        return True

    def tidy(self, patience: float) -> int:
        """Abort multipart uploads that nobody finished."""
        pages = self.bucket.client.get_paginator("list_multipart_uploads")
        aborted = 0
        for page in pages.paginate(Bucket=self.bucket.name, Prefix=f"{self.folder}/"):
            for each in page.get("Uploads", ()):
                if _age(each["Initiated"]) > patience:
                    self.bucket.client.abort_multipart_upload(
                        Bucket=self.bucket.name, Key=each["Key"], UploadId=each["UploadId"]
                    )
                    aborted += 1
        return aborted

    def _extra(self) -> dict[str, Any]:
        extra: dict[str, Any] = {"ChecksumAlgorithm": "SHA256", "ContentType": "application/octet-stream"}
        if self.bucket.lock != "none":
            until = clock.now() + timedelta(days=self.bucket.lock_days)
            extra |= {"ObjectLockMode": self.bucket.lock.upper(), "ObjectLockRetainUntilDate": until}
        return extra


def s3_store(address: str, org_id: UUID) -> S3Store:
    """The store that an address such as s3://bucket/prefix names."""
    bucket = _bucket(address, tuple(sorted(_s3_variables().items())))
    folder = f"{bucket.prefix}/{org_id.hex}" if bucket.prefix else org_id.hex
    return S3Store(bucket, folder)


def _s3_variables() -> dict[str, str]:
    return {name: value for name, value in current().variables.items() if name.startswith("LONGWATCH_S3_")}


@cache
def _bucket(address: str, variables: tuple[tuple[str, str], ...]) -> Bucket:
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc:
        raise SettingError(environment.EVIDENCE_STORE.name, "file, or s3://bucket/prefix")
    given = Environment(dict(variables))
    lock = given.choice(environment.S3_LOCK, LOCKS)
    days = given.number(environment.S3_LOCK_DAYS)
    return Bucket(_client(given), parts.netloc, parts.path.strip("/"), lock, days)


def _client(given: Environment) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=given.text(environment.S3_ENDPOINT) or None,
        region_name=given.text(environment.S3_REGION),
        aws_access_key_id=given.text(environment.S3_ACCESS_KEY) or None,
        aws_secret_access_key=given.text(environment.S3_SECRET_KEY) or None,
        config=Config(retries={"max_attempts": 5, "mode": "standard"}, connect_timeout=10, read_timeout=60),
    )


def _age(moment: datetime) -> float:
    return (clock.now() - moment).total_seconds()


def _missing(error: ClientError) -> Exception:
    return FileNotFoundError() if error.response["Error"]["Code"] in GONE else error
