"""The done list in the documentation says what the files say."""

from pathlib import Path

from chairside.formulary import loader
from chairside.formulary.sheet.done import done_list

LIST = Path(__file__).parents[3] / "docs" / "reference" / "formulary.md"
_HINT = "write it again: chairside protocols done > docs/reference/formulary.md"


def test_it_is_what_the_files_say() -> None:
    assert LIST.read_text(encoding="utf-8") == done_list(loader.load_all()), _HINT


def test_everything_that_is_left_out_is_named() -> None:
    text = done_list([loader.load("infliximab_iv")])
    for left in loader.load("infliximab_iv").not_encoded:
        assert left.names.en in text
