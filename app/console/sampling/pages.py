"""What is published of random inspection, the draw of one declaration, and the list of a day."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.console.pages import PREFIX, Page
from app.console.rendering import render
from app.console.sessions import officer_of
from app.domain.duties import Permission
from app.domain.period import read_day, shanghai_day
from app.errors import NotFound
from app.routers.audit import begun
from app.routers.requests import office_of
from app.services.office.sampling import DAYS_AHEAD

ADDRESS: Final = PREFIX + "/sampling"
_DAYS_BACK: Final = 60


async def published(request: Request) -> Response:
    """Commitments and secrets, newest day first."""
    today = shanghai_day(datetime.now(UTC))
    days = await office_of(request).sampling.days(today - timedelta(days=_DAYS_BACK), today + timedelta(DAYS_AHEAD))
    context = {"days": days, "today": today, "faulty": [each.day for each in days if each.fault]}
    return await render(request, "sampling/sampling.html", context)


async def declaration(request: Request) -> Response:
    """The draw of a declaration, computed again where its secret is public."""
    officer, asked = await officer_of(request), request.query_params.get("declaration", "").strip()
    try:
        declaration_id = UUID(asked)
    except ValueError:
        raise NotFound(
            "An id of a declaration is wanted, such as 0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9; its case shows it.",
            zh="请输入清单标识，例如 0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9，可在案件页查看。",
        ) from None
    checked = await office_of(request).sampling.declaration(officer, declaration_id)
    return await render(request, "sampling/declaration.html", {"checked": checked})


async def day_list(request: Request) -> Response:
    """The draws of a day whose secret is public, as CSV: all that a verification needs besides the commitment."""
    officer = await officer_of(request)
    try:
        day = read_day(request.path_params["day"])
    except ValueError:
        raise NotFound("There is no such day.", zh="没有该日期。") from None
    return StreamingResponse(
        await begun(office_of(request).sampling.export(officer, day)),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="draws-{day}.csv"'},
    )


_VIEW: Final = Permission.VIEW_SAMPLING
PAGES: Final = (
    Page(method="GET", path=ADDRESS, endpoint=published, permission=_VIEW),
    Page(method="GET", path=ADDRESS + "/declaration", endpoint=declaration, permission=_VIEW),
    Page(method="GET", path=ADDRESS + "/days/{day}.csv", endpoint=day_list, permission=_VIEW),
)
