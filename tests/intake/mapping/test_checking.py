# SPDX-License-Identifier: Apache-2.0
"""The samples in the mapping files."""

import pytest

from longwatch.intake.mapping.catalogue import builtin
from longwatch.intake.mapping.checking import differences
from longwatch.intake.mapping.model import Expected, Sample

SAMPLES = [(name, sample) for name, ready in builtin().formats.items() for sample in ready.file.sample]


@pytest.mark.parametrize(("name", "sample"), SAMPLES, ids=[f"{name}: {sample.name}" for name, sample in SAMPLES])
def test_a_sample_gives_what_its_file_says(name: str, sample: Sample) -> None:
    assert differences(sample) == [], name


def test_every_format_has_a_sample() -> None:
    assert [name for name, ready in builtin().formats.items() if not ready.file.sample] == []


def test_a_difference_is_said_in_words() -> None:
    sample = Sample("x", '{"title": "a"}', [Expected(title="b")])
    assert differences(sample) == ["x, signal 1: title is 'a' instead of 'b'."]
    assert differences(Sample("x", "[]", [])) == ["x: The list is empty."]
    assert differences(Sample("x", '{"title": "a"}', [])) == ["x: 1 signals instead of 0."]
