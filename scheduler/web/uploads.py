"""Uploaded files stay in memory: a list of patients may hold numbers that must never touch the disk, not even in a
temporary file. The size limit of a request (MAX_CONTENT_LENGTH) bounds it.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Request


class InMemoryRequest(Request):
    """A request that spools no file."""

    def _get_file_stream(
        self, total_content_length: int | None, content_type: str | None, filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Werkzeug asks here where to write a file; the default is a temporary file once it is large."""
        return BytesIO()
