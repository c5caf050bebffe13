# SPDX-License-Identifier: Apache-2.0
"""What providers send; the whole way in is tested against one (test_single_sign_on_saml.py)."""

import pytest

from longwatch.config.saml_views import is_readable


@pytest.mark.parametrize(
    ("sent", "readable"),
    [
        ("<a/>", True), ("", False), ("text", False), ("<a>", False),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', False),
    ],
)  # fmt: skip
def test_only_xml_without_entities_is_read(sent: str, readable: bool) -> None:
    assert is_readable(str.encode, sent) is readable
