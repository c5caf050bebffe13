# SPDX-License-Identifier: Apache-2.0
"""Sealed evidence in S3: a real server process on a loopback port."""

import hashlib
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile

from longwatch.access.context import acting_as
from longwatch.core import clock
from longwatch.core.environment import SettingError
from longwatch.core.ids import uuid7
from longwatch.evidence.reading import open_exhibit
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.sweeping import sweep
from longwatch.evidence.store import check_sealed, store_of
from longwatch.evidence.store.blob import Check, check_blob
from longwatch.evidence.store.s3 import PART_BYTES, S3Store, s3_store
from longwatch.records.reference import RecordRef
from tests.fixtures.server import free_port
from tests.personas import Cast

ORG = uuid7()


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    run = "from moto.server import main; import sys; main(sys.argv[1:])"
    with subprocess.Popen(
        [sys.executable, "-c", run, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            wait_for(address)
            yield address
        finally:
            process.terminate()


def wait_for(address: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A new bucket with object lock, and the settings that lead there."""
    for name, value in (
        ("ENDPOINT", s3_server), ("ACCESS_KEY", "test"), ("SECRET_KEY", "test"), ("REGION", "us-east-1")
    ):  # fmt: skip
        monkeypatch.setenv(f"LONGWATCH_S3_{name}", value)
    name = f"evidence-{uuid7().hex[-12:]}"
    client(s3_server).create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


def client(address: str) -> Any:
    return boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )


def placed(store: S3Store, folder: Path, content: bytes) -> str:
    draft = folder / "draft"
    draft.write_bytes(content)
    name = hashlib.sha256(content).hexdigest()
    store.place(draft, name)
    return name


class TestS3Store:
    def test_keeps_a_large_draft_in_parts_and_reads_any_range(self, bucket: str, tmp_path: Path) -> None:
        store, content = s3_store(f"s3://{bucket}/longwatch", ORG), os.urandom(PART_BYTES + 5_000_000)
        name = placed(store, tmp_path, content)
        source = store.open(name)
        assert source.size == len(content)
        for start, length in ((0, 64), (100, 50), (PART_BYTES - 10, 65_564), (len(content) - 5, 50), (len(content), 1)):
            assert source.read_at(start, length) == content[start : start + length]
        assert check_blob(store, name) == Check.INTACT
        assert [blob.sealed_sha256 for blob in store.blobs()] == [name]
        assert not (tmp_path / "draft").exists()

    def test_tells_missing_and_changed_apart(self, bucket: str, tmp_path: Path) -> None:
        store = s3_store(f"s3://{bucket}", ORG)
        name = placed(store, tmp_path, b"sealed")
        store.bucket.client.put_object(Bucket=bucket, Key=store.key(name), Body=b"other")
        assert check_blob(store, name) == Check.CHANGED
        assert check_blob(store, "0" * 64) == Check.MISSING

    def test_keeps_what_is_under_object_lock(
        self, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LONGWATCH_S3_LOCK", "compliance")
        store = s3_store(f"s3://{bucket}", ORG)
        name = placed(store, tmp_path, b"sealed")
        assert not store.remove(name)
        assert check_blob(store, name) == Check.INTACT

    def test_asks_for_retention_of_a_blob(self, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LONGWATCH_S3_LOCK", "governance")
        monkeypatch.setenv("LONGWATCH_S3_LOCK_DAYS", "30")
        store = s3_store(f"s3://{bucket}", ORG)
        name = placed(store, tmp_path, b"sealed")
        head = store.bucket.client.head_object(Bucket=bucket, Key=store.key(name))
        assert head["ObjectLockMode"] == "GOVERNANCE"
        left = head["ObjectLockRetainUntilDate"] - clock.now()
        assert timedelta(days=29, hours=23) < left <= timedelta(days=30)

    def test_asks_for_retention_of_what_goes_in_parts(
        self, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # moto forgets the lock of what arrives in parts, so what is asked for is looked at on its way out.
        monkeypatch.setenv("LONGWATCH_S3_LOCK", "governance")
        store, asked = s3_store(f"s3://{bucket}", ORG), []
        store.bucket.client.meta.events.register(
            "provide-client-params.s3.CreateMultipartUpload", lambda params, **_more: asked.append(params)
        )
        placed(store, tmp_path, b"x" * (PART_BYTES + 1))
        assert [each["ObjectLockMode"] for each in asked] == ["GOVERNANCE"]
        assert asked[0]["ObjectLockRetainUntilDate"] > clock.now() + timedelta(days=364)

    def test_asks_for_none_when_none_is_set(self, bucket: str, tmp_path: Path) -> None:
        store = s3_store(f"s3://{bucket}", ORG)
        name = placed(store, tmp_path, b"sealed")
        head = store.bucket.client.head_object(Bucket=bucket, Key=store.key(name))
        assert "ObjectLockMode" not in head

    def test_a_locked_blob_that_is_overwritten_is_told_and_still_there(
        self, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LONGWATCH_S3_LOCK", "governance")
        store = s3_store(f"s3://{bucket}", ORG)
        name, s3 = placed(store, tmp_path, b"sealed"), store.bucket.client
        place: dict[str, str] = {"Bucket": bucket, "Key": store.key(name)}
        first = s3.head_object(**place)["VersionId"]
        s3.put_object(**place, Body=b"other")
        assert check_blob(store, name) == Check.CHANGED
        for removing in ({"VersionId": first}, {}):
            with suppress(ClientError):
                s3.delete_object(**place, **removing)
        assert check_blob(store, name) != Check.INTACT
        assert s3.get_object(**place, VersionId=first)["Body"].read() == b"sealed"

    def test_removes_what_is_old_enough_and_not_locked(self, bucket: str, tmp_path: Path) -> None:
        store = s3_store(f"s3://{bucket}", ORG)
        name = placed(store, tmp_path, b"sealed")
        assert not store.remove(name, older_than=60)
        assert store.remove(name)
        assert check_blob(store, name) == Check.MISSING

    def test_aborts_what_nobody_finished(self, bucket: str) -> None:
        store = s3_store(f"s3://{bucket}", ORG)
        store.bucket.client.create_multipart_upload(Bucket=bucket, Key=store.key("1" * 64))
        assert store.tidy(1e12) == 0
        assert store.tidy(0) == 1
        assert store.tidy(0) == 0

    def test_refuses_an_address_that_is_none(self) -> None:
        for address in ("ftp://x", "s3://", "somewhere"):
            with pytest.raises(SettingError):
                s3_store(address, ORG)


class TestStoreOf:
    """the whole way, with the store set to S3"""

    def test_keeps_reads_checks_and_sweeps_exhibits_there(
        self, cast: Cast, record: RecordRef, bucket: str, settings: LazySettings, evidence_directory: Path
    ) -> None:
        settings.EVIDENCE_STORE = f"s3://{bucket}/evidence"
        with acting_as(cast.responder):
            row = add_exhibit(record, SimpleUploadedFile("note.txt", b"Seen at nine"), by=cast.responder)
            with open_exhibit(row) as content:
                assert content.read() == b"Seen at nine"
        assert check_sealed(row.org_id, row.sealed_sha256) == Check.INTACT
        assert not [path for path in evidence_directory.rglob("*") if path.is_file() and path.name != "lock"]
        assert sweep(row.org_id, patience=-1) == 0
        with acting_as(cast.responder):
            store = store_of(row.org_id)
            draft = evidence_directory / "draft"
            draft.write_bytes(b"orphan")
            store.place(draft, hashlib.sha256(b"orphan").hexdigest())
        assert sweep(row.org_id, patience=-1) == 1
        assert check_sealed(row.org_id, row.sealed_sha256) == Check.INTACT
