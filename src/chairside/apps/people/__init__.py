"""Facts about persons: staff and their roles, patients, identifiers, practitioners, and what is recorded about them."""
