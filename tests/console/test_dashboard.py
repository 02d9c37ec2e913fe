"""The dashboard: three parts, charts with the same figures beside them, exports, and only for those who may."""

import csv
import io
import re
from datetime import date

from lxml import etree
from openpyxl import load_workbook

from app.repositories import statistics
from app.services.office.office import Office
from tests.console.conftest import SignedIn

PERIOD = "first_day=2024-06-17&last_day=2024-06-18"
DAY = date(2024, 6, 18)
SUMS = [
    (DAY, 2, "2244", "released", "itself", 90), (DAY, 2, "2244", "refused", "officer", 10),
    (DAY, 3, "2244", "itself", "0", 90), (DAY, 3, "2244", "officer", "72", 10),
    (DAY, 1, "2244", "released", "first", 90), (DAY, 4, "2244", "LIM-01", "refused", 7),
    (DAY, 5, "2244", "RSK-06", "", 5), (DAY, 6, "2244", "RSK-06", "refuse", 1),
    (DAY, 6, "2244", "RSK-06", "conforms", 3), (DAY, 7, "2244", "=PLATFORM", "", 2),
    (DAY, 2, "5100", "released", "itself", 1000),
]  # fmt: skip


async def counted(office: Office) -> None:
    """A day with known figures."""
    async with office.backing.pool.acquire() as connection:
        await statistics.added(connection, SUMS)


async def test_the_three_parts_are_shown_with_the_figures_of_the_officer_s_districts(
    office: Office, sign_in_as: SignedIn
) -> None:
    await counted(office)
    browser = await sign_in_as("O1", "supervisor")
    page = await browser.get(f"/console/dashboard?{PERIOD}")
    assert page.status_code == 200, page.text
    for heading in ("Efficient", "Convenient", "Safe", "90.0 %", "25.0 %", "LIM-01", "=PLATFORM", "RSK-06"):
        assert heading in page.text, heading
    assert "1,090" not in page.text, "another district's"
    assert "5100" not in page.text
    everywhere = await sign_in_as("O2", "auditor", districts=("*",))
    assert "1,090" in (await everywhere.get(f"/console/dashboard?{PERIOD}")).text
    narrowed = await everywhere.get(f"/console/dashboard?{PERIOD}&district=2244&step=week")
    assert "1,090" not in narrowed.text


async def test_every_chart_has_words_and_the_page_a_table_of_the_same_figures(
    office: Office, sign_in_as: SignedIn
) -> None:
    await counted(office)
    browser = await sign_in_as("O1", "examiner")
    page = await browser.get(f"/console/dashboard?{PERIOD}")
    charts = re.findall(r'<figure class="chart"><img src="([^"]+)" alt="([^"]+)"', page.text)
    assert len(charts) == 4
    for address, alt in charts:
        assert "table" in alt
        chart = await browser.get(address.replace("&amp;", "&"))
        assert chart.headers["content-type"] == "image/svg+xml"
        assert etree.fromstring(chart.content).findtext("{http://www.w3.org/2000/svg}title")
    assert page.text.count("<table") >= len(charts)
    assert (await browser.get("/console/dashboard/charts/none.svg")).status_code == 404


async def test_the_page_is_in_the_reader_s_language(office: Office, sign_in_as: SignedIn) -> None:
    await counted(office)
    browser = await sign_in_as("O1", "supervisor", language="zh-CN")
    page = await browser.get(f"/console/dashboard?{PERIOD}")
    for word in ("高效", "便利", "安全", "自动放行"):
        assert word in page.text, word
    chart = await browser.get(f"/console/dashboard/charts/findings.svg?{PERIOD}")
    assert "LIM-01 单次交易限值".encode() in chart.content


async def test_exports_hold_the_same_figures_and_no_formula(office: Office, sign_in_as: SignedIn) -> None:
    await counted(office)
    browser = await sign_in_as("O1", "analyst")
    answer = await browser.get(f"/console/dashboard/export.csv?{PERIOD}")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert ["efficient", "decided", "released", "itself", "90"] in rows
    assert ["convenient", "overdue", "'=PLATFORM", "", "2"] in rows
    workbook = load_workbook(io.BytesIO((await browser.get(f"/console/dashboard/export.xlsx?{PERIOD}")).content))
    assert [str(cell or "") for cell in next(workbook.active.iter_rows(min_row=1, values_only=True))] == rows[0]
    assert (await browser.get(f"/console/dashboard/export.pdf?{PERIOD}")).status_code == 404


async def test_only_those_who_may_see_figures_do(office: Office, sign_in_as: SignedIn) -> None:
    browser = await sign_in_as("O1", "administrator")
    for address in ("dashboard", "dashboard/charts/trend.svg", "dashboard/export.csv"):
        assert (await browser.get(f"/console/{address}")).status_code == 403
    supervisor = await sign_in_as("O2", "supervisor")
    assert (await supervisor.get("/console/dashboard?first_day=2024-06-18&last_day=2024-06-17")).status_code == 422
    assert (await supervisor.get("/console/dashboard?district=5100")).status_code == 403
    assert (await supervisor.get("/console/dashboard?district=x")).status_code == 422
    empty = await supervisor.get("/console/dashboard?first_day=&last_day=")
    assert "Nothing was decided in this period." in empty.text


async def test_a_period_that_cannot_be_shown_is_told_beside_its_field(office: Office, sign_in_as: SignedIn) -> None:
    browser = await sign_in_as("O1", "supervisor")
    for query, field, told in (
        ("first_day=2024-06-18&last_day=2024-06-17", "last_day", "Choose 1 to"),
        ("first_day=yesterday", "first_day", "Must be a day"),
        ("district=x", "district", "Must be a customs office of four digits"),
    ):
        page = await browser.get(f"/console/dashboard?{query}")
        assert page.status_code == 422
        assert re.search(rf'<p class="error" id="e-{field}">{told}', page.text), page.text
        assert "The usual period is shown" in page.text
        assert "Efficient" in page.text
    unknown = await browser.get("/console/dashboard?form_day=2024-06-18")
    assert unknown.status_code == 422
    assert "something that this page does not know" in unknown.text
    assert "parameter" not in unknown.text
    export = await browser.get("/console/dashboard/export.csv?first_day=yesterday")
    assert export.status_code == 422
    assert "must be a day" in export.text
    assert "Parameters of the request" not in export.text
    assert 'href="/console/dashboard">Back</a>' in export.text
