# SPDX-License-Identifier: Apache-2.0
"""One exhibit by API, within what a token may read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.access.services.tokens import create_token
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.records.reference import RecordRef
from tests.personas import Cast


class TestExhibit:
    """exhibit, content, custody"""

    @pytest.mark.parametrize("what", ["", "/content", "/custody"])
    @pytest.mark.parametrize(
        ("permissions", "status"), [(["evidence:read", "incident:read"], 200), (["evidence:read"], 404)]
    )
    def test_needs_the_permission_of_the_record_too(
        self, cast: Cast, record: RecordRef, permissions: list[str], status: int, what: str
    ) -> None:
        with acting_as(cast.responder):
            row = add_exhibit(record, SimpleUploadedFile("door.txt", b"open"), by=cast.responder)
            _, token = create_token(account_id=cast.responder.id, label="t", permissions=permissions, by=cast.responder)
        answer = Client(headers={"Authorization": f"Bearer {token}"}).get(f"/api/v1/exhibits/{row.id}{what}?reason=Lab")
        answer.close()
        assert answer.status_code == status
