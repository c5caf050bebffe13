# SPDX-License-Identifier: Apache-2.0
"""Bundles as the API gives and takes them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict


class ExportIn(Schema):
    """What a bundle is asked for with."""

    model_config = ConfigDict(extra="forbid")

    record_kind: str = Field(examples=["case"], max_length=10)
    record_id: UUID
    audience: str = Field(examples=["regulator"], max_length=20)
    recipient: str = Field(examples=["Data protection authority"], max_length=200)
    purpose: str = Field(examples=["Notification of 12 November"], max_length=500)
    about_id: UUID | None = None


class ShareIn(Schema):
    """What a file for other tools is made with."""

    model_config = ConfigDict(extra="forbid")

    record_kind: str = Field(examples=["incident"], max_length=10)
    record_id: UUID
    format: str = Field(examples=["stix"], max_length=10, description="stix, misp, ocsf or csv.")
    tlp: str = Field(
        examples=["green"], max_length=20,
        description="How far it may travel: clear, green, amber, amber+strict or red. What is marked stricter stays.",
    )  # fmt: skip
    recipient: str = Field(examples=["MISP of the energy sector"], max_length=200)
    purpose: str = Field(default="", max_length=500)


class ProgressOut(Schema):
    """How far it is."""

    step: str
    done: int
    total: int


class ExportOut(Schema):
    """A bundle: `status` is queued, ready, cancelled or failed."""

    id: UUID
    record_kind: str
    record_id: UUID
    reference: str
    audience: str
    recipient: str
    purpose: str
    status: str
    progress: ProgressOut | None
    requested_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    failure: str
    size: int
    sha256: str = Field(description="Of the zip as it is downloaded; empty until it is ready.")
    tagmanifest_sha256: str = Field(description="Of tagmanifest-sha256.txt in the zip: what the signatures are over.")
    counts: dict[str, Any]
    version: int


class ExportList(Schema):
    """The bundles of a record, the newest first."""

    items: list[ExportOut]
