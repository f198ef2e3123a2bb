"""Harbor Point Infusion: a second, small organization. One of its patients has the name and birth date of one at Northlight."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from chairside.cli.demo_center.center import Place, Staff
from chairside.cli.demo_center.shelf import INFLIXIMAB, IRON, Carton
from chairside.cli.demo_center.table import Person, Stage
from chairside.cli.demo_center.today import Slot

HARBOR_POINT = Place(
    slug="harbor-point",
    name="Harbor Point Infusion",
    zone=ZoneInfo("America/New_York"),
    opens=time(8),
    closes=time(17),
    phone="(555) 555-0190",
    address="9 Wharf Road, Grand Marsh",
    postal_code="00544",
    chairs=(("Window", "chair"), ("Garden", "chair"), ("Quiet room", "bed")),
    staff=(
        Staff("nurse1", "Geraldine Achebe", "RN", "nurse", 3),
        Staff("nurse2", "Wesley Tran", "RN", "nurse", 3),
        Staff("pharmacist", "Monica Delgado", "PharmD", "pharmacist"),
        Staff("prescriber", "Aaron Feldman", "MD", "prescriber"),
        Staff("assistant", "Keisha Barnes", "CMA", "medical_assistant"),
        Staff("desk", "Roland Pike", "", "front_desk"),
        Staff("intake", "Yolanda Cruz", "", "intake"),
        Staff("authorization", "Peter Vance", "", "authorization"),
        Staff("scheduler", "Nina Holmgren", "", "scheduler"),
    ),
)

PEOPLE: tuple[Person, ...] = (
    Person("HP-20011", "Grace|Okonkwo", "1991-02-28", "f", "58.2", "K51.90", "Avsola", 4, 0, Stage.TODAY,
           story="Not the Grace Okonkwo of Northlight: another person of the same name, born on the same day."),
    Person("HP-20012", "Vincent|Maddox", "1967-08-17", "m", "88.0", "M05.79", "Avsola", 6, 4, Stage.BOOKED),
    Person("HP-20013", "Thandiwe|Zulu", "1992-12-03", "f", "60.9", "D50.0", "", 1, 6, Stage.TO_BOOK, payer="cumulus"),
    Person("HP-20014", "Frank|Delvecchio", "1954-03-31", "m", "84.5", "K50.90", "Avsola", 1, 9, Stage.SIGNING, payer="heron",
           received=4),
    Person("HP-20015", "Marguerite|Lavoie", "1980-10-10", "f", "66.7", "D50.9", "", 1, 9, Stage.INCOMPLETE,
           lacks=("iron_labs",), received=5),
)  # fmt: skip

SLOTS: tuple[Slot, ...] = (
    Slot(
        "HP-20011", "Window", "nurse1", "10:00",
        "10:01 arrive; 10:06 assess; 10:12 clear; 10:15 access; 10:24 prepare; 10:27 check; 10:31 verify; 10:36 start; "
        "10:51 vitals",
    ),
)  # fmt: skip

CARTONS: tuple[Carton, ...] = (
    Carton(INFLIXIMAB, "Avsola", "100 mg", "AVS7622", 150, 14),
    Carton(IRON, "Injectafer", "750 mg", "FCM30391", 300, 4),
)
