"""What a question is answered from: protocols and code tables. The command hands it in, since wire formats load nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from chairside.exchange.questions.text import InputProblem, shown

if TYPE_CHECKING:
    from chairside.core.charges.charge import DiagnosisCodes
    from chairside.core.charges.table import CodeTable
    from chairside.core.protocols import Protocol as TherapyProtocol
    from chairside.exchange.questions.reading import Fields


class Rulebook(Protocol):
    """The formulary as questions see it. Each part is loaded when a question first asks for it."""

    @property
    def today(self) -> date:
        """The day of asking, for questions that state none."""

    def known_ids(self) -> tuple[str, ...]:
        """The ids of the protocols that there are."""

    def protocol(self, protocol_id: str) -> TherapyProtocol:
        """The protocol of a known id, the site's layer applied."""

    def administration_codes(self) -> CodeTable:
        """The codes that charges are made of."""

    def diagnosis_codes(self) -> DiagnosisCodes:
        """Which diagnosis codes may be billed on a day."""


class UnknownProtocol(InputProblem):
    """The question names a protocol that the formulary does not hold."""


Question = dict[str, Any]
Answer = dict[str, Any]


def protocol_of(question: Fields, rulebook: Rulebook) -> TherapyProtocol:
    """The protocol that a question names. Raises UnknownProtocol with the nearest ids."""
    wanted = question.needed("protocol", question.text("protocol"))
    known = rulebook.known_ids()
    if wanted in known:
        return rulebook.protocol(wanted)
    from difflib import get_close_matches

    near = get_close_matches(wanted, known, 3, 0.75)
    hint = f"did you mean {' or '.join(near)}?" if near else "`chairside protocols list` shows those that there are"
    raise UnknownProtocol(question.place("protocol"), f"there is no protocol {shown(wanted)}; {hint}")


def items_of(protocol: TherapyProtocol, rulebook: Rulebook) -> dict[str, TherapyProtocol]:
    """The protocols of a plan's items, those that the formulary holds; none where the protocol is no plan of several."""
    if protocol.plan is None:
        return {}
    known = rulebook.known_ids()
    return {item.protocol: rulebook.protocol(item.protocol) for item in protocol.plan.items if item.protocol in known}
