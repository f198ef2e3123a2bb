"""Services of stock: what comes onto the shelf, what is drawn for a dose, what comes back, what is thrown away."""

from chairside.apps.stock.services.dosing import vials_draw, vials_return, waste_record
from chairside.apps.stock.services.shelf import lot_quarantine, lot_receive, lot_release

__all__ = ["lot_quarantine", "lot_receive", "lot_release", "vials_draw", "vials_return", "waste_record"]
