"""What a form sent, once it is known to come from a page of ours; and sending the reader on afterwards.

A form carries a token that is derived from the session (before sign-in: from a cookie of the visit), so that no other
site can make a browser act for an officer; where the browser says which site a form comes from, that counts too.
"""

import hmac
import secrets
from collections.abc import AsyncGenerator
from datetime import date
from typing import Final
from urllib.parse import quote, urlsplit

import msgspec
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import RedirectResponse

from app.console import cookies
from app.domain.period import read_day
from app.errors import Forbidden, Malformed, Problem
from app.routers.refusals import BodyTooLarge, UnsupportedMediaType
from app.routers.requests import body_of

TOKEN_FIELD: Final = "csrf"  # noqa: S105 - the name of a field
_MOST_FIELDS: Final = 2000
_MOST_FILES: Final = 20
_FORM_BYTES: Final = 1024**2
_MULTIPART_BYTES: Final = 32 * 1024**2
_SAME_SITE: Final = frozenset({"same-origin", "none"})
_SEE_OTHER: Final = 303


class FormFile(msgspec.Struct, frozen=True):
    """A file that was sent with a form."""

    name: str
    media_type: str
    content: bytes


class Form:
    """The fields of a form; texts are stripped."""

    def __init__(self, fields: FormData, files: dict[str, list[FormFile]]) -> None:
        self._fields = fields
        self._files = files

    def text(self, name: str, default: str = "") -> str:
        """One field; `default` where it was not sent."""
        value = self._fields.get(name)
        return value.strip() if isinstance(value, str) else default

    def raw(self, name: str) -> str:
        """One field as it was typed: a password may end with a space."""
        value = self._fields.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Every value of a field, such as ticked boxes."""
        return [value.strip() for value in self._fields.getlist(name) if isinstance(value, str)]

    def day(self, name: str) -> date | None:
        """A day; None where it was left empty, Malformed where it is none."""
        text = self.text(name)
        if not text:
            return None
        try:
            return read_day(text)
        except ValueError:
            raise _faulty(name, "not_a_day", "应为日期，例如 2024-06-18", "must be a day such as 2024-06-18") from None

    def number(self, name: str) -> int | None:
        """A whole number; None where it was left empty, Malformed where it is none."""
        text = self.text(name)
        if not text:
            return None
        if not text.removeprefix("-").isascii() or not text.removeprefix("-").isdigit() or len(text) > 18:  # noqa: PLR2004
            raise _faulty(name, "not_a_number", "应为整数", "must be a whole number")
        return int(text)

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return name in self._fields

    def file(self, name: str) -> FormFile | None:
        """A file; None where none was chosen."""
        files = self.files(name)
        return files[0] if files else None

    def files(self, name: str) -> list[FormFile]:
        """Every file of a field."""
        return self._files.get(name, [])

    def names(self) -> list[str]:
        """The names of all fields, in order."""
        return list(dict.fromkeys(self._fields.keys()))


class Redirect(RedirectResponse):
    """Send the reader on, with a sentence for the next page."""

    def __init__(self, address: str, notice: str | None) -> None:
        super().__init__(address, status_code=_SEE_OTHER)
        self.notice = notice


def redirect(address: str, notice: str | None = None) -> Redirect:
    """After a change: go on to `address` (below /console), where `notice` is shown once.

    A notice is an English text that the catalogue has, or one that was translated already (`language.say`).
    """
    return Redirect(address, notice)


def below_console(address: str) -> str:
    """An address of ours to go back to; the first page where it is none."""
    parts = urlsplit(address)
    ours = not parts.scheme and not parts.netloc and (parts.path + "/").startswith("/console/")
    return address if ours and "\\" not in address and address.isprintable() else "/console"


async def form_of(request: Request, limit_bytes: int | None = None) -> Form:
    """The fields of a form of ours; Forbidden where it did not come from one of our pages."""
    _demand_own_site(request)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    multipart = media_type == "multipart/form-data"
    if not multipart and media_type != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType("Send the form of the page.")
    body = await body_of(request, limit_bytes or (_MULTIPART_BYTES if multipart else _FORM_BYTES))
    fields = await _parsed(request, body, multipart=multipart)
    sent = fields.get(TOKEN_FIELD)
    if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), token_of(request).encode()):
        raise Forbidden(
            "This page is out of date. Go back, load it again and send the form once more; nothing was changed.",
            zh="页面已过期。请返回并刷新页面后重新提交；未作任何更改。",
        )
    files = {name: [await _file(each) for each in fields.getlist(name) if _chosen(each)] for name in fields}
    form = request.state.form = Form(fields, files)
    return form


def typed_in(request: Request) -> Form | None:
    """The form that this request sent; None where it sent none, or it could not be read."""
    return getattr(request.state, "form", None)


def token_of(request: Request) -> str:
    """The token that forms of this reader carry."""
    session: str | None = getattr(request.state, "session_name", None)
    return hmac.digest((session or visit_of(request)).encode(), b"tongguan form", "sha256").hex()


def visit_of(request: Request) -> str:
    """The name of a visit without a session; a new one is kept by the page that is answered."""
    visit: str | None = request.cookies.get(cookies.VISIT) or getattr(request.state, "new_visit", None)
    if visit is None:
        visit = request.state.new_visit = secrets.token_urlsafe(32)
    return visit


def _demand_own_site(request: Request) -> None:
    """Refuse what the browser itself says comes from another site."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin", "null")
    # With our referrer policy some browsers send "null" for our own forms: then the token alone decides.
    foreign = (
        site not in _SAME_SITE if site else origin != "null" and urlsplit(origin).netloc != request.headers.get("host")
    )
    if foreign:
        raise Forbidden(
            "This form came from another site; nothing was changed.", zh="该请求来自其他网站，未作任何更改。"
        )


async def _parsed(request: Request, body: bytes, *, multipart: bool) -> FormData:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body
        yield b""

    try:
        if multipart:
            return await MultiPartParser(
                request.headers, stream(), max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=_FORM_BYTES
            ).parse()
        return await FormParser(request.headers, stream()).parse()
    except (MultiPartException, ValueError) as fault:
        raise Malformed("The form cannot be read; load the page again.", zh="表单无法读取，请刷新页面。") from fault


def _chosen(value: object) -> bool:
    return isinstance(value, UploadFile) and bool(value.filename)


async def _file(upload: object) -> FormFile:
    if not isinstance(upload, UploadFile):
        raise TypeError("only chosen files come here")
    content = await upload.read()
    await upload.close()
    return FormFile(upload.filename or "", upload.content_type or "", content)


def _faulty(name: str, code: str, zh: str, en: str) -> Malformed:
    problem = Problem(pointer=f"/{name}", code=code, zh=zh, en=en)
    return Malformed(f"The field {name} {en}.", zh=f"字段 {name} {zh}。", problems=(problem,))


def quoted(text: str) -> str:
    """A text as a cookie can hold it."""
    return quote(text, safe="")


__all__ = ["BodyTooLarge", "Form", "FormFile", "Redirect", "below_console", "form_of", "redirect", "token_of"]
