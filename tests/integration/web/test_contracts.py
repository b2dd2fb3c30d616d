"""Every template is rendered by some request, where an undefined value is an error."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar import get
from litestar.params import FromPath

from contextualise.domain import errors
from contextualise.repository.database import Database
from contextualise.web.shared.templates import TEMPLATES
from tests.media_samples import glb, picture, sound
from tests.opera import make_opera
from tests.whole import Whole, filled, prepared, routes_of


@get("/forced/{status:int}", sync_to_thread=False)
def forced(status: FromPath[int]) -> None:
    """Fails as asked; only this test's application has it."""
    raise {429: errors.TooMany("Wait a minute.", 60)}.get(status) or RuntimeError


@pytest.fixture(scope="module")
async def whole(database_url: str, database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    async with prepared(database_url, database, tmp_path_factory.mktemp("whole")) as site:
        site.site.app.register(forced)
        yield site


async def test_every_template_is_rendered(whole: Whole) -> None:
    environment = whole.site.parts.templates.environment
    values = await whole.values("shared")
    for who in ("anonymous", "viewer", "owner", "admin"):
        for method, path in routes_of(whole.site.app):
            if method == "GET":
                for fragment in (False, True):
                    answer = await whole.people[who].get(filled(path, {**values, "forced": 500}), fragment=fragment, target="topic-head")
                    assert answer.status_code < 500 or path.startswith("/forced"), (path, whole.faults())
    owner, url = whole.people["owner"], filled("/maps/{ref:str}/topics/{slug:str}", values)
    await (await whole.reader_by_link("shared", "topic", values)).get(url)
    for name in ("names", "occurrences"):
        await owner.get(url, fragment=True, target=f"{name.removesuffix('s')}-{values[name]}")
    await owner.get(url, fragment=True, target=f"association-{values['associations']}")
    await owner.get(url, fragment=True, target=f"text-{values['text']}")
    await owner.post(f"/maps/{values['maps']}/notes", {"text": "A note"}, fragment=True, target="notes-inbox")
    for name, data in (("stage.png", picture()), ("aria.wav", sound()), ("castle.glb", glb())):
        sent = await owner.post(f"{url}/files/new", files=[("file", (name, data))], headers={"Accept": "application/json"})
    await owner.get(url)
    await owner.get(f"/maps/{values['maps']}/players/{sent.json()['id']}")
    opera = await make_opera(whole.site, at="example.net")
    tosca = (await opera.owner.get(opera.tosca)).text
    for group in set(re.findall(r'id="group-([\w.-]+?)(?:-more)?"', tosca)):
        await opera.owner.get(opera.tosca, fragment=True, target=f"group-{group}-more")
    await owner.post(f"/maps/{values['maps']}/drafts", {"place": "topics/x/text/new", "source": "Not saved yet."})
    await owner.get(f"/drafts/show?map={int(values['maps'].split('-')[0])}&place=topics/x/text/new")
    for query in (f"?at=v{values['then']}", f"/changes?from=v{values['then']}"):
        await owner.get(f"{url}{query}")
    await owner.get(f"/maps/{values['maps']}/search?q=a")
    await owner.get("/theme")
    published = await whole.values("published")
    await owner.get(f"/maps/{published['maps']}/report")
    await owner.get("/forced/429")
    await owner.request("POST", "/theme", content=b"a" * 200_000, headers={"Content-Type": "application/x-www-form-urlencoded"})
    environment.get_template("live/_people.html")  # goes out in a stream; tests of streams read it
    assert environment.cache is not None
    rendered = {key[1] for key in environment.cache}
    every = {path.relative_to(TEMPLATES).as_posix() for path in Path(TEMPLATES).rglob("*.html")}
    assert every - rendered == set()
    assert environment.undefined.__name__ == "StrictUndefined"
