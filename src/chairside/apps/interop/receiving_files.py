"""Files of a form go to disk as they arrive, never whole into memory, and no further than the limit."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest


class ToDisk(FileUploadHandler):
    """Writes each file into the folder of uploads. What is not taken over is gone when the request ends."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self.most, self.taken, self.too_much = most, 0, False
        self.folder = Path(settings.UPLOAD_ROOT)
        self.file: UploadedFile[Any]

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        spool = tempfile.NamedTemporaryFile(prefix="arriving-", dir=self.folder)  # noqa: SIM115 - the request closes it
        self.file = UploadedFile(spool, self.file_name, self.content_type, 0, self.charset)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.taken += len(raw_data)
        if self.taken > self.most:
            self.too_much = True
            self.give_up()
            raise StopUpload
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        self.file.flush()
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        self.give_up()

    def give_up(self) -> None:
        """Let go of the file that was arriving."""
        if hasattr(self, "file"):
            self.file.close()


def place_of(file: UploadedFile[Any]) -> Path:
    """Where the bytes of a file are that `ToDisk` wrote."""
    return Path(str(getattr(file.file, "name", "")))
