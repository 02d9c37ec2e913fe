"""The addresses of the pages of risk profiles, and who may open them."""

from typing import Final

from app.console.pages import Page
from app.console.profiles import acts, views, writing
from app.console.profiles.views import ADDRESS
from app.domain.duties import Permission

_VIEW, _EDIT, _APPROVE = Permission.VIEW_PROFILES, Permission.EDIT_PROFILES, Permission.APPROVE_PROFILES
_ONE: Final = ADDRESS + "/{profile_id}"
_VERSION: Final = _ONE + "/versions/{version}"
PAGES: Final = (
    Page(method="GET", path=ADDRESS, endpoint=views.profiles, permission=_VIEW),
    Page(method="GET", path=ADDRESS + "/new", endpoint=writing.new_form, permission=_EDIT),
    Page(method="POST", path=ADDRESS + "/new", endpoint=writing.create, permission=_EDIT),
    Page(method="GET", path=_ONE, endpoint=views.profile, permission=_VIEW),
    Page(method="POST", path=_ONE + "/step-back", endpoint=acts.step_back, permission=_EDIT),
    Page(method="GET", path=_VERSION, endpoint=views.version, permission=_VIEW),
    Page(method="GET", path=_VERSION + "/edit", endpoint=writing.edit_form, permission=_EDIT),
    Page(method="POST", path=_VERSION + "/edit", endpoint=writing.edit, permission=_EDIT),
    Page(method="POST", path=_VERSION + "/rehearse", endpoint=acts.rehearse, permission=_EDIT),
    Page(method="POST", path=_VERSION + "/shadow", endpoint=acts.shadow, permission=_EDIT),
    Page(method="POST", path=_VERSION + "/propose", endpoint=acts.propose, permission=_EDIT),
    Page(method="POST", path=_VERSION + "/approve", endpoint=acts.approve, permission=_APPROVE),
    Page(method="POST", path=_VERSION + "/reject", endpoint=acts.reject, permission=_APPROVE),
    Page(method="POST", path=_VERSION + "/retire", endpoint=acts.retire, permission=_APPROVE),
)
