"""What an import says at its end: JSON in the contract's shape, or a table for a person."""

import json
from typing import Any

import click

from chairside.apps.intake.texts import storable
from chairside.apps.interop.services.report import Report, peak_mb

_SHOWN = 3  # issues of one resource in the table; the JSON has them all


def as_text(report: Report) -> str:
    """A table for a person at a terminal."""
    lines = []
    if report.referrals:
        rows = [(item["file"], item["patient"], item["therapy"] or "not judged", _status(item)) for item in report.referrals]
        head = ("file", "patient", "therapy", "status")
        widths = [max(len(row[at]) for row in [head, *rows]) for at in range(4)]
        lines.append("  ".join(word.ljust(width) for word, width in zip(head, widths, strict=True)).rstrip())
        for row, item in zip(rows, report.referrals, strict=True):
            lines.append("  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip())
            lines += [f"    missing: {what}" for what in item["missing"]]
            lines += [f"    {found['severity']}: {found['code']}: {found['detail']}" for found in item["findings"]]
            lines += [f"    not judged: {what}" for what in item["not_judged"] if item["therapy"]]
            lines += [f"    for others: {what}" for what in item["elsewhere"]]
        lines.append("")
    for file, message, answer in report.answers:
        lines += [f"{file}: {message}: {item}" for item in answer.split("\r") if item.startswith("MSA")]
    lines += [""] if report.answers else []
    for problem in report.problems:
        where = " ".join(part for part in (problem["file"], problem["entry"]) if part)
        issues = problem["outcome"]["issue"]
        lines += [f"{where}: {issue['diagnostics']}" for issue in issues[:_SHOWN]]
        if len(issues) > _SHOWN:
            lines.append(f"{where}: and {len(issues) - _SHOWN} more")
    total = report.imported + report.unchanged + report.quarantined
    rate = f", {total / report.seconds:,.0f} a second" if report.seconds > 0 else ""
    lines.append(
        f"{report.files} files, {total:,} resources: {report.imported:,} imported, {report.unchanged:,} unchanged, "
        f"{report.quarantined:,} in quarantine; {len(report.referrals)} referrals "
        f"({sum(item['status'] == 'incomplete' for item in report.referrals)} incomplete). "
        f"{f'For {report.center}. ' if report.center else ''}{report.seconds:.1f} s{rate}, {peak_mb()} MB."
    )
    return "\n".join(lines)


def _status(referral: dict[str, Any]) -> str:
    """Complete, but with something that nobody has judged, is not simply complete."""
    status: str = referral["status"]
    if status != "complete" or not referral["not_judged"]:
        return status
    return f"{status} apart from what is not judged" if referral["therapy"] else f"{status} apart from the therapy"


def say(report: Report, as_json: bool) -> None:
    """Print the report."""
    data = report.as_data()
    click.echo(storable(json.dumps(data, ensure_ascii=False, indent=1, default=str)) if as_json else _shown(as_text(report)))


def _shown(text: str) -> str:
    """Without what would move the cursor or turn the writing round: sentences quote what was sent."""
    return "".join(mark if mark.isprintable() or mark == "\n" else "\N{REPLACEMENT CHARACTER}" for mark in text)
