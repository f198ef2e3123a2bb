"""Charges: what may be billed for a visit, line by line, each with the events that prove it and the rules that made it.

Code numbers are data (`formulary/code_tables/administration.yaml`), handed in as a `CodeTable`; which family a therapy falls
into is data of protocol and payer. What cannot be billed is listed with its reason, never dropped.
"""
