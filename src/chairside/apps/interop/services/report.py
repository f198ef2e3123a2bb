"""What an import says at its end, in the shape of the contract."""

from __future__ import annotations

import re
import resource
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chairside.apps.intake.services import ReferralReceived
from chairside.apps.interop.services.importing import BundleImported
from chairside.core.kernel.decision import Decision

_ANSWERS = 50  # acknowledgements that the table shows; each stays with its message


@dataclass
class Report:
    """What happened so far."""

    center: str = ""
    files: int = 0
    imported: int = 0
    unchanged: int = 0
    quarantined: int = 0
    referrals: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[str, str, str]] = field(default_factory=list)  # of messages: file, type and control id, the answer
    unreadable: int = 0
    seconds: float = 0.0

    @property
    def resources(self) -> int:
        return self.imported + self.unchanged + self.quarantined

    def add(self, file: str, done: BundleImported) -> None:
        """Count a document or a part of it, and note its referral and its problems."""
        self.imported += done.imported
        self.unchanged += done.unchanged
        self.quarantined += done.quarantined
        for problem in done.problems:
            self.problems.append(
                {"file": file, "entry": problem.entry, "resource": problem.resource, "outcome": problem.outcome}
            )
        self.received(file, done.referral, done.refusal)

    def received(self, file: str, referral: ReferralReceived | None, refusal: Decision[ReferralReceived] | None) -> None:
        """Note what intake said of a packet."""
        for reason in refusal.reasons if refusal is not None else ():
            self.trouble(file, "referral", reason.message, code="business-rule")
        if referral is None or referral.judgement is None:
            return
        judged = referral.judgement
        self.referrals.append(
            {
                "file": file,
                "patient": referral.patient.mrn,
                "therapy": judged.therapy or None,
                "status": judged.status,
                "missing": [item.what for item in judged.missing],
                "findings": [
                    {"code": item.code, "severity": item.severity.value, "detail": item.detail} for item in judged.findings
                ],
                "not_judged": list(judged.not_judged),
                "elsewhere": list(judged.elsewhere),
            }
        )

    def unusable(self, file: str, sentence: str) -> None:
        """Count a file of which nothing could be used."""
        self.unreadable += 1
        self.trouble(file, "", f"{sentence[:1].upper()}{sentence[1:]}.")

    def answered(self, file: str, message: str, answer: str) -> None:
        """Note the acknowledgement of a message."""
        if len(self.answers) < _ANSWERS:
            self.answers.append((file, message, answer))

    def trouble(self, file: str, entry: str, sentence: str, code: str = "structure", resource: str = "") -> None:
        """Something that could not be used, as an OperationOutcome."""
        issue = {"severity": "error", "code": code, "diagnostics": sentence}
        self.problems.append(
            {
                "file": file,
                "entry": entry,
                "resource": resource,
                "outcome": {"resourceType": "OperationOutcome", "issue": [issue]},
            }
        )

    def as_data(self) -> dict[str, Any]:
        """The contract's shape."""
        return {
            "files": self.files,
            "resources": {"imported": self.imported, "unchanged": self.unchanged, "quarantined": self.quarantined},
            "referrals": sorted(self.referrals, key=lambda item: str(item["file"])),
            "problems": sorted(self.problems, key=lambda item: str(item["file"])),
            "seconds": round(self.seconds, 3),
            "peak_mb": peak_mb(),
        }


def peak_mb() -> int:
    """The most memory that this process has held, in megabytes.

    Where the kernel tells it for this program alone, that counts: `getrusage` also remembers the process that started it.
    """
    try:
        told = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    except OSError:
        told = None
    return (int(told[1]) if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) // 1024
