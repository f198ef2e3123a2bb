"""ORC and what follows it: what is to be done, timings, doses, routes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chairside.core.intake.referral import DrugOrder, Identifier
from chairside.exchange.hl7v2.message import Control, Message
from tests.exchange.hl7v2.messages import good, message, why

ORC = "ORC|NW|RX-1^SMEHR|||IP||||20261112143200-0600"
RXO = "RXO|J1756^iron sucrose (Venofer)^HCPCS|200||mg^milligram^UCUM"


def order(*lines: str) -> DrugOrder:
    (found,) = good(*lines, kind="OMP^O09").packet.orders
    return found


@pytest.mark.parametrize(("code", "control"), [("NW", Control.NEW), ("XO", Control.CHANGE)])
def test_new_and_changed_orders_are_in_the_packet(code: str, control: Control) -> None:
    part = good(ORC.replace("NW", code), RXO, kind="ORM^O01")
    assert part.orders[0].control is control
    assert part.packet.orders == (part.orders[0].drug,)
    assert part.packet.request == part.orders[0].request


@pytest.mark.parametrize(("code", "control"), [("CA", Control.CANCEL), ("DC", Control.DISCONTINUE)])
def test_an_order_that_is_taken_back_is_not_in_the_packet(code: str, control: Control) -> None:
    part = good(f"ORC|{code}|RX-1^SMEHR|77^LAB|||||||||||||^Patient moved^L", kind="OMP^O09")
    (line,) = part.orders
    assert (line.control, line.drug, line.reason) == (control, None, "Patient moved")
    assert line.identifiers == (
        Identifier("https://ehr.synthetic.example.org/order", "RX-1"),
        Identifier("urn:chairside:hl7v2:SMEHR:LAB:FILL", "77"),
    )
    assert (part.packet.orders, part.packet.request) == ((), None)


@pytest.mark.parametrize("code", ["SC", "HD", "", "new"])
def test_any_other_control_code_is_refused(code: str) -> None:
    assert why(ORC.replace("NW", code), RXO, kind="OMP^O09") == ["ORC[1]-1 103"]


def test_an_order_without_a_number_is_refused() -> None:
    assert why("ORC|NW", RXO, kind="OMP^O09") == ["ORC[1]-2 101"]


def test_an_order_of_nothing_is_refused() -> None:
    assert why(ORC, kind="OMP^O09") == ["ORC[1] 100"]
    assert why(ORC, "RXO||200||mg^^UCUM", kind="OMP^O09") == ["RXO[1]-1 101"]
    assert why(kind="OMP^O09") == ["PID[1] 101"]


def test_several_orders_of_one_message_stay_several() -> None:
    part = good(ORC, RXO, ORC.replace("RX-1", "RX-2"), RXO.replace("200", "300"), kind="OMP^O09")
    assert [item.identifiers[0].value for item in part.packet.orders] == ["RX-1", "RX-2"]
    assert [str(item.dosages[0].ordered) for item in part.packet.orders] == ["200 mg", "300 mg"]


def test_an_order_of_a_procedure_has_a_request_and_no_drug() -> None:
    packet = good(ORC, "OBR|1|||99195^Therapeutic phlebotomy^C4", kind="ORM^O01").packet
    assert packet.orders == ()
    assert packet.request is not None
    assert packet.request.text == "Therapeutic phlebotomy"


def test_two_doses_that_differ_are_refused() -> None:
    assert why(ORC, "TQ1|1|20^mg&mg&UCUM|Q2D", RXO, kind="OMP^O09") == ["RXO[1]-2 102"]


def test_the_same_dose_in_another_unit_is_the_same_dose() -> None:
    assert str(order(ORC, "TQ1|1|0.2^g&g&UCUM|Q2D", RXO).dosages[0].ordered) == "0.2 g"


def test_a_loading_dose_may_differ_from_the_one_after_it() -> None:
    found = order(ORC, "TQ1|1|400^mg&mg&UCUM|Q2W", "TQ1|2|200^mg&mg&UCUM|Q4W", RXO)
    assert [str(item.ordered) for item in found.dosages] == ["400 mg", "200 mg"]


def test_a_quantity_without_a_unit_counts_what_is_ordered() -> None:
    (dosage,) = order(ORC, "TQ1|1|1|Q2D", RXO).dosages
    assert (str(dosage.ordered), dosage.text) == ("200 mg", "1 × 200 mg")


def test_a_dose_from_to_is_no_dose() -> None:
    (dosage,) = order(ORC, "RXO|J1756^iron sucrose^HCPCS|200|300|mg^milligram^UCUM").dosages
    assert dosage.ordered is None
    assert dosage.extra == ("from 200 to 300 milligram",)


def test_a_dose_in_a_unit_of_another_system_is_not_guessed() -> None:
    found = message(ORC, RXO.replace("UCUM", "ISO+"), kind="OMP^O09")
    assert isinstance(found, Message)
    assert found.parts[0].packet.orders[0].dosages[0].ordered is None
    assert [item.place for item in found.problems] == ["RXO[1]-2"]


@pytest.mark.parametrize("dose", ["two hundred", "2,000", "1e3"])
def test_a_dose_that_is_no_number_is_refused(dose: str) -> None:
    assert why(ORC, RXO.replace("200", dose), kind="OMP^O09") == ["RXO[1]-2 102"]


def test_how_long_how_fast_and_how_often() -> None:
    rxo = RXO + "|" * 17 + "100|mL/h^^UCUM"
    (dosage,) = order(ORC, "TQ1|1|200^mg&mg&UCUM|Q1D||||||||||2^h&hour&UCUM|5", rxo).dosages
    assert (str(dosage.rate), dosage.minutes, dosage.count) == ("100 mL/h", Decimal(120), 5)
    assert dosage.extra == ("every day (Q1D)", "5 times")


def test_a_number_of_times_that_is_none_is_refused() -> None:
    assert why(ORC, "TQ1|1|||||||||||||0", RXO, kind="OMP^O09") == ["TQ1[1]-14 102"]
    assert why(ORC.replace("|IP||", "|IP||^Q2D^Xmany"), RXO, kind="OMP^O09") == ["ORC[1]-7 102"]


def test_start_and_end_of_several_timings() -> None:
    found = good(ORC, "TQ1|1||Q2W||||20261122|20261222", "TQ1|2||Q8W||||20270101|20271231", RXO, kind="OMP^O09").packet
    assert (found.orders[0].starts, found.orders[0].ends) == (date(2026, 11, 22), date(2027, 12, 31))
    assert found.request is not None
    assert found.request.wanted == date(2026, 11, 22)


def test_an_end_of_one_timing_does_not_end_the_other() -> None:
    assert order(ORC, "TQ1|1||Q2W||||20261122|20261222", "TQ1|2||Q8W", RXO).ends is None


@pytest.mark.parametrize(
    ("sent", "route", "words"),
    [
        ("IV^Intravenous^HL70162", "IV", ()),
        ("47625008^^SCT", "IV", ()),
        ("IT^Intrathecal^HL70162", "", ("route: Intrathecal",)),
    ],
)
def test_a_route_is_known_or_stays_words(sent: str, route: str, words: tuple[str, ...]) -> None:
    (dosage,) = order(ORC, RXO, f"RXR|{sent}").dosages
    assert (dosage.route, dosage.extra) == (route, words)


def test_what_an_infusion_is_mixed_of_is_noted() -> None:
    found = order(ORC, RXO, "NTE|1||slowly", "RXC|B|^sodium chloride 0.9 %^L|100|mL^^UCUM")
    assert found.notes == ("slowly", "base: sodium chloride 0.9 % 100 mL")


def test_the_diagnoses_of_the_order_come_before_those_of_the_patient() -> None:
    dg1 = "DG1|1||N18.4^CKD 4^I10C"
    assert order(ORC, RXO + "|" * 16 + "D63.1^Anemia^I10C", dg1).diagnoses == ("D63.1",)
    assert order(ORC, RXO, dg1).diagnoses == ("N18.4",)
    assert order(ORC, RXO + "|" * 16 + "D63.1^Anemia^I9C").diagnoses == ()


def test_a_second_weighing_for_one_order_is_another_fact() -> None:
    obx = "OBX|1|NM|29463-7^Body weight^LN||71.4|kg^kg^UCUM|||||F|||20261106100500-0600"
    first, second = good(ORC, RXO, obx, obx.replace("20261106", "20261113"), kind="OMP^O09").packet.facts
    assert first.source != second.source
    assert "#" not in second.source
