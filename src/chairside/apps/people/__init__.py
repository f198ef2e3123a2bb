"""Facts about persons: staff and their roles, patients, identifiers, practitioners, and the fact table (labs, vitals, allergies, conditions)."""
