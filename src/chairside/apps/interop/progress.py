"""How far an import is and what came of it, as its page says it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from chairside.apps.intake.models import Finding
from chairside.apps.intake.words import finding_words
from chairside.apps.interop.models import ImportRun
from chairside.apps.interop.selectors import referrals_named
from chairside.apps.interop.services.running import Progress

_LONG_WAIT = 60  # seconds without a worker's word before the page says so
_TO_TELL = 2  # seconds and percent until the rate says anything about the time left
_SHOWN = 50  # of each kind on the page; the whole is in intake and in quarantine


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a running import is.

    share     percent by bytes or patients, None before that can be said
    mark      what is announced once when it changes: the stage, and each quarter of it
    """

    stage: str
    share: int | None
    detail: str
    mark: str
    waits_long: bool = False

    @property
    def sentence(self) -> str:
        return f"{self.stage}, {self.share} %" if self.share is not None else self.stage


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an import that has ended well."""

    imported: int
    unchanged: int
    quarantined: int
    seconds: float
    referrals: list[dict[str, Any]] = field(default_factory=list)
    more_referrals: int = 0
    unusable: list[dict[str, str]] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)
    more_problems: int = 0

    @property
    def resources(self) -> int:
        return self.imported + self.unchanged + self.quarantined


def standing(run: ImportRun, now: datetime) -> Standing:
    """How far a running import is, from what its job said last."""
    told = _told(run)
    if told is None:
        waits = (now - run.started_at).total_seconds() > _LONG_WAIT
        return Standing("Waiting for its turn", None, "", "waiting", waits and not run.total_bytes)
    share = min(100 * told.done // told.total, 100) if told.total else None
    parts = [f"{told.resources:,} resources", f"{told.rate:,.0f} a second"] if told.resources else []
    if told.stage == "Looking through" and told.total:
        parts = [f"{told.done:,} of {told.total:,} files"]
    elif told.stage == "Reading patients":
        parts = [f"{told.done:,} of {told.total:,} patients"]
    if told.stage == "Importing" and told.seconds_left is not None and told.seconds >= _TO_TELL and (share or 0) >= _TO_TELL:
        parts.append(f"about {_duration(told.seconds_left)} left")
    return Standing(told.stage, share, ", ".join(parts), f"{told.stage} {(share or 0) // 25}")


def _told(run: ImportRun) -> Progress | None:
    if run.report:
        return Progress(**json.loads(run.report))
    if run.total_bytes:  # an import by the command line tells its terminal, and keeps the counts in the row
        return Progress("Importing", run.done_bytes, run.total_bytes, run.imported + run.unchanged + run.quarantined)
    return None


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def outcome(run: ImportRun) -> Outcome:
    """What came of it, with a link to each referral. One query."""
    told = json.loads(run.report)
    counts = told["resources"]
    shown = told["referrals"][:_SHOWN]
    found = referrals_named(shown)
    nowhere = [item for item in told["problems"] if not item["entry"]]
    others = [item for item in told["problems"] if item["entry"]]
    return Outcome(
        imported=counts["imported"],
        unchanged=counts["unchanged"],
        quarantined=counts["quarantined"],
        seconds=told["seconds"],
        referrals=[_referral(item, found) for item in shown],
        more_referrals=max(len(told["referrals"]) - _SHOWN, 0),
        unusable=[_problem(item) for item in nowhere],
        problems=[_problem(item) for item in others[:_SHOWN]],
        more_problems=max(len(others) - _SHOWN, 0),
    )


def _referral(item: Mapping[str, Any], found: Mapping[tuple[str, str], UUID]) -> dict[str, Any]:
    """A referral of the report: who, what, how complete, what was found; nothing that nobody has judged is called complete."""
    complete = item["status"] == "complete"
    judged = complete and not item["not_judged"]
    word = item["status"].capitalize() if judged or not complete else "Not all judged" if item["therapy"] else "Not judged"
    holds = [finding for finding in item["findings"] if finding["severity"] == Finding.Severity.HOLD]
    said = [
        item["file"],
        "Complete apart from what nobody has judged" if complete and not judged else "",
        f"Missing: {', '.join(item['missing'])}" if item["missing"] else "",
        f"Held: {', '.join(finding_words(finding['code']) for finding in holds)}" if holds else "",
        f"To look at: {others}" if (others := len(item["findings"]) - len(holds)) else "",
    ]
    return {
        "id": found.get((str(item["patient"]), item["therapy"] or "")),
        "patient": item["patient"],
        "therapy": item["therapy"],
        "tone": "act" if holds else "done" if judged else "due",
        "word": word,
        "note": ". ".join(part for part in said if part),
    }


def _problem(item: Mapping[str, Any]) -> dict[str, str]:
    issues = item["outcome"]["issue"]
    more = f" And {len(issues) - 3} more." if len(issues) > 3 else ""
    return {
        "file": item["file"],
        "entry": item["entry"],
        "said": " ".join(issue["diagnostics"] for issue in issues[:3]) + more,
    }
