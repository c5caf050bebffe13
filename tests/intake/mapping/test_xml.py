# SPDX-License-Identifier: Apache-2.0
"""XML taken apart, and what is dangerous in it refused."""

import pytest

from longwatch.intake.mapping.xml import parse, points_in
from longwatch.intake.submission import Unreadable

TWO = b'<?xml version="1.0" encoding="ISO-8859-1"?><a xmlns:c="urn:c"><c:alert><x>\xe9</x></c:alert> <c:alert /></a>'
BOMB = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]><alert><info>&y;</info></alert>'
OUTSIDE = b'<!DOCTYPE a SYSTEM "http://192.0.2.7/a.dtd"><alert><x>1</x></alert>'


def test_each_record_has_its_own_bytes() -> None:
    first, second = parse(TWO)
    assert (first.record, first.raw) == ({"x": "\xe9"}, b"<c:alert><x>\xe9</x></c:alert>")
    assert (second.record, second.raw) == ({}, b"<c:alert />")


@pytest.mark.parametrize(
    "raw", [BOMB, OUTSIDE, b"<alert>", b"<a/>", b"<", b'<?xml version="1.0" encoding="none"?><alert/>']
)
def test_what_is_dangerous_or_broken_is_refused(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        parse(raw)


def test_a_deep_document_is_cut() -> None:
    raw = b"<alert>" + b"<a>" * 5_000 + b"x" + b"</a>" * 5_000 + b"</alert>"
    assert parse(raw)


def test_points_of_areas() -> None:
    assert points_in("1,2 3,4 1,2") == [(1.0, 2.0), (3.0, 4.0)]
    assert points_in("1,2 0.5") == [(1.0, 2.0)]
    assert points_in("-22.5 22.25") == [(-22.5, 22.25)]
    assert points_in("a,b , 1,2,3") == []
