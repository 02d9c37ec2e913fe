"""The header that every JSON document carries; see `app.domain.dossier.Filing`."""

from typing import Annotated, Literal

from msgspec import UNSET

from app.schemas.fields import Absent, Body, code, filing_word, instant

FilingType = Literal["1", "2", "3", "new", "change", "delete"]
FilingStatus = Literal["1", "2", "staged", "declared"]


class FilingBody(Body, kw_only=True):
    """Who numbers the message, when it was filed, whether it is new and declared; every field may be left out."""

    message_id: (
        Annotated[
            str,
            code(
                "guid",
                "系统唯一序号",
                36,
                default="",
                example="4F8C2D1E-5B7A-4C3D-9E8F-0A1B2C3D4E5F",
                note="Left out: made from the content, so that the same content has the same id.",
            ),
        ]
        | Absent
    ) = UNSET
    filed_at: (
        Annotated[
            str,
            instant(
                "appTime",
                "报送时间",
                default="",
                example="2024-06-18T09:30:00+08:00",
                note="Left out: the time of receipt. Of two messages of one document the newer wins.",
            ),
        ]
        | Absent
    ) = UNSET
    filing_type: (
        Annotated[FilingType, filing_word("appType", "报送类型", default="1", note="1 new, 2 change, 3 delete.")]
        | Absent
    ) = UNSET
    filing_status: (
        Annotated[
            FilingStatus,
            filing_word("appStatus", "业务状态", default="2", note="1 staged (takes no part), 2 declared."),
        ]
        | Absent
    ) = UNSET
