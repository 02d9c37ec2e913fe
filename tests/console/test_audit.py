"""The pages of the audit."""

import re
from pathlib import Path
from typing import Final

import app
from app.console.audit.words import ACTS
from app.services.office.office import Office
from tests.console.conftest import SignedIn

_WRITTEN: Final = re.compile(
    r'"((?:audit|case|key|mandate|officer|party|profile|proposal|reference|sampling|search|table)\.[a-z_]+)"'
)


def test_every_act_that_is_written_into_the_record_has_a_name() -> None:
    services = Path(app.__file__).parent / "services"
    written = {act for file in services.rglob("*.py") for act in _WRITTEN.findall(file.read_text(encoding="utf-8"))}
    assert len(written) > 50
    assert written - ACTS.keys() == set()


async def test_links_are_listed_opened_and_exported(office: Office, sign_in_as: SignedIn) -> None:
    analyst = await sign_in_as("A1", "analyst")
    await analyst.get("/console/tables/upload")
    file = ("c.csv", b"code,name_zh\n142,\xe4\xb8\xad\xe5\x9b\xbd\n", "text/csv")
    await analyst.post("/console/tables/upload", {"table": "country"}, files={"file": file})
    assert (await analyst.get("/console/audit")).status_code == 403
    auditor = await sign_in_as("U1", "auditor")
    page = await auditor.get("/console/audit?actor=A1&act=&lane=")
    assert page.status_code == 200, page.text
    assert "table.draft" in page.text
    link = re.search(r'href="(/console/audit/links/\d+/\d+)"', page.text)
    assert link
    assert "follows the one before" in (await auditor.get(link.group(1))).text
    rows = (await auditor.get("/console/audit/export.csv?act=table.")).text.splitlines()
    assert rows[0].startswith("lane,position")
    assert "table.draft" in rows[1]
    assert "table.draft" in (await auditor.get("/console/audit/export.jsonl?act=table.")).text
    assert "signature" in (await auditor.get("/console/audit/heads.jsonl")).text
    nobody = (await auditor.get("/console/audit?actor=nobody")).text
    assert "No link was found" in nobody
    assert "The whole record was looked at" in nobody, "there is no next page"
    faulty = await auditor.get("/console/audit?first_day=never&lane=x")
    assert faulty.status_code == 422
    assert '<p class="error" id="e-first_day">Must be a day' in faulty.text
    assert '<p class="error" id="e-lane">Must be a whole number' in faulty.text


async def test_the_record_is_verified_from_the_page(office: Office, sign_in_as: SignedIn) -> None:
    auditor = await sign_in_as("U1", "auditor")
    page = await auditor.get("/console/audit/verification")
    assert "not verified from here yet" in page.text
    assert (await auditor.post("/console/audit/verification")).status_code == 303
    await office.verifier.finish()
    assert "Nothing was found" in (await auditor.get("/console/audit/verification")).text
    assert "Verified: nothing was found." in (await auditor.get("/console/audit")).text


async def test_the_pages_are_in_chinese_too(office: Office, sign_in_as: SignedIn) -> None:
    auditor = await sign_in_as("U1", "auditor", language="zh")
    for address in ("/console/audit", "/console/audit/verification"):
        page = await auditor.get(address)
        assert page.status_code == 200
        for english in ("Export", "Lane<", "Verify the", "newest first"):
            assert english not in page.text
