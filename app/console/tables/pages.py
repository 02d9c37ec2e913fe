"""The addresses of the pages of tables, and who may open them."""

from typing import Final

from app.console.pages import Page
from app.console.tables import views
from app.console.tables.views import ADDRESS
from app.domain.duties import Permission

_VIEW, _EDIT, _APPROVE = Permission.VIEW_TABLES, Permission.EDIT_TABLES, Permission.APPROVE_TABLES
_DRAFT: Final = ADDRESS + "/drafts/{draft_id}"
PAGES: Final = (
    Page(method="GET", path=ADDRESS, endpoint=views.tables, permission=_VIEW),
    Page(method="GET", path=ADDRESS + "/upload", endpoint=views.upload_form, permission=_EDIT),
    Page(method="POST", path=ADDRESS + "/upload", endpoint=views.upload, permission=_EDIT),
    Page(method="GET", path=ADDRESS + "/faults/{name}.csv", endpoint=views.faults, permission=_EDIT),
    Page(method="GET", path=_DRAFT, endpoint=views.draft, permission=_VIEW),
    Page(method="POST", path=_DRAFT + "/rehearse", endpoint=views.rehearse, permission=_EDIT),
    Page(method="POST", path=_DRAFT + "/approve", endpoint=views.approve, permission=_APPROVE),
    Page(method="POST", path=_DRAFT + "/reject", endpoint=views.reject, permission=_APPROVE),
    Page(method="POST", path=_DRAFT + "/withdraw", endpoint=views.withdraw, permission=_EDIT),
    Page(method="GET", path=ADDRESS + "/{table}/versions", endpoint=views.versions, permission=_VIEW),
    Page(method="GET", path=ADDRESS + "/{table}/versions/{version}.csv", endpoint=views.content, permission=_VIEW),
    Page(method="POST", path=ADDRESS + "/{table}/step-back", endpoint=views.step_back, permission=_EDIT),
)
