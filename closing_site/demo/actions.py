"""Making the demo company, with the actions that make anyone's."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.demo.closing import close_month
from closing_site.demo.errors import DemoNotMade
from closing_site.demo.files import master_files, write_corrections, write_month
from closing_site.demo.people import PEOPLE, let_people_in, require_free_names
from closing_site.demo.story import FIRST_DAY, LAST_DAY, story
from closing_site.exchange.importing import import_path
from closing_site.periods.actions import period_by_code
from closing_site.periods.calendar import month_code, months
from closing_site.wizard.opening_books import open_books

CODE = "DEMO"
BY = "make_demo"

#: One maker at a time: two starts at once would both find it missing.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('closing demo', 0))"


def demo_exists() -> bool:
    return Company.objects.filter(code=CODE).exists()


@transaction.atomic
def make_demo() -> bool:
    """Six months of sales, five of them closed; all of it or nothing. False: it is there already.

    Raises NamesTaken, DemoNotMade.
    """
    sql.execute(LOCK)
    if demo_exists():
        return False
    require_free_names()
    company = open_books(
        code=CODE,
        name="Hangzhou Shiguang Homeware Co., Ltd.",
        name_zh="杭州拾光家居用品有限公司",
        currency="CNY",
        country="CN",
        first_period=month_code(FIRST_DAY),
        language="zh-hans",
        tax_id="91330106MADEM9999K",
        address="浙江省杭州市西湖区文二路 391 号 3 幢 501 室　0571-5550 8888",
        bank="中国银行杭州西湖支行　6217 0000 5550 0088 88",
        members=[(person.username, person.role) for person in PEOPLE],
        by=BY,
    ).company
    users = let_people_in(company, by=BY)
    finance, manager = users["finance"], users["manager"]
    _import(company, master_files(), by=finance.username)
    told = story()
    for first, last in months(FIRST_DAY, LAST_DAY):
        code = month_code(first)
        with TemporaryDirectory() as folder:
            write_month(Path(folder), code, first, last, told.sales, told.receipts)
            _import(company, Path(folder), by=finance.username)
        if last < LAST_DAY:
            close_month(period_by_code(company, code), finance=finance, manager=manager)
    with TemporaryDirectory() as folder:
        write_corrections(Path(folder), told.sales)
        _import(company, Path(folder), by=finance.username)
    return True


def _import(company: Company, path: Path, *, by: str) -> None:
    report = import_path(company=company, path=path, by=by)
    if not report.written:
        bad = (problem for file in report.files for problem in file.bad)
        raise DemoNotMade(reasons=" ".join(f"{p.value}: {p.reason}" for p in bad))
