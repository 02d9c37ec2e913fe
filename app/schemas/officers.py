"""What administrators send about officers, and how an officer is answered."""

from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import Meta

from app.schemas.answer_shapes import Answer
from app.schemas.fields import Body, words
from app.services.office.links import ADDRESS
from app.services.office.officers import OfficerView

_DUTIES: Final = Meta(
    title="角色",
    description="examiner, supervisor, analyst, auditor or administrator",
    examples=[["examiner"]],
    max_length=5,
)
_DISTRICTS: Final = Meta(
    title="关区",
    description="Four digits, the first two of them, or * for all.",
    examples=[["2244", "51"]],
    max_length=200,
)


class InviteBody(Body, kw_only=True):
    """Who is invited."""

    officer_code: Annotated[str, words("工号", 18, example="OFFICER7", note="Party code of the officer's keys.")]
    name: Annotated[str, words("姓名", 100, example="李雷", note="Full name.")]
    login: Annotated[str, words("登录名", 64, example="lilei", note="Small letters, digits and . _ @ -")]
    duties: Annotated[tuple[str, ...], _DUTIES]
    districts: Annotated[tuple[str, ...], _DISTRICTS] = ()


class ChangeBody(Body, kw_only=True):
    """Roles, districts and name as they shall be."""

    name: Annotated[str, words("姓名", 100, example="李雷", note="Full name.")]
    duties: Annotated[tuple[str, ...], _DUTIES]
    districts: Annotated[tuple[str, ...], _DISTRICTS] = ()


class SubjectBody(Body, kw_only=True):
    """Who an officer is at the OpenID provider."""

    subject: Annotated[
        str, Meta(title="主体标识", description="The claim sub; empty for nobody.", examples=["u-4711"], max_length=255)
    ]


class OfficerAnswer(Answer, frozen=True, kw_only=True):
    """An officer as an administrator sees it."""

    officer_code: str
    name: str
    login: str
    duties: tuple[str, ...]
    districts: tuple[str, ...]
    state: Annotated[str, Meta(description="invited, active or locked")]
    enrolled: Annotated[bool, Meta(description="Whether password and authenticator are set")]
    sessions: int
    subject: str | None
    created_at: datetime


class OfficersAnswer(Answer, frozen=True, kw_only=True):
    """Every officer, by code."""

    officers: tuple[OfficerAnswer, ...]


class LinkAnswer(Answer, frozen=True, kw_only=True):
    """A one-time link, told only now; give it to the officer alone."""

    officer_code: str
    link: Annotated[str, Meta(description="Path below the service's address; good for a day, once")]


def officer_answer(view: OfficerView) -> OfficerAnswer:
    """An officer."""
    row = view.row
    return OfficerAnswer(
        officer_code=row.officer_code,
        name=row.name,
        login=row.login,
        duties=row.duties,
        districts=row.districts,
        state=row.state.word,
        enrolled=view.enrolled,
        sessions=view.sessions,
        subject=row.subject,
        created_at=row.created_at,
    )


def link_answer(officer_code: str, secret: str) -> LinkAnswer:
    """A link."""
    return LinkAnswer(officer_code=officer_code, link=ADDRESS + secret)


OFFICER_EXAMPLE: Final[dict[str, Any]] = {
    "officer_code": "OFFICER7",
    "name": "李雷",
    "login": "lilei",
    "duties": ["examiner"],
    "districts": ["2244", "51"],
    "state": "active",
    "enrolled": True,
    "sessions": 1,
    "subject": None,
    "created_at": "2024-06-18T10:00:00+08:00",
}
LINK_EXAMPLE: Final = {"officer_code": "OFFICER7", "link": ADDRESS + "pBc2…"}
