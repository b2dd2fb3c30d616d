"""A map as a file: written, read again, and imported again, it is the same map."""

import io
import re

from httpx import Response
from litestar.testing import AsyncTestClient

from contextualise.app import create_app
from contextualise.interchange import cxtm, read
from contextualise.interchange.records import TopicMap
from contextualise.jobs import Stores, run_next
from contextualise.settings import Settings
from tests.media_samples import picture
from tests.opera import Opera
from tests.web import Client, Person, Site

MARKDOWN = "https://www.iana.org/assignments/media-types/text/markdown"


def parsed(answer: Response) -> TopicMap:
    assert answer.status_code == 200, answer.text[:300]
    reading = read(io.BytesIO(answer.content), base="https://example.org/map.xtm", strict=True)
    assert reading.warnings == []
    return reading.map


def canonical(topic_map: TopicMap) -> bytes:
    out = io.BytesIO()
    cxtm.write(topic_map, out)
    return out.getvalue()


async def imported(site: Site, settings: Settings, owner: Person, content: bytes) -> str:
    """The path of a new map of a file."""
    await owner.post("/maps/importing", {"title": "Again"}, files={"file": ("map.xtm", content)})
    stores = Stores(settings.database_url or "", str(settings.objects_folder), settings.s3)
    assert await run_next(site.database, site.objects, stores)
    page = await owner.get("/maps")
    return max(re.findall(r"/maps/(\d+-again[\w-]*)", page.text), key=lambda ref: int(ref.partition("-")[0]))


async def test_texts_files_names_and_associations_are_in_it(own_opera: Opera) -> None:
    opera = own_opera
    sent = await opera.owner.post(
        f"{opera.tosca}/files/new", files=[("file", ("stage.png", picture()))], headers={"Accept": "application/json"}
    )
    assert sent.status_code == 200
    answer = await opera.owner.get(f"{opera.url}/export.xtm")
    found = parsed(answer)
    assert answer.headers["content-disposition"].startswith("attachment") and answer.headers["content-type"].startswith(
        "application/x-tm+xml"
    )
    assert "Tosca" in {name.value for name in found.names} and found.associations
    texts = [occurrence.value for occurrence in found.occurrences if occurrence.datatype == MARKDOWN]
    assert any(len(text) > 20 for text in texts) and not any(text.startswith("sha256:") for text in texts)
    (address,) = [occurrence.value for occurrence in found.occurrences if occurrence.value.endswith("/stage.png")]
    assert address.startswith("http") and (await opera.owner.get("/" + address.split("/", 3)[3])).content == picture()
    assert not any(occurrence.value.startswith("sha256:") for occurrence in found.occurrences)


async def test_what_was_imported_is_exported_as_it_came(site: Site, settings: Settings, owner: Person) -> None:
    first = parsed(await owner.get(f"/maps/{await imported(site, settings, owner, SOURCE.encode())}/export.xtm"))
    again = await owner.get(f"/maps/{await imported(site, settings, owner, SOURCE.encode())}/export.xtm")
    second = parsed(await owner.get(f"/maps/{await imported(site, settings, owner, again.content)}/export.xtm"))
    assert len(first) == len(parsed(again)) == len(second)
    values = [sorted((item.value, item.datatype) for item in each.occurrences) for each in (first, second)]
    assert values[0] == values[1]
    assert canonical(parsed(again)) == canonical(second), "the same map, item identifiers, reifiers, scopes and variants included"


async def test_only_who_may_read_the_whole_map_gets_it(opera: Opera, public_opera: Opera, site: Site) -> None:
    path = f"{opera.url}/export.xtm"
    assert (await opera.viewer.get(path)).status_code == 200
    assert (await opera.stranger.get(path)).status_code == 404
    assert (await opera.anonymous.get(path)).status_code in (303, 404)
    assert (await public_opera.anonymous.get(f"{public_opera.url}/export.xtm")).status_code == 200
    head = await opera.owner.request("HEAD", path)
    assert head.status_code == 200 and head.content == b""


async def test_whole_maps_are_not_asked_for_without_end(settings: Settings, own_opera: Opera) -> None:
    path = f"{own_opera.url}/export.xtm"
    answers = [(await own_opera.owner.get(path)).status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]


async def test_an_empty_map_can_be_exported(owner: Person) -> None:
    path = (await owner.post("/maps/new", {"title": "Nothing yet"})).headers["location"]
    assert parsed(await owner.get(f"{path}/export.xtm")).topics


async def test_a_text_whose_bytes_are_lost_does_not_keep_the_rest(settings: Settings, own_opera: Opera) -> None:
    app = create_app(settings, with_jobs=False)
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        site = Site(app, client)
        for file in settings.objects_folder.rglob("*"):
            if file.is_file():
                file.unlink()
        reader = Client(site, dict(own_opera.owner.cookies))
        found = parsed(await reader.get(f"{own_opera.url}/export.xtm"))
        assert found.topics, "a text whose bytes are lost does not keep the rest from being saved"


SOURCE = """<topicMap xmlns="http://www.topicmaps.org/xtm/" version="2.1">
<reifier><topicRef href="#map"/></reifier>
<topic id="map"><name><value>A map of everything</value></name></topic>
<topic id="a"><subjectIdentifier href="http://example.org/a"/><instanceOf><topicRef href="#b"/></instanceOf>
<name><itemIdentity href="#n1"/><reifier><topicRef href="#r"/></reifier><type><topicRef href="#b"/></type>
<scope><topicRef href="#b"/></scope><value>Ä &amp; &lt;b&gt;</value>
<variant><scope><topicRef href="#c"/></scope><resourceData>sorted</resourceData></variant></name>
<occurrence><type><topicRef href="#c"/></type><resourceRef href="http://example.org/x?a=1&amp;b=2"/></occurrence>
<occurrence><type><topicRef href="#c"/></type><scope><topicRef href="#a"/><topicRef href="#b"/></scope>
<resourceData datatype="http://www.w3.org/2001/XMLSchema#integer">42</resourceData></occurrence></topic>
<topic id="b"><subjectLocator href="http://example.org/b"/><name><value>B</value></name></topic>
<topic id="c"><name><value>C</value></name></topic>
<topic id="r"><name><value>What is said of a name</value></name></topic>
<topic id="r2"><occurrence><type><topicRef href="#c"/></type><resourceData>about a role</resourceData></occurrence></topic>
<association><type><topicRef href="#b"/></type><scope><topicRef href="#c"/></scope>
<role><type><topicRef href="#a"/></type><topicRef href="#b"/></role>
<role><reifier><topicRef href="#r2"/></reifier><type><topicRef href="#b"/></type><topicRef href="#c"/></role>
<role><type><topicRef href="#c"/></type><topicRef href="#c"/></role></association>
</topicMap>"""
