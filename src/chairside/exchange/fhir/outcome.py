"""Issues written as a FHIR OperationOutcome."""

from __future__ import annotations

from collections.abc import Sequence

from chairside.core.intake.issue import Issue
from chairside.exchange.fhir.text import Json

_TOLD = 200  # issues of one resource; a list of half a million empty items has as many


def operation_outcome(issues: Sequence[Issue]) -> Json:
    """The OperationOutcome that says what is wrong, one issue each, in the order found; or that nothing was found."""
    if len(issues) > _TOLD:
        more = {"severity": "information", "code": "informational", "diagnostics": f"And {len(issues) - _TOLD:,} more."}
        return {"resourceType": "OperationOutcome", "issue": [*operation_outcome(issues[:_TOLD])["issue"], more]}
    if not issues:
        nothing = {"severity": "information", "code": "informational", "diagnostics": "Nothing was found to be wrong."}
        return {"resourceType": "OperationOutcome", "issue": [nothing]}
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {"severity": issue.severity.value, "code": issue.kind, "diagnostics": issue.sentence}
            | ({"expression": [issue.path]} if issue.path else {})
            for issue in issues
        ],
    }
