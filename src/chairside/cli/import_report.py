"""What an import says at its end: JSON in the contract's shape, or a table for a person."""

import json
import resource
import time
from dataclasses import dataclass, field
from typing import Any

import click

from chairside.apps.interop.services import BundleImported

_SHOWN = 3  # issues of one resource in the table; the JSON has them all


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
    unreadable: int = 0
    started: float = field(default_factory=time.monotonic)

    def add(self, file: str, done: BundleImported) -> None:
        """Count a bundle or a batch, and note its referral and its problems."""
        self.imported += done.imported
        self.unchanged += done.unchanged
        self.quarantined += done.quarantined
        for problem in done.problems:
            self.problems.append(
                {"file": file, "entry": problem.entry, "resource": problem.resource, "outcome": problem.outcome}
            )
        if done.refusal is not None:
            for reason in done.refusal.reasons:
                self.trouble(file, "referral", reason.message, code="business-rule")
        received = done.referral
        if received is None or received.judgement is None:
            return
        judged = received.judgement
        self.referrals.append(
            {
                "file": file,
                "patient": received.patient.mrn,
                "therapy": judged.therapy or None,
                "status": judged.status,
                "missing": [item.what for item in judged.missing],
                "findings": [
                    {"code": item.code, "severity": item.severity.value, "detail": item.detail} for item in judged.findings
                ],
                "not_judged": list(judged.not_judged),
            }
        )

    def trouble(self, file: str, entry: str, sentence: str, code: str = "structure") -> None:
        """A file, a line or a packet that could not be used, as an OperationOutcome."""
        issue = {"severity": "error", "code": code, "diagnostics": sentence}
        self.problems.append(
            {"file": file, "entry": entry, "resource": "", "outcome": {"resourceType": "OperationOutcome", "issue": [issue]}}
        )

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def as_json(self) -> str:
        """The contract's shape."""
        return json.dumps(
            {
                "files": self.files,
                "resources": {"imported": self.imported, "unchanged": self.unchanged, "quarantined": self.quarantined},
                "referrals": self.referrals,
                "problems": self.problems,
                "seconds": round(self.seconds, 3),
                "peak_mb": peak_mb(),
            },
            ensure_ascii=False,
            indent=1,
            default=str,
        )

    def as_text(self) -> str:
        """A table for a person at a terminal."""
        lines = []
        if self.referrals:
            rows = [(item["file"], item["patient"], item["therapy"] or "not judged", _status(item)) for item in self.referrals]
            head = ("file", "patient", "therapy", "status")
            widths = [max(len(row[at]) for row in [head, *rows]) for at in range(4)]
            lines.append("  ".join(word.ljust(width) for word, width in zip(head, widths, strict=True)).rstrip())
            for row, item in zip(rows, self.referrals, strict=True):
                lines.append("  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip())
                lines += [f"    missing: {what}" for what in item["missing"]]
                lines += [f"    {found['severity']}: {found['code']}: {found['detail']}" for found in item["findings"]]
                lines += [f"    {what}" for what in item["not_judged"] if item["therapy"]]
            lines.append("")
        for problem in self.problems:
            where = " ".join(part for part in (problem["file"], problem["entry"]) if part)
            issues = problem["outcome"]["issue"]
            lines += [f"{where}: {issue['diagnostics']}" for issue in issues[:_SHOWN]]
            if len(issues) > _SHOWN:
                lines.append(f"{where}: and {len(issues) - _SHOWN} more")
        total = self.imported + self.unchanged + self.quarantined
        rate = f", {total / self.seconds:,.0f} a second" if self.seconds > 0 else ""
        lines.append(
            f"{self.files} files, {total:,} resources: {self.imported:,} imported, {self.unchanged:,} unchanged, "
            f"{self.quarantined:,} in quarantine; {len(self.referrals)} referrals "
            f"({sum(item['status'] == 'incomplete' for item in self.referrals)} incomplete). "
            f"{f'For {self.center}. ' if self.center else ''}{self.seconds:.1f} s{rate}, {peak_mb()} MB."
        )
        return "\n".join(lines)


def _status(referral: dict[str, Any]) -> str:
    """Complete, but with something that nobody has judged, is not simply complete."""
    status: str = referral["status"]
    if status != "complete" or not referral["not_judged"]:
        return status
    return f"{status} apart from what is not judged" if referral["therapy"] else f"{status} apart from the therapy"


def peak_mb() -> int:
    """The most memory that this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def say(report: Report, as_json: bool) -> None:
    click.echo(report.as_json() if as_json else report.as_text())
