"""A protocol as a pharmacist compares it with a label: sections in the label's order, each statement a sentence with its
units and the mark of its source.

`parts` says what a sheet is made of, `words` how values read, the other files make the sections. Nothing is left out: a test
changes every field of a protocol in turn, and the sheet must change. The export with one line a field is `numbers`.
"""

from chairside.formulary.sheet.parts import Mark, Row, Said, Section
from chairside.formulary.sheet.sections import marks, sheet

__all__ = ["Mark", "Row", "Said", "Section", "marks", "sheet"]
