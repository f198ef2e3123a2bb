"""What senders of HL7 v2 mean by their codes: known where the table says so, unknown everywhere else."""

from __future__ import annotations

import pytest

from chairside.formulary.messages import MessageTables, senders

TABLES = MessageTables()


def test_an_authority_assigns_only_the_numbers_that_the_table_says() -> None:
    assert TABLES.identifier_system("SMEHR", "MR") == "https://ehr.synthetic.example.org/mrn"
    assert TABLES.identifier_system("SMEHR", "AN") is None
    assert TABLES.identifier_system("OTHER", "MR") is None
    assert TABLES.identifier_system("", "MR") is None

    assert TABLES.code_system("I10C") == "http://hl7.org/fhir/sid/icd-10-cm"
    assert TABLES.code_system("I10") is None
    assert TABLES.code_system("ln") is None


@pytest.mark.parametrize(
    ("of", "system", "code", "word"),
    [
        ("route", "HL70162", "IV", "IV"),
        ("result", "HL70136", "Y", "yes"),
        ("line", "FMC90", "FMC90-MEDICARE", "medicare"),
        ("line", "FHP01", "FMC90-MEDICARE", None),
        ("section", "", "CH", "laboratory"),
        ("nothing", "", "CH", None),
    ],
)
def test_a_word_is_of_its_table(of: str, system: str, code: str, word: str | None) -> None:
    assert TABLES.word(of, system, code) == word


def test_no_two_authorities_assign_numbers_of_one_system() -> None:
    systems = [system for kinds in senders().authorities.values() for system in kinds.values()]
    assert len(systems) == len(set(systems))


def test_no_unit_of_another_system_is_taken_unchecked() -> None:
    assert TABLES.unit("ISO+", "ng/ml") is None
