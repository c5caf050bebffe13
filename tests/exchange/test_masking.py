# SPDX-License-Identifier: Apache-2.0
"""Names under pseudonyms, however they are written."""

import pytest

from longwatch.exchange.masking import Alias, Masker

WANDA = Alias("Wanda Witness", "[Witness 1]")


class TestMasker:
    @pytest.mark.parametrize(
        "text",
        ["Wanda Witness", "wanda  witness", "WANDA\nWITNESS", "Ms Witness", "Wanda's", "Witness, Wanda", "(Wanda)"],
    )
    def test_finds_a_name_and_its_parts_in_any_spelling(self, text: str) -> None:
        masked = Masker((WANDA,)).text(f"He met {text} there.")
        assert "wanda" not in masked.casefold()
        assert "[Witness 1]" in masked

    def test_leaves_words_that_only_begin_so(self) -> None:
        assert Masker((WANDA,)).text("Wandabar, eyewitness") == "Wandabar, eyewitness"

    def test_leaves_what_is_no_name_of_a_person_whole(self) -> None:
        mail = Alias("wanda@example.org", "[Witness, e-mail address 1]", is_person=False)
        assert Masker((mail,)).text("wanda@example.org at example.org") == "[Witness, e-mail address 1] at example.org"

    def test_replaces_contacts_but_neither_times_nor_those_that_stay(self) -> None:
        masker = Masker(contacts=True, kept=frozenset({"jonas@example.org"}))
        said = masker.text(
            "a@b.example, jonas@example.org, +49 30 1234567, 2026-11-22T12:00:00, 203.0.113.9, 22.11.2026"
        )
        assert said == (
            "[e-mail address], jonas@example.org, [telephone number], 2026-11-22T12:00:00, 203.0.113.9, 22.11.2026"
        )

    @pytest.mark.parametrize(
        "text",
        [
            "From: 54.235.163.229:52920 To: 192.168.0.2:80",
            "10.11.12.13/24",
            "from 192.168.100.200 192.168.100.201, twice",
        ],
    )
    def test_leaves_addresses_of_machines(self, text: str) -> None:
        assert Masker(contacts=True).text(text) == text

    def test_goes_into_every_text_of_a_value_and_leaves_its_keys(self) -> None:
        value = {"Wanda": ["Wanda Witness", 3, None, {"x": "Wanda"}]}
        assert Masker((WANDA,)).value(value) == {"Wanda": ["[Witness 1]", 3, None, {"x": "[Witness 1]"}]}

    def test_ends_in_time_on_long_texts(self) -> None:
        text = "Wanda " * 50_000 + "1" * 50_000 + "@" * 50_000
        assert "Wanda" not in Masker((WANDA,), contacts=True).text(text)
