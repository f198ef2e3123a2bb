"""Files: those that an import reads, and the folder that an export writes."""

from chairside.exchange.files.reading import (
    ENDINGS,
    MANIFEST,
    ORIGINALS,
    PACKED,
    STANDARD_INPUT,
    FileProblem,
    Source,
    ending_of,
    find,
    is_manifest,
    opened,
    standard_input,
)

__all__ = [
    "ENDINGS",
    "MANIFEST",
    "ORIGINALS",
    "PACKED",
    "STANDARD_INPUT",
    "FileProblem",
    "Source",
    "ending_of",
    "find",
    "is_manifest",
    "opened",
    "standard_input",
]
