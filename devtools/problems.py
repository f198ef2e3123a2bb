"""The plain sentences: what is wrong on this machine, and the line to type."""

import re


class Problem(Exception):
    """One sentence for the person at the keyboard."""


# What pip, uv, npm and apt print, and what it means. The first that matches is said.
_MEANINGS = (
    (r"No space left on device|os error 28", "The disk is full: free about 2 GB, then run the command again."),
    (
        r"ensurepip|No module named '?venv",
        "This Python cannot make environments: run `apt-get install -y python3-venv` (as root), then the command again.",
    ),
    (
        r"Name or service not known|Temporary failure in name resolution|dns error|error sending request|Connection refused"
        r"|NewConnectionError|ConnectTimeout|Failed to fetch|tcp connect error|Network is unreachable|operation timed out",
        "The package index cannot be reached: check the network and the proxy settings, then run the command again.",
    ),
    (
        r"doesn't have a (source distribution or )?wheel|no wheels with a matching|not a supported wheel",
        "A package has no build for this system: use Linux on x86-64 or arm64 with glibc 2.28 or newer, or macOS.",
    ),
    (
        r"hash(es)? (mismatch|do not match)|DO NOT MATCH",
        "A downloaded package is not the one that was locked; stop and report it.",
    ),
    (r"Permission denied|os error 13", "A file here belongs to somebody else: make the folder yours, or clone it afresh."),
)


def meaning(output: str) -> str | None:
    """The sentence for a tool's output, if it says something that we know."""
    return next((sentence for pattern, sentence in _MEANINGS if re.search(pattern, output)), None)
