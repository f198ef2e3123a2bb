"""The twelve whom a visitor will look at first, each with a story in one line."""

from __future__ import annotations

from chairside.cli.demo_center.table import Person, Stage

CAST: tuple[Person, ...] = (
    Person("NL-10231", "Marcus|Delacroix", "1983-06-02", "m", "84.6", "K50.90", "Inflectra", 1, 0, Stage.TODAY,
           story="First infusion ever, on the stepped ladder; the next step unlocks at quarter past."),
    Person("NL-10187", "Joanna|Wieczorek", "1966-11-19", "f", "71.2", "L40.59", "Remicade", 4, 0, Stage.TODAY,
           allergies=("penicillin",), reactions=((2, 2, "urticaria"),),
           story="Hives of grade 2 at dose 2 elsewhere; itching again this morning, the drug is paused."),
    Person("NL-10144", "Rosa Elena|Quintero", "1971-01-27", "f", "66.0", "M05.79", "Avsola", 5, 0, Stage.TODAY,
           payer="tamarack", language="es", allergies=("sulfamethoxazole",),
           story="Runs well, but her vitals are overdue: the red line on the board."),
    Person("NL-10209", "Bernadette|Achieng", "1979-08-08", "f", "63.5", "K51.00", "Inflectra", 7, 0, Stage.TODAY,
           lacks=("alt_high",), story="Came in feeling fine; yesterday's ALT is above five times the limit, so she is held."),
    Person("NL-10198", "Samuel|Whitehorse", "1969-05-23", "m", "91.8", "M06.9", "Inflectra", 3, 0, Stage.TODAY,
           payer="cumulus", story="His bag is ready and checked once: the second person's blind check is missing."),
    Person("NL-10112", "Harold|Lindqvist", "1958-02-14", "m", "78.4", "K50.80", "Inflectra", 6, 0, Stage.TODAY,
           payer="heron", auth="expiring",
           story="First in this morning, in observation now; his authorization ends before the next dose."),
    Person("NL-10254", "Noor|Haddad", "1988-12-05", "f", "58.3", "D50.0", "", 2, 0, Stage.TODAY,
           allergies=("latex",), story="Second iron infusion, done and signed before nine; ready to be billed."),
    Person("NL-10266", "Carlos|Mendoza Ruiz", "1962-09-30", "m", "88.1", "K50.90", "Avsola", 4, 0, Stage.TODAY,
           payer="tamarack", language="es", story="Just checked in; the nurse is asking the questions of the day."),
    Person("NL-10301", "Chloe|Beaumont", "2001-04-11", "f", "54.7", "K50.90", "Renflexis", 1, 0, Stage.TODAY,
           payer="cumulus", story="First dose this afternoon; her mother will drive her."),
    Person("NL-10318", "Tendai|Moyo", "1990-07-21", "m", "73.9", "K51.90", "Inflectra", 1, 6, Stage.TO_BOOK,
           auth="pending", received=9, priority="urgent",
           story="Urgent start, everything is here, but the payer has not answered."),
    Person("NL-10322", "Sofia|Marchetti", "1986-03-17", "f", "61.4", "M45.9", "Remicade", 6, 11, Stage.TO_BOOK,
           auth="denied", story="The payer denied the brand; the appeal is being written."),
    Person("NL-10340", "Alejandra|Fuentes", "1994-10-02", "f", "49.1", "D50.0", "", 1, 9, Stage.INCOMPLETE,
           payer="tamarack", language="es", lacks=("iron_labs", "signature"), received=18, auth="none",
           story="Eighteen days in the queue: iron studies and the signature never came."),
)  # fmt: skip
