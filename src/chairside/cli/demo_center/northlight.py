"""Northlight Infusion Center: its hours, chairs and people."""

from __future__ import annotations

from datetime import time

from chairside.cli.demo_center.center import Place, Staff
from chairside.cli.demo_time import CENTER_ZONE

NORTHLIGHT = Place(
    slug="northlight",
    name="Northlight Infusion Center",
    zone=CENTER_ZONE,
    opens=time(7, 30),
    closes=time(18),
    phone="(555) 555-0140",
    address="2200 Lakeshore Parkway, Tamarack Falls",
    postal_code="00501",
    chairs=(
        *((f"Chair {number}", "chair") for number in range(1, 10)),
        ("Bed 1", "bed"),
        ("Bed 2", "bed"),
        ("Isolation", "isolation"),
    ),
    staff=(
        Staff("nurse1", "Camille Robichaux", "RN, CRNI", "nurse", 4),
        Staff("nurse2", "Desta Alemu", "RN", "nurse", 4),
        Staff("nurse3", "Brendan Kiley", "RN", "nurse", 4),
        Staff("nurse4", "Thuy Vo", "RN, OCN", "nurse", 4),
        Staff("charge", "Marisol Echevarria", "RN, CRNI", "charge_nurse", 4),
        Staff("pharmacist", "Idris Farouk", "PharmD", "pharmacist"),
        Staff("pharmacist2", "Annika Bergstrom", "PharmD, BCPS", "pharmacist"),
        Staff("prescriber", "Evelyn Sato", "MD", "prescriber"),
        Staff("prescriber2", "Malcolm Reyes", "NP", "prescriber"),
        Staff("director", "Ruth Abramowitz", "MD", "medical_director"),
        Staff("assistant", "Jaylen Brooks", "CMA", "medical_assistant"),
        Staff("desk", "Paula Ostrowski", "", "front_desk"),
        Staff("desk2", "Miguel Santos", "", "front_desk"),
        Staff("intake", "Renee Thibault", "", "intake"),
        Staff("authorization", "Derek Oyelaran", "", "authorization"),
        Staff("scheduler", "Lucia Ferrante", "", "scheduler"),
        Staff("biller", "Sanjay Mehta", "CPC", "biller"),
        Staff("billing.lead", "Carla Whitcomb", "CPC, CPMA", "billing_lead"),
        Staff("manager", "Tomasz Nowicki", "", "manager"),
        Staff("privacy", "Helen Fitzgerald", "CHPC", "privacy_officer"),
        Staff("auditor", "Omar Siddiqui", "", "auditor"),
    ),
)

# Whom a visitor wants to be first, in the order of the journey.
SHOWN = ("intake", "prescriber", "pharmacist", "director", "scheduler", "nurse1", "nurse2", "biller", "manager")
