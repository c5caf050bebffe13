# SPDX-License-Identifier: Apache-2.0
"""Names are told from descriptions by their shape."""

import pytest

from longwatch.intake.naming import LONGEST_NAME, MOST_NAMES, names_in


class TestNamesIn:
    @pytest.mark.parametrize(
        ("answer", "names"),
        [
            ("Egil Norvik", ["Egil Norvik"]),
            ("Egil Norvik and Mara Lind", ["Egil Norvik", "Mara Lind"]),
            ("Egil Norvik, a guard; Mara Lind\nJonas Aune", ["Egil Norvik", "Mara Lind", "Jonas Aune"]),
            ("Egil Norvik und Jürgen Groß", ["Egil Norvik", "Jürgen Groß"]),
            ("Élodie Petit et Jean-Luc Moreau", ["Élodie Petit", "Jean-Luc Moreau"]),
            ("María José García y Íñigo López Ruiz", ["María José García", "Íñigo López Ruiz"]),
            ("Egil Norvik (tall, Red Jacket), Mara Lind \N{EN DASH} Front Desk", ["Egil Norvik", "Mara Lind"]),
            ("Egil Norvik. He shouted at Mara.", ["Egil Norvik"]),
            ("Name: Egil Norvik", ["Egil Norvik"]),
            ("- Egil Norvik\n• Mara Lind", ["Egil Norvik", "Mara Lind"]),
            ("  EGIL   NORVIK. ", ["EGIL NORVIK"]),
        ],
    )
    def test_takes_apart_what_people_write(self, answer: str, names: list[str]) -> None:
        assert names_in(answer) == names

    @pytest.mark.parametrize(
        "name",
        [
            "Ludwig van Beethoven", "Maria de la Cruz", "Ludwig Mies van der Rohe", "Usama bin Zayd", "Omar al-Rashid",
            "Sinéad O'Brien", "Charles d'Artagnan", "Anna Lena von der Heide", "J. R. Ewing", "Филипп Ющик",
            "محمد علي", "김 민준", "Herr Müller", "Thomas Mann",
        ],
    )  # fmt: skip
    def test_knows_names_of_many_shapes(self, name: str) -> None:
        assert names_in(name) == [name]

    @pytest.mark.parametrize(
        ("answer", "name"), [("Dr. Anna Schmidt", "Anna Schmidt"), ("Mr Egil Norvik", "Egil Norvik"),
                             ("Frau Prof. Anna Schmidt", "Anna Schmidt")],
    )  # fmt: skip
    def test_leaves_out_a_title_before_a_whole_name(self, answer: str, name: str) -> None:
        assert names_in(answer) == [name]

    @pytest.mark.parametrize(
        "answer",
        [
            "", "Tall", "a tall man in a red jacket", "Tall man", "two men and a woman", "I do not know", "Egil",
            "un hombre alto con chaqueta roja", "La Policía", "un homme grand en veste rouge", "Le gardien",
            "ein großer Mann in roter Jacke", "Ein Mann", "Zwei Männer", "der Hausmeister", "Großer Mann",
            "Weißer Transporter", "BMW 320", "egil norvik", "norvik@example.org", "+47 22 00 00 00", "((((",
            "A B C D E F G", "von der", f"{'N' * LONGEST_NAME} Lind",
        ],
    )  # fmt: skip
    def test_takes_no_description_for_a_name(self, answer: str) -> None:
        assert names_in(answer) == []

    def test_names_each_once(self) -> None:
        assert names_in("Egil Norvik, egil norvik, EGIL Norvik") == ["Egil Norvik"]

    def test_names_only_so_many(self) -> None:
        assert len(names_in(", ".join(f"Anna {chr(65 + n)}berg" for n in range(20)))) == MOST_NAMES
