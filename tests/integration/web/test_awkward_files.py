"""Every awkward file gets the answer that docs/files.md promises."""

import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image
from sqlalchemy import text

from contextualise.jobs import Stores, run_next
from tests.awkward_files import AWKWARD, Awkward, table
from tests.editing import Desk, open_desk
from tests.web import Person, Site

TABLE = Path(__file__).parents[3] / "docs" / "files.md"


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


def form(name: str, data: bytes) -> bytes:
    """A form as browsers send it: quotation marks and line breaks of a name as `%22`, `%0A`."""
    quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\nContent-Type: image/png\r\n\r\n'
    return head.encode() + data + b"\r\n--x--\r\n"


async def only_row(desk: Desk) -> Any:
    statement = "SELECT o.file_name, c.problem, c.examined_at, c.sha256 FROM occurrence o JOIN content c USING (map_id, sha256)"
    async with desk.site.database.reading() as connection:
        return (await connection.execute(text(statement))).one()


async def examine(desk: Desk) -> None:
    settings = desk.site.parts.settings
    assert settings.database_url
    while await run_next(desk.site.database, desk.site.objects, Stores(settings.database_url, str(settings.objects_folder), settings.s3)):
        pass


@pytest.mark.parametrize("awkward", AWKWARD, ids=lambda awkward: awkward.what)
async def test_awkward_file_gets_its_answer(desk: Desk, awkward: Awkward) -> None:
    topic = await desk.topic("Tosca")
    data = awkward.make()
    headers = {"Accept": "application/json", "Content-Type": "multipart/form-data; boundary=x"}
    answer = await desk.person.request("POST", f"{topic.url}/files/new", headers=headers, content=form(awkward.name, data))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["kind"], told["media_type"]) == (awkward.kind, awkward.media_type)
    assert awkward.remark in told["remark"] if awkward.remark else not told["remark"]
    await examine(desk)
    row = await only_row(desk)
    assert (row.file_name or "") == (awkward.name if awkward.kept_name is None else awkward.kept_name)
    assert (awkward.problem in (row.problem or "")) if awkward.problem else row.problem is None
    assert (row.examined_at is not None) == (awkward.kind == "image")
    url = f"{desk.url}/files/{told['digest']}/{quote(row.file_name or 'file', safe='')}"
    sent = await desk.get(url)
    assert sent.status_code == 200 and sent.content == data
    assert sent.headers["content-type"].partition(";")[0] == awkward.type_sent
    assert sent.headers["content-disposition"].startswith(awkward.served)
    assert "sandbox" in sent.headers["content-security-policy"] and sent.headers["x-content-type-options"] == "nosniff"
    for width in awkward.copies:
        copy = await desk.get(f"{url}?width={width}")
        assert Image.open(io.BytesIO(copy.content)).size[0] == width
    for page in (topic.url, f"{desk.url}/topics"):
        assert (await desk.get(page)).status_code == 200


def test_the_table_in_the_documentation_is_this_one() -> None:
    assert table() in TABLE.read_text(), "run: .venv/bin/python scripts/files_table.py"
