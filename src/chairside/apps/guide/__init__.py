"""The patient's page for a therapy, and the public pages."""
