"""The reference page of the environment says what the table says."""

from pathlib import Path

from chairside.config.variables import TABLE

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "environment.md"


def test_every_variable_stands_on_the_reference_page_as_the_table_has_it():
    lines = [f"| `{name}` | {row.form} | {row.use} |" for name, row in TABLE.items()]
    assert [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")] == lines
