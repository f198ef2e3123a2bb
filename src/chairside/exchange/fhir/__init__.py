"""FHIR R4 as JSON: exact text in and out (`text`), validation (`validate`), bundles (`bundle`), reading a referral (`read`).

Numbers keep every digit as written. Nothing is dropped: what is invalid comes back with its issues.
"""
