"""The formulary as the engine's questions see it: each part is loaded when a question first asks for it."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from chairside.cli.problems import UsageProblem

if TYPE_CHECKING:
    from chairside.core.charges.table import CodeTable
    from chairside.core.protocols import Protocol
    from chairside.formulary.codes import Codes
    from chairside.formulary.site_layer import SiteLayer


class FormularyOnDisk:
    """The formulary that came with the program, with a site's layer over it where one is given."""

    def __init__(self, layer: Path | None = None) -> None:
        self.layer = layer
        self._layered: dict[str, Protocol] = {}

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
            if self.layer is None:
                return load(protocol_id)
            if protocol_id not in self._layered:
                self._layered[protocol_id] = self._with_layer(load(protocol_id))
            return self._layered[protocol_id]
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

    def _with_layer(self, protocol: Protocol) -> Protocol:
        from chairside.formulary.site_layer import layered

        return layered(protocol, self._site_layer)

    @cached_property
    def _site_layer(self) -> SiteLayer:
        from chairside.formulary.site_layer import load_layer

        assert self.layer is not None
        return load_layer(self.layer)
