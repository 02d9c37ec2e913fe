"""What a paper is by its own bytes: the few kinds that are taken, and nothing that a reader's program would run.

Nothing is decoded: the dimensions of a picture are read from its header and nothing is unpacked of an archive but its
list, so a small file cannot become a large one here. Not taken: SVG and HTML (they carry script), macros, encrypted or
nested archives, everything unknown.
"""

import io
import zipfile
from typing import Final

PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
TIFF: Final = "image/tiff"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUFFIXES: Final = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", TIFF: ".tif", XLSX: ".xlsx", DOCX: ".docx"}
_MAGIC: Final = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)
_ZIP: Final = b"PK\x03\x04"
_TYPES: Final = "[Content_Types].xml"
_MAIN_PARTS: Final = {"xl/workbook.xml": XLSX, "word/document.xml": DOCX}
_RUN: Final = ("vbaproject", "activex", "oleobject", "embeddings/", "xl/externallinks", "customui", "macrosheets")
# Words that are long enough not to stand in packed bytes by chance; /OpenAction is in every other harmless file.
_PDF_RUN: Final = (b"/JavaScript", b"/Launch", b"/EmbeddedFiles", b"/RichMedia")
_MOST_PARTS: Final = 2000
_LARGEST_UNPACKED: Final = 200 * 1024**2
_ENCRYPTED_FLAG: Final = 1
_PNG_HEADER: Final = 33
_MOST_PIXELS: Final = 200_000_000


def media_type_of(content: bytes) -> str | None:
    """The media type of a paper that is taken; None for everything else."""
    if content.startswith(_ZIP):
        return _office_document(content)
    found = next((media_type for magic, media_type in _MAGIC if content.startswith(magic)), None)
    if (found == PDF and _runs(content)) or (found == PNG and not _sane_png(content)):
        return None
    return found


def _runs(content: bytes) -> bool:
    """Whether a PDF says openly that it does something when it is opened; packed objects are not looked into."""
    return any(word in content for word in _PDF_RUN)


def _sane_png(content: bytes) -> bool:
    width, height = (int.from_bytes(content[start : start + 4], "big") for start in (16, 20))
    return len(content) > _PNG_HEADER and content[12:16] == b"IHDR" and 0 < width * height <= _MOST_PIXELS


def _office_document(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    names = {part.filename.lower() for part in parts}
    harmless = (
        len(parts) <= _MOST_PARTS
        and _TYPES.lower() in names
        and sum(part.file_size for part in parts) <= _LARGEST_UNPACKED
        and not any(part.flag_bits & _ENCRYPTED_FLAG for part in parts)
        and not any(word in name for name in names for word in _RUN)
        and not any(name.startswith("/") or ".." in name for name in names)
    )
    kinds = [media_type for part, media_type in _MAIN_PARTS.items() if part in names]
    return kinds[0] if harmless and len(kinds) == 1 else None
