"""Every reason that the rulebook gives while any test of the core runs has the parts that the contract asks of it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import chairside.core
from chairside.core.kernel import decision
from chairside.core.kernel.decision import Outcome, Reason

_CORE = str(Path(chairside.core.__file__).parent)
_FIELD = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_*+-]+)*")
_ROLES = frozenset(("nurse", "prescriber", "pharmacist", "medical_director", "none"))
# What was met or missed is a limit, and is said: without it nobody can mend the order.
_WITH_LIMIT = frozenset(
    ("above_maximum", "duration_limit", "too_early", "too_late", "stale_fact", "preparation_expired", "sequence_conflict")
)
_WITH_SOURCE = frozenset(("stale_fact", "rate_limit"))


def shortcomings(reason: Reason) -> list[str]:
    """What this reason lacks or has too much of."""
    found = []
    if not isinstance(reason.message, str) or not reason.message.endswith((".", "?")):
        found.append("its message is not a sentence")
    if not isinstance(reason.field, str) or not _FIELD.fullmatch(reason.field):
        found.append("its field is not a path")
    met = reason.code in _WITH_LIMIT or (reason.code, reason.outcome) == ("rate_limit", Outcome.REFUSED)
    if not isinstance(reason.limit, str) or (met and not reason.limit):
        found.append("it does not say the limit")
    if not isinstance(reason.source, str) or (reason.code in _WITH_SOURCE and not reason.source):
        found.append("it does not say where the limit comes from")
    if reason.override not in _ROLES:
        found.append("the role that may release it is unknown")
    if (reason.outcome is Outcome.REVIEW) != (reason.override != "none") and reason.outcome is not Outcome.REFUSED:
        found.append("what is for review names who judges it; what is unknown is answered by the fact, never released")
    return found


@pytest.fixture(autouse=True, scope="session")
def reasons_have_their_parts() -> Iterator[None]:
    checked = Reason.__post_init__

    def and_its_parts(reason: Reason) -> None:
        checked(reason)
        maker = sys._getframe(1)
        while maker is not None and maker.f_code.co_filename in ("<string>", decision.__file__):
            maker = maker.f_back
        # Reasons that a test makes up for its own purpose may be as short as it likes.
        if maker is not None and maker.f_code.co_filename.startswith(_CORE) and (lacking := shortcomings(reason)):
            raise AssertionError(f"{maker.f_code.co_filename}:{maker.f_lineno} gives {reason}: {'; '.join(lacking)}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reason, "__post_init__", and_its_parts)
        yield
