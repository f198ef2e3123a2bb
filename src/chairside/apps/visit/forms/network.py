"""What may wait on a device until the network is back, and what is said of everything else.

Only what was seen or done waits, to be reported. What starts, goes on, rises or decides is asked of the server when it is done.
"""

from __future__ import annotations

KEPT = frozenset(
    """
    vitals symptom note lower stop flush reaction access access-out observe premedication seat hold allergies questions
    pause reaction-now
    """.split()  # noqa: SIM905 - a paragraph of words is easier to read than a column of strings
)
_NEEDS = {
    "start": "A start needs the network",
    "raise": "A higher rate needs the network",
    "lower": "A higher rate needs the network",  # said only when the rate that was typed is higher than the one that runs
    "resume": "Going on after a pause needs the network",
    "clear": "The go decision needs the network",
    "release": "A release to the pharmacy needs the network",
    "check": "A double check is never kept on a device that others use, so it needs the network",
    "preparation": "A preparation takes vials from the shelf, so it needs the network",
    "check-in": "A check-in compares name and birth date with the record, so it needs the network",
    "discharge": "A discharge needs the network",
    "sign": "A signature needs the network",
}


def needs_network(way: str) -> str:
    """The words for an entry that the server did not answer and that is not kept."""
    needs = _NEEDS.get(way, "This entry needs the network")
    after = "What you typed is still on this page; when the network is back, look at what is recorded before you send it again."
    return f"Not recorded: no answer came. {needs}. Write what is done on paper, and enter it afterwards with its time. {after}"
