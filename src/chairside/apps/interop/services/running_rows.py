"""Which imports are alive: each holds a lock that the server frees when its process has ended, however it did."""

from __future__ import annotations

from chairside.apps.interop.models import ImportRun
from chairside.apps.organizations import clock
from chairside.apps.organizations.rows import rows_find

BROKE_OFF = "It broke off. What was imported so far is complete; import the same again to go on."
SYSTEM = "chairside import"  # how the command calls itself; an import asked for on a page may wait for its job, held by nobody


def row_hold(run: ImportRun) -> None:
    """Say that this process works at the import, for as long as its connection lasts."""
    rows_find("SELECT pg_advisory_lock(hashtextextended('import', 0) # hashtextextended(%s, 1))", str(run.id))


def row_release(run: ImportRun) -> None:
    """Say that it does no longer."""
    rows_find("SELECT pg_advisory_unlock(hashtextextended('import', 0) # hashtextextended(%s, 1))", str(run.id))


def broken_off_close(organization: str) -> None:
    """Imports by the command whose process is gone stop: they would be shown as running for good."""
    for run in ImportRun.objects.filter(organization_id=organization, status=ImportRun.Status.RUNNING, actor_name=SYSTEM):
        ((free,),) = rows_find(
            "SELECT pg_try_advisory_lock(hashtextextended('import', 0) # hashtextextended(%s, 1))", str(run.id)
        )
        if not free:
            continue
        ImportRun.objects.filter(id=run.id, status=ImportRun.Status.RUNNING).update(
            status=ImportRun.Status.STOPPED, problem=BROKE_OFF, ended_at=clock.now()
        )
        row_release(run)
