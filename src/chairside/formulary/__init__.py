"""Protocol data: YAML, one folder a therapy family, with the loader that turns a file into the core's dataclasses.

`code_tables/` holds the code lists that reading needs (facts by LOINC, diagnosis code validity, therapy names). No rules here.
"""
