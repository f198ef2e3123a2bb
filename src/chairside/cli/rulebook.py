"""The formulary as the engine's questions see it: each part is loaded when a question first asks for it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from chairside.cli.problems import UsageProblem

if TYPE_CHECKING:
    from chairside.core.charges.table import CodeTable
    from chairside.core.protocols import Protocol
    from chairside.formulary.codes import Codes


class FormularyOnDisk:
    """The formulary that came with the program, with a site's layer over it where one is given."""

    def __init__(self, layer: Path | None = None) -> None:
        self.layer = layer

    @property
    def today(self) -> date:
        """The day at the place of whoever asks."""
        return date.today()  # noqa: DTZ011 - a command at a terminal has the terminal's zone and no other

    def known_ids(self) -> tuple[str, ...]:
        """The ids of the protocols that there are."""
        from chairside.formulary.loader import known_ids

        return known_ids()

    def protocol(self, protocol_id: str) -> Protocol:
        """The protocol of a known id. Raises UsageProblem when its file, or the layer's, cannot be used."""
        from chairside.formulary.loader import load
        from chairside.formulary.reading import FormularyError

        try:
            found = load(protocol_id)
            return self._layered(found) if self.layer is not None else found
        except FormularyError as problem:
            raise UsageProblem(" ".join(str(problem).split())) from None

    def administration_codes(self) -> CodeTable:
        """The codes that charges are made of."""
        from chairside.formulary.administration import administration_codes

        return administration_codes()

    def diagnosis_codes(self) -> Codes:
        """Which diagnosis codes may be billed on a day."""
        from chairside.formulary.codes import Codes

        return Codes()

    def _layered(self, protocol: Protocol) -> Protocol:
        try:
            from chairside.formulary.site_layer import layered
        except ModuleNotFoundError:
            raise UsageProblem("--layer: a site's layer is not built yet") from None
        made: Protocol = layered(protocol, self.layer)
        return made
