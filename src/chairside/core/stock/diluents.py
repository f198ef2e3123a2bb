"""Names of diluents: one spelling for each, and the other ways in which it is safely written."""

from __future__ import annotations

SALINE, HALF_SALINE = "0.9% sodium chloride", "0.45% sodium chloride"
DEXTROSE, RINGER = "5% dextrose", "lactated Ringer"
UNDILUTED = "undiluted"

# Only names that can mean one thing. “Saline” or “dextrose” alone, without the percent, can mean several and is not here.
_SPELLINGS = {
    SALINE: (
        *("0.9% nacl", "nacl 0.9%", "0.9% sodium chloride injection", "sodium chloride 0.9%", "0.9% saline", "saline 0.9%"),
        *("normal saline", "ns", "0.9% ns", "isotonic saline"),
    ),
    HALF_SALINE: (
        *("0.45% nacl", "nacl 0.45%", "sodium chloride 0.45%", "0.45% sodium chloride injection", "0.45% saline"),
        *("half normal saline", "1/2 ns", "1/2 normal saline"),
    ),
    DEXTROSE: (
        *("d5w", "dextrose 5%", "5% dextrose in water", "dextrose 5% in water", "5% dextrose injection"),
        *("5% glucose", "glucose 5%", "5% dextrose (d5w)"),
    ),
    RINGER: (
        "lactated ringer's",
        "lactated ringers",
        "ringer's lactate",
        "ringer lactate",
        "lr",
        "lactated ringer's injection",
    ),
    UNDILUTED: ("none", "no diluent", "not diluted"),
}
_NAMED = {spelling: name for name, spellings in _SPELLINGS.items() for spelling in (name.casefold(), *spellings)}


def diluent_named(text: str) -> str:
    """The one name of a diluent; a name that is not known stays as it is written, without regard to case and space."""
    plain = " ".join(text.replace("’", "'").replace(" %", "%").casefold().split())
    return _NAMED.get(plain, plain)
