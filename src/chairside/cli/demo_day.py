"""Which day the demo's database was filled for: a note beside the data, so that a new day starts from an empty database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

_UNFINISHED = "unfinished"


class DayFilled:
    """The note. Where there is none, nobody filled the database for a demo, so what is in it is somebody's own and stays."""

    def __init__(self, folder: Path) -> None:
        self._note = folder / "demo_day"

    def stale(self, day: date) -> bool:
        """True when the database was filled for another day, or only in part."""
        return self._read() not in ("", day.isoformat())

    def told(self) -> str:
        """Why it is stale, for the terminal."""
        found = self._read()
        return "The demo was left half filled." if found == _UNFINISHED else f"The demo was filled for {found}."

    def forget(self) -> None:
        self._note.unlink(missing_ok=True)

    @contextmanager
    def filling(self, day: date) -> Iterator[None]:
        """Until the block has ended well the note says that the filling is not finished."""
        if self._read() != day.isoformat():
            self._note.write_text(_UNFINISHED)
        yield
        self._note.write_text(day.isoformat())

    def _read(self) -> str:
        return self._note.read_text().strip() if self._note.exists() else ""
