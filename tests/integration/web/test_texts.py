"""Texts of a topic: written, previewed, saved by two people at once, deleted."""

import re

import pytest

from tests.editing import Desk, Made, fields_of, ids_of, open_desk, words
from tests.web import Person, Site


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


@pytest.fixture
async def tosca(desk: Desk) -> Made:
    return await desk.topic("Tosca")


def path_of(desk: Desk, number: int) -> str:
    return f"/maps/{desk.map_id}-italian-opera/topics/tosca/text/{number}/edit"


async def test_a_text_is_written_and_read(desk: Desk, tosca: Made) -> None:
    page = await desk.person.follow(await desk.post(f"{tosca.url}/text/new", {"text": "An **opera**."}))
    assert "<strong>opera</strong>" in page.text


async def test_the_form_has_the_source_as_it_was_written(desk: Desk, tosca: Made) -> None:
    source = "\nFirst line kept empty.\n\n<b>& [[Puccini|the composer]]"
    number = await desk.text(tosca, source)
    form = await desk.get(path_of(desk, number))
    assert fields_of(form.text, path_of(desk, number))["text"] == [source]


async def test_saving_by_htmx_gives_the_texts_back(desk: Desk, tosca: Made) -> None:
    number = await desk.text(tosca, "Old")
    sent = fields_of((await desk.get(path_of(desk, number))).text, path_of(desk, number))
    answer = await desk.post(path_of(desk, number), {**sent, "text": "New"}, fragment=True, target="topic-text")
    assert answer.status_code == 200
    assert ids_of(answer.text)[0] == "topic-text"
    assert "New" in answer.text


async def test_a_stale_save_shows_both_texts_and_one_that_has_both(desk: Desk, tosca: Made) -> None:
    number = await desk.text(tosca, "one\n\ntwo\n\nthree")
    sent = fields_of((await desk.get(path_of(desk, number))).text, path_of(desk, number))
    await desk.post(path_of(desk, number), {**sent, "text": "one\n\ntwo\n\nTHREE of theirs"})
    clash = await desk.post(path_of(desk, number), {**sent, "text": "ONE of mine\n\ntwo\n\nthree"})
    assert clash.status_code == 409
    assert "changed this text while you were writing" in words(clash.text)
    proposal = fields_of(clash.text, path_of(desk, number))
    assert proposal["text"] == ["ONE of mine\n\ntwo\n\nTHREE of theirs"]
    assert "[deleted: one ] [added: ONE of mine ]" in words(clash.text)
    assert "<ins>" in clash.text
    page = await desk.person.follow(await desk.post(path_of(desk, number), proposal))
    assert "ONE of mine" in page.text
    assert "THREE of theirs" in page.text


async def test_a_clash_for_htmx_takes_the_place_of_the_form(desk: Desk, tosca: Made) -> None:
    number = await desk.text(tosca, "one")
    sent = fields_of((await desk.get(path_of(desk, number))).text, path_of(desk, number))
    await desk.post(path_of(desk, number), {**sent, "text": "theirs"})
    clash = await desk.post(path_of(desk, number), {**sent, "text": "mine"}, fragment=True, target="topic-text")
    assert clash.status_code == 409
    assert ids_of(clash.text)[0] == f"text-{number}"
    assert 'data-focus="always"' in clash.text


async def test_nothing_is_lost_when_the_text_was_deleted_meanwhile(desk: Desk, tosca: Made) -> None:
    number = await desk.text(tosca, "one")
    sent = fields_of((await desk.get(path_of(desk, number))).text, path_of(desk, number))
    await desk.post(f"{tosca.url}/text/{number}/removal")
    answer = await desk.post(path_of(desk, number), {**sent, "text": "what I wrote"})
    assert answer.status_code == 409
    assert "what I wrote" in answer.text


async def test_the_preview_works_with_and_without_htmx(desk: Desk, tosca: Made) -> None:
    norma = await desk.topic("Norma")
    fields = {"text": "See [[Norma]] and *this*.", "preview": "1"}
    page = await desk.post(f"{tosca.url}/text/new", fields)
    assert page.status_code == 200
    assert "<em>this</em>" in page.text
    assert f"topics/{norma.slug}" in page.text
    assert "See [[Norma]]" in page.text
    fragment = await desk.post(f"{tosca.url}/text/new", fields, fragment=True, target="text-new-preview")
    assert ids_of(fragment.text)[0] == "text-new-preview"
    assert "<textarea" not in fragment.text
    assert "<em>this</em>" not in (await desk.get(tosca.url)).text


async def test_a_text_in_another_context_stands_beside_the_first(desk: Desk, tosca: Made) -> None:
    libretto = await desk.topic("Libretto")
    await desk.text(tosca, "Everywhere")
    await desk.post(f"{tosca.url}/text/new", {"text": "In the libretto", "theme": str(libretto.id)})
    page = await desk.get(tosca.url)
    assert "Everywhere" in page.text
    assert "In the libretto" in page.text


async def test_a_text_moves_to_another_context(desk: Desk, tosca: Made) -> None:
    libretto = await desk.topic("Libretto")
    number = await desk.text(tosca, "Everywhere")
    sent = fields_of((await desk.get(path_of(desk, number))).text, path_of(desk, number))
    page = await desk.person.follow(await desk.post(path_of(desk, number), {**sent, "theme": str(libretto.id)}))
    assert page.text.split("<main")[1].count("Everywhere") == 1
    assert "Libretto" in page.text


async def test_a_text_that_is_too_long_says_the_limit_and_stays(desk: Desk, tosca: Made) -> None:
    refused = await desk.post(f"{tosca.url}/text/new", {"text": "long " * 250_000})
    assert refused.status_code == 422
    assert "at most 1 MB" in words(refused.text)
    assert refused.text.count("long ") >= 250_000


async def test_a_form_beyond_all_bounds_is_refused_unread(desk: Desk, tosca: Made) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "90000000"}
    refused = await desk.person.request("POST", f"{tosca.url}/text/new", headers=headers, content=b"text=x")
    assert refused.status_code == 422
    assert "at most 1 MB" in words(refused.text)


async def test_a_deleted_text_comes_back_by_undo(desk: Desk, tosca: Made) -> None:
    number = await desk.text(tosca, "Some words")
    page = await desk.person.follow(await desk.post(f"{tosca.url}/text/{number}/removal"))
    assert "Some words" not in page.text
    undo = re.search(r'action="(/maps/[^"]*/undoing)"', page.text)
    assert undo
    assert "Some words" in (await desk.person.follow(await desk.post(undo[1]))).text


async def test_scripts_in_a_text_do_not_reach_preview_or_page(desk: Desk, tosca: Made) -> None:
    source = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    preview = await desk.post(f"{tosca.url}/text/new", {"text": source, "preview": "1"}, fragment=True, target="text-new-preview")
    assert "<script" not in preview.text
    assert "onerror=" not in re.sub(r"&lt;.*?&gt;", "", preview.text)
    assert 'href="javascript:' not in preview.text
