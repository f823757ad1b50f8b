"""How streams of a PDF end."""

import base64
import io
from typing import Any

import pikepdf


def mend_ends(pdf: pikepdf.Pdf) -> None:
    """Let no stream's bytes end in a carriage return; what the stream says stays the same.

    With the line feed before `endstream` that last byte would read as one end of line, and the stream as a
    byte shorter than its /Length (ISO 19005-3, 6.1.7.1). One compressed stream in 256 ends so by chance.
    """
    for stream in pdf.objects:
        if isinstance(stream, pikepdf.Stream) and (data := stream.read_raw_bytes()).endswith(b"\r"):
            filters = [pikepdf.Name.ASCII85Decode, *_listed(stream.get("/Filter"))]
            parameters = _listed(stream.get("/DecodeParms"))
            if parameters:
                parameters = [pikepdf.Dictionary(), *parameters]
            stream.write(
                base64.a85encode(data) + b"~>",
                filter=pikepdf.Array(filters),
                decode_parms=pikepdf.Array(parameters) if parameters else None,
            )


def written(pdf: pikepdf.Pdf) -> bytes:
    """The file as papers are written: streams as they are, with ends that cannot be misread."""
    mend_ends(pdf)
    out = io.BytesIO()
    pdf.save(
        out,
        fix_metadata_version=False,
        compress_streams=False,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    )
    return out.getvalue()


def _listed(value: Any) -> list[Any]:
    """One entry or an array of them, as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]
