"""An issue with something received: what FHIR calls an OperationOutcome issue, as a plain value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """FHIR's issue severities that are used here."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong.

    kind      FHIR's issue type: structure, required, value, code-invalid, invariant, not-supported, duplicate
    path      where, as a FHIRPath (`MedicationRequest.authoredOn`)
    sentence  what is wrong and what was expected, with the offending value
    mendable  True when the rest of the resource may be used all the same (a time without its zone)
    """

    kind: str
    path: str
    sentence: str
    severity: Severity = Severity.ERROR
    mendable: bool = False
