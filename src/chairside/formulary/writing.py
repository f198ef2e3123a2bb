"""Writes YAML that `reading` reads back as it was: exact decimals, amounts and days without quotes, other text with them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import yaml

from chairside.core.kernel.quantity import Quantity, plain
from chairside.formulary.reading import RESOLVERS


class _Dumper(yaml.SafeDumper):
    """Takes a word without quotes as the reader does."""

    yaml_implicit_resolvers = RESOLVERS

    def ignore_aliases(self, data: Any) -> bool:
        """The same day twice is written twice: a person reads it."""
        return True


_Dumper.add_representer(Decimal, lambda dumper, value: dumper.represent_scalar("!decimal", format(value, "f")))
_Dumper.add_representer(
    Quantity, lambda dumper, value: dumper.represent_scalar("!quantity", f"{plain(value.amount)} {value.unit.code}")
)


def write_text(content: Any) -> str:
    """The content as YAML text, in the order in which it stands."""
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
