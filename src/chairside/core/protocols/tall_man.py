"""Tall-man letters: names that look alike, written so that they do not.

Read in tables of a cancer agency: CISplatin, CARBOplatin, DOXOrubicin, DAUNOrubicin, DOCEtaxel, PACLitaxel, riTUXimab and
azaCITIDine. The others are recalled from the FDA and ISMP lists and to be checked against them.
"""

from __future__ import annotations

_LISTED = (
    *("CISplatin", "CARBOplatin", "DOXOrubicin", "DAUNOrubicin", "DOCEtaxel", "PACLitaxel", "riTUXimab", "azaCITIDine"),
    *("vinBLAStine", "vinCRIStine", "inFLIXimab", "DAPTOmycin", "DACTINomycin", "ceFAZolin", "cefTRIAXone"),
    *("hydrALAZINE", "hydrOXYzine", "EPINEPHrine", "ePHEDrine", "methylPREDNISolone", "diphenhydrAMINE", "dimenhyDRINATE"),
    *("OXcarbazepine", "SUMAtriptan", "valGANciclovir", "DOBUTamine", "DOPamine"),
)
_TALL = {name.casefold(): name for name in _LISTED}


def tall_man(name: str) -> str:
    """The name with each listed word in tall-man letters; words that are not listed stay as they are written."""
    return " ".join(_TALL.get(word.casefold(), word) for word in name.split(" "))
