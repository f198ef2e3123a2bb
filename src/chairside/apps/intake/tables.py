"""The formulary as intake asks it: code tables, the protocol of a packet, what the packet's payers ask beside it."""

from __future__ import annotations

from chairside.core.intake.referral import Packet
from chairside.core.intake.therapy_rules import FreshLimit
from chairside.core.protocols import Protocol
from chairside.formulary.codes import HCPCS, Codes, brand_of
from chairside.formulary.loader import load
from chairside.formulary.payers import ages_asked


class FormularyTables(Codes):
    """The code tables with the questions that need a whole packet."""

    def therapies(self, packet: Packet) -> tuple[str, ...]:
        """The therapies that the packet's orders, or its request where no drug is ordered, can be for."""
        return self.recognise(packet.asked_for, packet.diagnoses)

    def protocol(self, therapies: tuple[str, ...]) -> Protocol | None:
        """The protocol when exactly one therapy is meant."""
        return load(therapies[0]) if len(therapies) == 1 else None

    def brand(self, packet: Packet, protocol: Protocol | None) -> str:
        """The brand that an order names, in the protocol's spelling; of a single order as it was sent where none is known."""
        named = (brand_of(order, protocol) for order in packet.orders) if protocol else ()
        known = next((brand for brand in named if brand), "")
        return known or (packet.orders[0].brand if len(packet.orders) == 1 else "")

    def limits(self, packet: Packet) -> tuple[FreshLimit, ...]:
        """Ages of results that the packet's payers ask for what is ordered."""
        payers = {coverage.payer_code for coverage in packet.coverages if coverage.payer_code}
        drugs = {code for order in packet.orders for system, code in order.codes if system == HCPCS}
        return tuple(FreshLimit(asked.fact, asked.days, asked.policy) for asked in ages_asked(payers, drugs))
