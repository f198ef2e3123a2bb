"""Everybody else on the books of Northlight, a line or two each."""

from __future__ import annotations

from chairside.cli.demo_center.table import Person, Stage

_T, _B, _Q, _S, _C, _I = Stage.TODAY, Stage.BOOKED, Stage.TO_BOOK, Stage.SIGNING, Stage.COMPLETE, Stage.INCOMPLETE

OTHERS: tuple[Person, ...] = (
    # today
    Person("NL-10255", "Grace|Okonkwo", "1991-02-28", "f", "69.0", "D50.9", "", 1, 0, _T, payer="tamarack"),
    Person("NL-10101", "Walter|Jessop", "1947-10-16", "m", "82.7", "D50.0", "", 2, 0, _T, payer="medicare"),
    Person("NL-10258", "Mei-Ling|Tsai", "1976-05-09", "f", "47.2", "D50.0", "", 1, 0, _T, allergies=("ibuprofen",)),
    Person("NL-10263", "Dylan|Prewitt", "1999-08-13", "m", "70.5", "D50.9", "", 1, 0, _T, payer="tamarack"),
    Person("NL-10160", "Priya|Raman", "1990-01-04", "f", "57.9", "K51.90", "Renflexis", 4, 0, _T),
    Person("NL-10271", "Tobias|Engel", "1995-12-22", "m", "80.3", "M45.9", "Renflexis", 1, 0, _T, payer="cumulus"),
    Person("NL-10133", "Linh|Pham", "1985-07-07", "f", "52.6", "L40.0", "Renflexis", 8, 0, _T),
    Person("NL-10259", "Fatima Zahra|Benali", "1993-03-12", "f", "64.4", "D50.0", "", 2, 0, _T, payer="cumulus"),
    Person("NL-10104", "Ingrid|Solberg", "1952-06-25", "f", "68.8", "D50.8", "", 1, 0, _T, payer="medicare"),
    Person("NL-10228", "Darnell|Whitaker", "1974-04-18", "m", "95.2", "K51.90", "Inflectra", 2, 0, _T, allergies=("codeine",)),
    Person("NL-10275", "Yuki|Tanabe", "1997-11-01", "f", "51.0", "D50.9", "", 2, 0, _T),
    Person("NL-10107", "Patricia|O'Rourke", "1949-09-09", "f", "74.1", "M05.79", "Inflectra", 9, 0, _T, payer="heron"),
    Person("NL-10279", "Esperanza|Vidal", "1981-12-12", "f", "60.2", "D50.0", "", 1, 0, _T, payer="tamarack", language="es"),
    Person("NL-10151", "Anil|Kapadia", "1978-02-20", "m", "77.7", "M45.9", "Inflectra", 5, 0, _T, payer="cumulus"),
    Person("NL-10118", "Gerald|Nakamura", "1960-07-15", "m", "86.9", "L40.59", "Avsola", 6, 0, _T, allergies=("shellfish",)),
    Person("NL-10109", "Ludmila|Petrova", "1955-03-29", "f", "70.0", "M06.9", "Renflexis", 10, 0, _T, payer="heron"),
    # booked in the days to come
    Person("NL-10120", "Theodore|Abernathy", "1961-08-03", "m", "90.4", "K50.90", "Inflectra", 5, 3, _B, auth="expiring"),
    Person("NL-10165", "Kavya|Subramanian", "1992-10-27", "f", "59.5", "K51.90", "Renflexis", 3, 2, _B),
    Person("NL-10233", "Emmanuel|Tetteh", "1987-05-16", "m", "83.0", "K50.80", "Inflectra", 2, 3, _B, payer="cumulus"),
    Person("NL-10282", "Hannah|Kowalczyk", "1989-01-30", "f", "62.8", "D50.0", "", 1, 3, _B),
    Person("NL-10115", "Rosalind|Peabody", "1950-12-08", "f", "67.3", "M05.79", "Avsola", 7, 4, _B, payer="heron"),
    Person("NL-10172", "Jamal|Richardson", "1980-06-19", "m", "98.6", "L40.0", "Remicade", 4, 5, _B, allergies=("aspirin",)),
    Person("NL-10285", "Beatriz|Navarro Gil", "1973-04-24", "f", "65.1", "D50.9", "", 1, 6, _B, payer="tamarack",
           language="es"),
    Person("NL-10139", "Olek|Shevchenko", "1984-09-14", "m", "79.2", "M45.9", "Inflectra", 8, 7, _B),
    Person("NL-10288", "Amina|Warsame", "1998-02-06", "f", "50.4", "D50.0", "", 1, 8, _B, payer="tamarack"),
    Person("NL-10178", "Christopher|Fairbanks", "1968-11-11", "m", "93.5", "K50.90", "Renflexis", 6, 9, _B),
    Person("NL-10181", "Leilani|Kealoha", "1977-03-03", "f", "72.4", "K51.00", "Inflectra", 5, 10, _B, payer="cumulus"),
    Person("NL-10304", "Viktor|Halvorsen", "1964-07-28", "m", "87.8", "L40.59", "Inflectra", 1, 10, _B, lacks=("consent",)),
    Person("NL-10122", "Dolores|Castellano", "1953-05-05", "f", "69.9", "M06.9", "Remicade", 11, 12, _B, payer="heron",
           lacks=("tb_old",)),
    Person("NL-10126", "Nathaniel|Goldberg", "1982-10-21", "m", "76.3", "K50.90", "Avsola", 9, 13, _B),
    Person("NL-10294", "Henrik|Dahl", "1948-10-05", "m", "75.5", "D50.8", "", 1, 12, _B, payer="medicare"),
    # planned, to be booked
    Person("NL-10291", "Siobhan|Gallagher", "1996-06-14", "f", "56.2", "D50.9", "", 1, 4, _Q),
    Person("NL-10184", "Rajesh|Venkatesan", "1972-12-30", "m", "81.5", "K50.80", "Inflectra", 4, 8, _Q, payer="cumulus"),
    Person("NL-10306", "Wanda|Littlefeather", "1970-08-22", "f", "77.0", "M05.79", "Inflectra", 1, 12, _Q, payer="tamarack",
           lacks=("consent",)),
    Person("NL-10147", "Pedro|Almeida", "1965-02-17", "m", "85.4", "L40.0", "Avsola", 7, 17, _Q, lacks=("tb_old",)),
    Person("NL-10156", "Zofia|Lewandowska", "1988-04-09", "f", "60.8", "K51.90", "Renflexis", 6, 49, _Q),
    # the plan was stopped
    Person("NL-10190", "Arthur|Penhaligon", "1959-01-22", "m", "79.9", "M06.9", "Inflectra", 4, 15, Stage.STOPPED),
    # orders that wait for a signature
    Person("NL-10325", "Isabel|Montoya", "1975-11-08", "f", "68.2", "M05.79", "Inflectra", 1, 10, _S, language="es",
           received=5),
    Person("NL-10327", "Kwame|Boateng", "1993-09-19", "m", "74.4", "K50.90", "Renflexis", 1, 8, _S, payer="cumulus", received=3,
           priority="urgent"),
    Person("NL-10329", "Nadia|Rahmani", "1986-07-01", "f", "57.1", "D50.0", "", 1, 5, _S, received=2),
    # complete referrals, no order made of them yet
    Person("NL-10331", "Gabriel|Thibodeaux", "1991-05-27", "m", "88.9", "K51.90", "Inflectra", 1, 12, _C, received=1),
    Person("NL-10333", "Eun-ji|Park", "1984-12-19", "f", "53.3", "D50.0", "", 1, 7, _C, payer="cumulus", received=1),
    # referrals that lack something
    Person("NL-10342", "Leonard|Vasquez", "1957-04-02", "m", "92.0", "K50.90", "Avsola", 1, 10, _I, payer="heron",
           lacks=("tb",), received=11),
    Person("NL-10344", "Maryam|Sadeghi", "1989-08-29", "f", "61.9", "M06.9", "Inflectra", 1, 10, _I, lacks=("hepatitis", "tb"),
           received=6),
    Person("NL-10346", "Josephine|Mbeki", "1978-03-21", "f", "70.8", "L40.0", "Renflexis", 1, 12, _I, lacks=("weight",),
           received=4, priority="urgent"),
    Person("NL-10348", "Ethan|Caldwell", "2000-10-10", "m", "66.6", "D50.9", "", 1, 9, _I, lacks=("iron_labs",), received=3),
    Person("NL-10350", "Consuelo|Ibarra", "1969-02-11", "f", "64.0", "M45.9", "Inflectra", 1, 14, _I, payer="tamarack",
           language="es", lacks=("birth_date",), received=2),
    Person("NL-10352", "Bao|Nguyen", "1983-01-15", "m", "72.2", "K51.90", "Remicade", 1, 14, _I, lacks=("signature",),
           received=0),
)  # fmt: skip
