"""The encoding of CSV files: known for sure, named by a person, or refused with the place."""

from pathlib import Path

import pytest

from closing_site.companies.models import Company
from closing_site.customers.models import Customer
from closing_site.exchange.reading.encodings import Encoding, encoding_of, named_encoding
from closing_site.exchange.reading.faults import UnreadableFile
from tests.closing_site.exchange.conftest import run_import

CASE = Path(__file__).parents[2] / "data" / "cases" / "06"

#: Texts as people have them in such files.
OTHERS = [
    ("cp1252", "Müller Werkzeug GmbH, Köln"),
    ("cp1252", "Café"),
    ("cp1252", "Größe"),
    ("cp1250", "Žižkov Šumava"),
    ("cp1251", "Москва"),
    ("cp1251", "ООО Ромашка"),
    ("iso8859-7", "Παπαδόπουλος"),
    ("big5", "臺灣積體電路製造股份有限公司"),
    ("big5", "王小明"),
    ("cp949", "삼성전자"),
    ("cp949", "서울특별시 강남구"),
    ("shift_jis", "株式会社トヨタ"),
    ("euc_jp", "東京都千代田区"),
    ("euc_jp", "小林"),
]
CHINESE = [
    "北风贸易",
    "上海锐进机电有限公司",
    "深圳市鑫淼焱电子科技有限公司",
    "乌鲁木齐市天山区",
    "哈尔滨啤酒，500毫升",
    "王小明",
]


def read_as(tmp_path: Path, content: bytes, named: str = "") -> Encoding:
    path = tmp_path / "customers.csv"
    path.write_bytes(content)
    return encoding_of(path, named_encoding(named) if named else None)


@pytest.mark.parametrize(("encoding", "text"), OTHERS)
def test_another_encoding_is_refused_and_read_when_it_is_named(
    tmp_path: Path, encoding: str, text: str
) -> None:
    content = f"code,name\nK01,{text}\n".encode(encoding)
    with pytest.raises(UnreadableFile) as refusal:
        read_as(tmp_path, content)
    assert refusal.value.reason.parameters["line"] == 2
    assert refusal.value.reason.parameters["before"].startswith("K01,")
    assert read_as(tmp_path, content, encoding).codec == named_encoding(encoding).codec  # type: ignore[union-attr]


@pytest.mark.parametrize("text", CHINESE)
def test_chinese_in_gb18030_is_known(tmp_path: Path, text: str) -> None:
    content = f"code,name\nK01,{text}\n".encode("gb18030")
    assert read_as(tmp_path, content).label == "GB18030"


@pytest.mark.parametrize(
    ("content", "label"),
    [
        (b"code,name\nA,B\n", "UTF-8"),
        (b"", "UTF-8"),
        ("code,name\nA,é\n".encode(), "UTF-8"),
        ("code,name\nA,é\n".encode("utf-8-sig"), "UTF-8 (BOM)"),
        ("code,name\nA,é\n".encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + "code,name\nA,é\n".encode("utf-16-be"), "UTF-16"),
    ],
)
def test_unicode_says_what_it_is(tmp_path: Path, content: bytes, label: str) -> None:
    assert read_as(tmp_path, content).label == label
    # A name holds for files that do not say.
    assert read_as(tmp_path, content, "cp1252").label == label


@pytest.mark.parametrize(
    ("content", "line", "found", "before"),
    [
        # Cut within a character, at the end and in the middle.
        ("code,name\nK1,上海\nK2,北京".encode()[:-1], 3, "E4 BA", "K2,北"),
        ("code,name\nK1,上海,".encode() + "北".encode()[:2] + b",x\n", 2, "E5 8C", "K1,上海,"),
        # The mark promises what the text does not keep.
        (b"\xef\xbb\xbfcode,name\nA,\xff\n", 2, "FF", "A,"),
        (b"\xff\xfe" + "code\nA".encode("utf-16-le") + b"\x00\xd8B\x00", 2, "00 D8", "A"),
        (b"\xff\xfec", 1, "63", ""),
    ],
)
def test_damaged_unicode_is_refused_with_its_place(
    tmp_path: Path, content: bytes, line: int, found: str, before: str
) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_as(tmp_path, content)
    said = refusal.value.reason.parameters
    assert (said["line"], said["bytes"], said["before"]) == (line, found, before)
    assert str(said["encoding"]).startswith("UTF-")


def test_a_fault_beyond_the_first_block_is_placed(tmp_path: Path) -> None:
    rows = "".join(f"K{number},北京市海淀区\n" for number in range(200_000))
    with pytest.raises(UnreadableFile) as refusal:
        read_as(tmp_path, f"code,name\n{rows}".encode() + b"last,\xe4\xba\n")
    said = refusal.value.reason.parameters
    assert (said["line"], said["before"]) == (200_002, "last,")


@pytest.mark.parametrize("name", ["nonsense", "rot13", "base64", "idna", "utf-7", ""])
def test_what_is_no_encoding_of_files_is_none(name: str) -> None:
    assert named_encoding(name) is None


@pytest.mark.parametrize(
    ("name", "codec"),
    [("GBK", "gb18030"), ("Windows-1252", "cp1252"), ("latin1", "iso8859-1"), ("UTF8", "utf-8")],
)
def test_encodings_have_several_names(name: str, codec: str) -> None:
    assert getattr(named_encoding(name), "codec", None) == codec


@pytest.mark.django_db(transaction=True)
def test_case_06_western_and_taiwanese_files_are_refused_or_named(company: Company) -> None:
    refused = run_import(CASE)
    assert (refused.status, refused.result["written"]) == (1, False)
    for kind in ("customers", "products"):
        assert refused.counts(kind) == (0, 0, 0, 1)
        assert "line 2" in refused.reasons(kind)[0]
    for folder in ("big5", "cut"):
        assert run_import(CASE / folder).status == 1
    assert not Customer.objects.exists()

    assert run_import(CASE, "--encoding", "nonsense").status == 2
    taken = run_import(CASE, "--encoding", "cp1252")
    assert (taken.status, taken.file("customers")["encoding"]) == (0, "Windows-1252")
    names = Customer.objects.order_by("code").values_list("name", "city")
    assert list(names)[0] == ("Müller Werkzeug GmbH", "Köln")
    assert run_import(CASE / "big5", "--encoding", "big5").status == 0
    assert Customer.objects.get(code="B02").city == "臺北"


@pytest.mark.django_db(transaction=True)
def test_the_report_names_the_encoding(company: Company, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_bytes("客户编码,客户名称\nC1,北风贸易\n".encode("gb18030"))
    (tmp_path / "products.csv").write_bytes("sku,name\nA,é\n".encode("utf-8-sig"))
    (tmp_path / "orders.csv").write_bytes(
        "number,customer_code,order_date\n1,C1,1996-07-05\n".encode("utf-16")
    )
    taken = run_import(tmp_path)
    assert taken.status == 0
    encodings = {file["kind"]: file["encoding"] for file in taken.result["files"]}
    assert encodings == {"customers": "GB18030", "products": "UTF-8 (BOM)", "orders": "UTF-16"}
