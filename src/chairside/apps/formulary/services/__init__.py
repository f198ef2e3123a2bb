"""What is done to the formulary: loading releases, reviewing and approving them, and a site's layers over them."""

from chairside.apps.formulary.services.approving import approval_withdraw, layer_approve, layer_following, release_approve
from chairside.apps.formulary.services.layering import layer_store
from chairside.apps.formulary.services.releases import release_load, releases_sync
from chairside.apps.formulary.services.reviewing import query_answer, query_ask, review_accept

__all__ = [
    "approval_withdraw",
    "layer_approve",
    "layer_following",
    "layer_store",
    "query_answer",
    "query_ask",
    "release_approve",
    "release_load",
    "releases_sync",
    "review_accept",
]
