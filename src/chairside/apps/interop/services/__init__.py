"""What comes in over the wire: every resource kept as it came, the referral in it received, what is wrong put aside."""

from chairside.apps.interop.services.importing import BundleImported, Problem, bundle_import, document_import

__all__ = ["BundleImported", "Problem", "bundle_import", "document_import"]
