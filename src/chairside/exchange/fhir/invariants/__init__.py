"""FHIR's invariants: the native ones, and the rest asked of FHIRPath. No database, no HTTP."""
