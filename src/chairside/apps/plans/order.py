"""Which version of its order a dose follows."""

from __future__ import annotations

from chairside.apps.intake.models import OrderVersion
from chairside.apps.plans.models import PlannedDose


def order_in_force(dose: PlannedDose) -> OrderVersion:
    """The version that a dose is given by: the one that its plan was made from.

    The plan of a booked dose cannot be replaced, and its patient may be waiting in the chair. So a booked dose follows its
    order as it is signed now. Nothing is given by a version that is not the signed one; the caller asks its status.
    """
    own = dose.plan.order_version
    if own.status == OrderVersion.Status.SIGNED or dose.status != PlannedDose.Status.BOOKED:
        return own
    rows = OrderVersion.objects.select_related("order__patient", "release")
    return rows.filter(order=own.order_id, status=OrderVersion.Status.SIGNED).first() or own
