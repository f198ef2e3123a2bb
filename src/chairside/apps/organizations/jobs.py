"""Jobs of the house itself. Every job may run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

_SILENT_SECONDS = 60


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="jobs.retry_stalled")
async def retry_stalled(timestamp: int) -> None:
    """A job whose worker was killed goes back to the queue."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT_SECONDS):
        await app.job_manager.retry_job(job)
