"""The style sheet, the scripts and pictures of the console, under names that change with their content.

Read once: they come with the installed package. An address with the hash may be kept for a year; one without it is
asked for again each time, which costs a few bytes where nothing has changed.
"""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app.errors import NotFound

STATIC: Final = Path(__file__).parent / "static"
ADDRESS: Final = "/console/static/"
_FOREVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"
_NOT_MODIFIED: Final = 304


class Asset(msgspec.Struct, frozen=True):
    """One file as it is sent."""

    name: str
    content: bytes
    digest: str
    media_type: str

    @property
    def hashed_name(self) -> str:
        """``console.0f3a….css``."""
        stem, _, ending = self.name.rpartition(".")
        return f"{stem}.{self.digest}.{ending}"


def address_of(name: str) -> str:
    """Where a page finds a file of `static/`."""
    return ADDRESS + _assets()[name].hashed_name


async def static_file(request: Request) -> Response:
    """A file, by its name with or without the hash."""
    name = request.path_params["name"]
    hashed = _by_hashed_name().get(name)
    asset = hashed or _assets().get(name)
    if asset is None:
        raise NotFound("There is no such file.", zh="没有该文件。")
    headers = {"etag": f'"{asset.digest}"', "cache-control": _FOREVER if hashed else _ASK_AGAIN}
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=_NOT_MODIFIED, headers=headers)
    return Response(asset.content, media_type=asset.media_type, headers=headers)


@cache
def _assets() -> dict[str, Asset]:
    return {path.name: _read(path) for path in sorted(STATIC.iterdir()) if path.is_file()}


@cache
def _by_hashed_name() -> dict[str, Asset]:
    return {asset.hashed_name: asset for asset in _assets().values()}


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(path.name, content, hashlib.sha256(content).hexdigest()[:16], kind)
