# SPDX-License-Identifier: Apache-2.0
"""Identifiers: their order, their bits, and what they do not tell."""

import os
import re
import time
from uuid import UUID

from longwatch.core.ids import SPOKEN_ALPHABET, case_reference, entity_id, incident_reference, receipt_number, uuid7

MANY = 300


class TestUuid7:
    """uuid7"""

    def test_carries_version_and_variant(self) -> None:
        made = [uuid7() for _ in range(MANY)]
        assert {(each.version, each.variant) for each in made} == {(7, "specified in RFC 4122")}

    def test_begins_with_the_present_millisecond(self) -> None:
        before = time.time_ns() // 1_000_000
        made = uuid7()
        assert before <= made.int >> 80 <= time.time_ns() // 1_000_000

    def test_sorts_by_time(self) -> None:
        earlier = uuid7()
        while (later := uuid7()).int >> 80 == earlier.int >> 80:
            pass
        assert earlier < later
        assert str(earlier) < str(later)

    def test_never_repeats(self) -> None:
        assert len({uuid7() for _ in range(MANY)}) == MANY

    def test_a_forked_process_makes_others(self) -> None:
        """Also of bytes that were fetched before the fork: after it both processes make identifiers of their own."""
        uuid7()
        theirs, ours = os.pipe()
        child = os.fork()
        if not child:
            os.write(ours, b"".join(uuid7().bytes[6:] for _ in range(MANY)))
            os._exit(0)
        os.waitpid(child, 0)
        made = os.read(theirs, MANY * 10)
        os.close(theirs)
        os.close(ours)
        assert len(made) == MANY * 10
        assert not {made[at : at + 10] for at in range(0, len(made), 10)} & {uuid7().bytes[6:] for _ in range(MANY)}

    def test_leaves_74_bits_to_chance(self) -> None:
        """Every bit that is neither time, version nor variant is seen as 0 and as 1."""
        made = [uuid7().int & ((1 << 80) - 1) for _ in range(MANY)]
        seen_one, seen_zero = 0, 0
        for each in made:
            seen_one |= each
            seen_zero |= ~each
        fixed = (0xF << 76) | (0x3 << 62)
        assert seen_one & seen_zero & ((1 << 80) - 1) == ((1 << 80) - 1) & ~fixed


class TestIncidentReference:
    """incident_reference"""

    def test_counts_with_four_digits_and_more_when_needed(self) -> None:
        assert incident_reference(2026, 7) == "INC-2026-0007"
        assert incident_reference(2026, 12345) == "INC-2026-12345"


class TestCaseReference:
    """case_reference"""

    def test_is_six_letters_that_are_not_misheard(self) -> None:
        for _ in range(MANY):
            start, four, two = case_reference().split("-")
            assert (start, len(four), len(two)) == ("CASE", 4, 2)
            assert set(four + two) <= set(SPOKEN_ALPHABET)

    def test_has_an_alphabet_of_32_without_misread_letters(self) -> None:
        assert len(set(SPOKEN_ALPHABET)) == 32
        assert not set("ILOU") & set(SPOKEN_ALPHABET)

    def test_does_not_count(self) -> None:
        # Of 32^6 references, two of 300 are equal once in 20,000 runs; two such pairs never.
        assert len({case_reference() for _ in range(MANY)}) >= MANY - 1


class TestReceiptNumber:
    """receipt_number"""

    def test_is_twenty_digits_in_groups_of_four(self) -> None:
        made = [receipt_number() for _ in range(MANY)]
        assert all(re.fullmatch(r"\d{4}(-\d{4}){4}", each) for each in made)
        assert len(set(made)) == MANY

    def test_uses_every_digit_in_every_place(self) -> None:
        made = [receipt_number().replace("-", "") for _ in range(MANY)]
        assert all({each[place] for each in made} == set("0123456789") for place in range(20))


class TestEntityId:
    """entity_id"""

    def test_is_the_same_for_the_same_key_in_one_organisation(self) -> None:
        org = uuid7()
        assert entity_id(org, "ip:192.0.2.1") == entity_id(org, "ip:192.0.2.1")
        assert entity_id(org, "ip:192.0.2.1") != entity_id(org, "ip:192.0.2.2")

    def test_tells_nothing_across_organisations(self) -> None:
        assert entity_id(uuid7(), "ip:192.0.2.1") != entity_id(uuid7(), "ip:192.0.2.1")

    def test_stays_what_it_was(self) -> None:
        """Stored identifiers are found again only while this holds."""
        org = UUID("00000000-0000-7000-8000-0000000000aa")
        assert entity_id(org, "ip:192.0.2.1").version == 5
        assert str(entity_id(org, "ip:192.0.2.1")) == "7fb1eec6-5801-5c87-8813-e4c4f2ec7386"
