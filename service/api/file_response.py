"""Builds the response of a route that exports a file, and its OpenAPI description."""

from collections.abc import Mapping

from fastapi import Response

from service.application.files.fir_export import EXPORT_MEDIA_TYPES, ExportFile

FILE_CONTENT = {media_type: {"schema": {"type": "string"}} for media_type in EXPORT_MEDIA_TYPES.values()}
"""The OpenAPI `content` of an exported file."""


def file_response(file: ExportFile, headers: Mapping[str, str] | None = None) -> Response:
    """Returns a response that browsers save as a file under its name."""
    disposition = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.body, media_type=file.media_type, headers={**disposition, **(headers or {})})
