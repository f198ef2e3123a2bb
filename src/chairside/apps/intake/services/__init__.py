"""What intake does: receive a referral, chase what is missing, make an order of it, have it signed."""

from chairside.apps.intake.services.missing import finding_settle, missing_item_close, missing_item_request
from chairside.apps.intake.services.orders import OrderChange, order_draft_from_referral, order_revise
from chairside.apps.intake.services.receiving import ReferralReceived, referral_receive
from chairside.apps.intake.services.signing import order_sign, signing_judgement

__all__ = [
    "OrderChange",
    "ReferralReceived",
    "finding_settle",
    "missing_item_close",
    "missing_item_request",
    "order_draft_from_referral",
    "order_revise",
    "order_sign",
    "referral_receive",
    "signing_judgement",
]
