"""Messages for tests: the samples, and small ones made of lines."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from chairside.core.intake.referral import Packet, Recorded
from chairside.exchange.fhir.read import packet, read_bundle
from chairside.exchange.fhir.text import parse
from chairside.exchange.hl7v2.message import Message, Part, Refused
from chairside.exchange.hl7v2.read import read
from chairside.exchange.hl7v2.splitting import split
from chairside.formulary.codes import Codes
from chairside.formulary.messages import MessageTables

DATA = Path(__file__).parents[2] / "data"
CHICAGO = ZoneInfo("America/Chicago")
DAY = date(2026, 11, 23)
PID = "PID|1||SM100101^^^SMEHR^MR||Quintero Vega^Marisol^^^^^L||19880314|F"


def sample(number: int) -> bytes:
    return next((DATA / "hl7v2").glob(f"{number:02}-*.hl7")).read_bytes()


def bundle(start: str) -> Packet:
    """The packet of the FHIR bundle about the same referral."""
    file = next((DATA / "infusion-referrals").glob(f"{start}-*.json"))
    return packet(read_bundle(parse(file.read_bytes()), file.name), codes=Codes(), zone=CHICAGO, on=DAY)


def reading(data: bytes) -> Message | Refused:
    (raw,) = split(data).messages
    return read(raw.data, codes=Codes(), tables=MessageTables(), zone=CHICAGO, on=DAY)


def header(kind: str = "ORU^R01", charset: str = "UNICODE UTF-8", modes: str = "|") -> str:
    return f"MSH|^~\\&|SMEHR|NORTH|NORTHLIGHT|INFUSION|20261120134500-0600||{kind}|C1|P|2.5.1|||{modes}|USA|{charset}"


def message(*lines: str, kind: str = "ORU^R01") -> Message | Refused:
    return reading("\r".join([header(kind), PID, *lines]).encode())


def good(*lines: str, kind: str = "ORU^R01") -> Part:
    """The only part of a message that must be readable."""
    found = message(*lines, kind=kind)
    assert isinstance(found, Message), found
    return found.parts[0]


def why(*lines: str, kind: str = "ORU^R01") -> list[str]:
    """The places and codes of what is wrong with a message that must be refused."""
    found = message(*lines, kind=kind)
    assert isinstance(found, Refused), found
    return [f"{item.place} {item.code}" for item in found.problems]


def result(obx: str) -> Recorded:
    """The fact of one OBX of a report of the laboratory."""
    (found,) = good("OBR|1||F1^LAB|X^Panel^L|||20261120081000-0600" + "|" * 17 + "CH", obx).packet.facts
    return found
