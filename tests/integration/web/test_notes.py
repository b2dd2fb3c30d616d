"""The inbox of notes and notes on topics, as pages, as fragments, for those who may and those who may not."""

import re
from html import unescape
from itertools import product

import pytest
from httpx import Response
from sqlalchemy import text

from contextualise.domain.maps import publish_map
from contextualise.repository.notes import find_inbox
from tests.editing import Desk, Made, fields_of, ids_of, open_desk, words
from tests.web import Client, Person, Site
from tests.whole import routes_of

SECRET = "Zauberwort"


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


@pytest.fixture
async def tosca(desk: Desk) -> Made:
    return await desk.topic("Tosca")


def base(desk: Desk) -> str:
    """The address of the map as its pages write it."""
    return f"/maps/{desk.map_id}-italian-opera"


async def keep(desk: Desk, source: str) -> int:
    """A note in the inbox; its number."""
    page = await desk.person.follow(await desk.post(f"{desk.url}/notes", {"text": source}))
    found = re.search(r'<article class="note[^>]* id="text-(\d+)"', page.text)
    assert found
    return int(found[1])


async def add(desk: Desk, topic: Made, source: str) -> int:
    """A note on a topic; its number."""
    made = await desk.post(f"{topic.url}/notes/new", {"text": source})
    assert made.status_code == 303
    return int(made.headers["location"].rpartition("-")[2])


async def count(desk: Desk) -> str:
    """What the bar says."""
    found = re.search(r'id="notes-count">([^<]*)<', (await desk.get(f"{desk.url}/topics")).text)
    assert found
    return found[1]


def undo_of(response: Response) -> str:
    found = re.search(r'action="(/maps/[^"]*/undoing)"', response.text)
    assert found
    return found[1]


async def test_a_note_needs_nothing_but_its_words(desk: Desk) -> None:
    assert await count(desk) == ""
    page = await desk.person.follow(await desk.post(f"{desk.url}/notes", {"text": "Call the *archive*"}))
    assert "<em>archive</em>" in page.text
    assert "Kept the note." in page.text
    assert await count(desk) == "1"


async def test_for_htmx_the_field_is_ready_for_the_next_note(desk: Desk) -> None:
    answer = await desk.post(f"{desk.url}/notes", {"text": "First"}, fragment=True, target="notes-inbox")
    assert answer.status_code == 200
    assert ids_of(answer.text)[0] == "notes-inbox"
    assert re.search(r"<textarea[^>]* autofocus[^>]*>\s*</textarea>", answer.text)
    assert '<hx-partial hx-target="#notes-count"' in answer.text
    assert answer.text.count("<html") == 0


async def test_the_same_note_is_told_and_not_kept_twice(desk: Desk) -> None:
    await keep(desk, "Twice")
    page = await desk.person.follow(await desk.post(f"{desk.url}/notes", {"text": "Twice"}))
    assert "in the inbox already" in page.text
    assert await count(desk) == "1"


@pytest.mark.parametrize("fragment", [False, True])
async def test_an_empty_note_is_refused_beside_the_field(desk: Desk, fragment: bool) -> None:
    refused = await desk.post(f"{desk.url}/notes", {"text": "  "}, fragment=fragment, target="notes-inbox")
    assert refused.status_code == 422
    assert "Write the note." in refused.text
    assert 'id="note-new-text-error"' in refused.text


async def test_a_note_that_is_too_long_stays_in_the_field(desk: Desk) -> None:
    refused = await desk.post(f"{desk.url}/notes", {"text": "long " * 250_000})
    assert refused.status_code == 422
    assert "at most 1 MB" in words(refused.text)
    assert refused.text.count("long ") >= 250_000


async def test_an_unknown_context_is_offered_to_be_made(desk: Desk) -> None:
    refused = await desk.post(f"{desk.url}/notes", {"text": "In act three", "theme_text": "Libretto"})
    assert refused.status_code == 422
    sent = fields_of(refused.text, f"{base(desk)}/notes")
    page = await desk.person.follow(await desk.post(f"{desk.url}/notes", sent))
    assert re.search(r"in the context of </span><a[^>]*>Libretto", page.text)


async def test_the_inbox_is_turned_by_key_and_back(desk: Desk) -> None:
    for number in range(45):
        await desk.post(f"{desk.url}/notes", {"text": f"Note {number}"}, fragment=True, target="notes-inbox")
    seen: list[str] = []
    url: str | None = f"{desk.url}/notes"
    pages = []
    while url:
        page = await desk.get(url)
        pages.append(re.findall(r'<article class="note[^>]* id="text-(\d+)"', page.text))
        seen += pages[-1]
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        url = unescape(following[1]) if following else None
    assert [len(each) for each in pages] == [20, 20, 5]
    assert seen == sorted(seen, key=int, reverse=True)
    back = re.search(r'rel="prev" href="([^"]+)"', page.text)
    assert back
    assert re.findall(r'<article class="note[^>]* id="text-(\d+)"', (await desk.get(unescape(back[1]))).text) == pages[1]


@pytest.mark.parametrize(
    ("query", "found"),
    [("ARCHIVE", 1), ("cafe archive", 1), ("archive tosca", 0), ("%", 0), ("_", 0), ("\\", 0), ("", 2), ("tos", 1)],
)
async def test_notes_are_found_by_their_words(desk: Desk, query: str, found: int) -> None:
    await keep(desk, "Meet at the *Café* near the archive")
    await keep(desk, "Tosca")
    page = await desk.person.request("GET", f"{desk.url}/notes", params={"q": query})
    assert page.text.count('<article class="note') == found


async def test_a_broken_place_is_the_beginning(desk: Desk) -> None:
    await keep(desk, "Here")
    for query in ("before=x", "after=99999999999999999999", "before=1", "after=999999999", "before=&after="):
        page = await desk.get(f"{desk.url}/notes?{query}")
        assert page.status_code == 200
        assert "Here" in page.text, query


async def test_a_note_is_edited_where_it_is(desk: Desk) -> None:
    number = await keep(desk, "Old [[Rome|words]]")
    path = f"{base(desk)}/notes/{number}/edit"
    form = await desk.get(path, fragment=True, target=f"text-{number}")
    assert ids_of(form.text)[0] == f"text-{number}"
    sent = fields_of(form.text, path)
    assert sent["text"] == ["Old [[Rome|words]]"]
    answer = await desk.post(path, {**sent, "text": "New"}, fragment=True, target="notes-list")
    assert ids_of(answer.text)[0] == "notes-list"
    assert "New" in answer.text
    cancelled = await desk.get(f"{desk.url}/notes", fragment=True, target=f"text-{number}")
    assert ids_of(cancelled.text) == [f"text-{number}"]


async def test_the_part_of_the_inbox_that_is_open_stays_open(desk: Desk) -> None:
    numbers = [await keep(desk, f"Note {number}") for number in range(22)]
    answer = await desk.post(
        f"{desk.url}/notes/{numbers[0]}/removal",
        fragment=True,
        target="notes-list",
        headers={"Referer": f"http://testserver.local{base(desk)}/notes?before={numbers[2]}"},
    )
    assert re.findall(r'<article class="note[^>]* id="text-(\d+)"', answer.text) == [str(numbers[1])]


async def test_two_people_who_write_the_same_note_lose_nothing(desk: Desk) -> None:
    number = await keep(desk, "one two three")
    path = f"{base(desk)}/notes/{number}/edit"
    sent = fields_of((await desk.get(path)).text, path)
    await desk.post(path, {**sent, "text": "ONE two three"})
    clash = await desk.post(path, {**sent, "text": "one two THREE"})
    assert clash.status_code == 409
    assert "changed this note while you were writing" in words(clash.text)
    proposal = fields_of(clash.text, path)
    assert proposal["text"] == ["ONE two THREE"]
    assert "ONE two THREE" in (await desk.person.follow(await desk.post(path, proposal))).text


async def test_a_note_is_previewed(desk: Desk, tosca: Made) -> None:
    fields = {"text": "See [[Tosca]] and *this*.", "preview": "1"}
    page = await desk.post(f"{tosca.url}/notes/new", fields)
    assert "<em>this</em>" in page.text
    assert f"topics/{tosca.slug}" in page.text
    fragment = await desk.post(f"{tosca.url}/notes/new", fields, fragment=True, target="note-new-preview")
    assert ids_of(fragment.text)[0] == "note-new-preview"
    assert "<textarea" not in fragment.text


async def test_a_note_that_was_not_saved_is_offered_again(desk: Desk, tosca: Made) -> None:
    number = await keep(desk, "Old")
    for path in (f"{base(desk)}/notes", f"{base(desk)}/notes/{number}/edit", f"{base(desk)}/topics/tosca/notes/new"):
        sent = fields_of((await desk.get(path)).text, path)
        place = re.search(r'data-place="([^"]+)"', (await desk.get(path)).text)
        assert place
        begun = {"place": unescape(place[1]), "source": f"Begun at {path}", "pass": sent["pass"], "expected": sent.get("expected", "")}
        kept = await desk.post(f"{desk.url}/drafts", begun)
        assert kept.status_code == 204
        offered = await desk.get(path)
        take = re.search(r'href="([^"]+[?&]draft=[^"]+)"', offered.text)
        assert take, path
        again = await desk.get(unescape(take[1]))
        assert fields_of(again.text, path)["text"] == [f"Begun at {path}"]
        assert (await desk.post(path, fields_of(again.text, path))).status_code == 303
        assert "draft=" not in (await desk.get(path)).text


async def test_a_note_is_kept_when_the_session_ended_meanwhile(desk: Desk, tosca: Made) -> None:
    path = f"{base(desk)}/topics/tosca/notes/new"
    sent = fields_of((await desk.get(path)).text, path)
    session = desk.person.cookies.pop("session")
    answer = await desk.post(path, {**sent, "text": "Written at length"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")
    desk.person.cookies["session"] = session
    assert "Written at length" in (await desk.get(path)).text


async def test_a_deleted_note_comes_back_by_undo(desk: Desk) -> None:
    number = await keep(desk, "Some words")
    page = await desk.person.follow(await desk.post(f"{desk.url}/notes/{number}/removal"))
    assert "Some words" not in page.text.partition("<main")[2]
    assert await count(desk) == ""
    await desk.post(undo_of(page))
    assert "Some words" in (await desk.get(f"{desk.url}/notes")).text
    assert await count(desk) == "1"


async def test_a_deleted_note_lies_in_the_trash_under_its_beginning(desk: Desk) -> None:
    number = await keep(desk, "Some words")
    await desk.post(f"{desk.url}/notes/{number}/removal")
    assert "Some words" in words((await desk.get(f"{desk.url}/trash")).text)


async def test_a_note_is_attached_by_the_name_of_a_topic(desk: Desk, tosca: Made) -> None:
    number = await keep(desk, "Of art")
    page = await desk.person.follow(await desk.post(f"{desk.url}/notes/{number}/attaching", {"topic": "tosca"}))
    assert "Attached the note to “Tosca”." in page.text
    assert await count(desk) == ""
    assert "Of art" in (await desk.get(tosca.url)).text
    await desk.post(undo_of(page))
    assert await count(desk) == "1"


async def test_what_is_being_written_stays_when_another_note_is_moved(desk: Desk, tosca: Made) -> None:
    number = await keep(desk, "Of art")
    answer = await desk.post(f"{desk.url}/notes/{number}/attaching", {"topic": "tosca"}, fragment=True, target="notes-list")
    assert ids_of(answer.text)[0] == "notes-list"
    assert "<textarea" not in answer.text


@pytest.mark.parametrize("fragment", [False, True])
async def test_a_new_name_is_offered_to_be_created(desk: Desk, fragment: bool) -> None:
    number = await keep(desk, "Of art")
    path = f"{base(desk)}/notes/{number}/attaching"
    refused = await desk.post(path, {"topic": "Norma"}, fragment=fragment, target="notes-list")
    assert refused.status_code == 422
    sent = fields_of(refused.text, path)
    done = await desk.post(path, sent, fragment=fragment, target="notes-list")
    assert done.status_code == (200 if fragment else 303)
    assert "Of art" in (await desk.get(f"{desk.url}/topics/norma")).text


async def test_a_note_is_attached_to_nothing_without_a_name(desk: Desk) -> None:
    number = await keep(desk, "Of art")
    refused = await desk.post(f"{desk.url}/notes/{number}/attaching", {"topic": " "})
    assert refused.status_code == 422
    assert "Write the name of a topic." in refused.text


async def test_a_note_on_a_topic_tells_who_wrote_it_and_when(desk: Desk, tosca: Made) -> None:
    first, second = await add(desk, tosca, "First"), await add(desk, tosca, "Second")
    page = await desk.get(tosca.url)
    notes = page.text.partition('id="topic-notes"')[2].partition("</section>")[0]
    assert notes.index(f"text-{first}") < notes.index(f"text-{second}")
    assert re.search(r"<time [^>]*>[^<]*</time> by Owner", notes)


async def test_a_note_is_added_to_a_topic_in_its_page(desk: Desk, tosca: Made) -> None:
    form = await desk.get(f"{tosca.url}/notes/new", fragment=True, target="topic-notes")
    assert ids_of(form.text)[0] == "note-new"
    answer = await desk.post(f"{tosca.url}/notes/new", {"text": "Of art"}, fragment=True, target="topic-notes")
    assert ids_of(answer.text)[0] == "topic-notes"
    assert "Of art" in answer.text
    empty = await desk.post(f"{tosca.url}/notes/new", {"text": ""}, fragment=True, target="topic-notes")
    assert empty.status_code == 422
    assert ids_of(empty.text)[0] == "note-new"


async def test_a_note_goes_back_into_the_inbox(desk: Desk, tosca: Made) -> None:
    number = await add(desk, tosca, "Of art")
    answer = await desk.post(f"{desk.url}/notes/{number}/detaching", fragment=True, target="topic-notes")
    assert ids_of(answer.text)[0] == "topic-notes"
    assert "Of art" not in answer.text
    assert re.search(r'id="notes-count">1<', answer.text)
    assert "Of art" in (await desk.get(f"{desk.url}/notes")).text


async def test_who_has_another_page_open_by_now_is_taken_to_the_right_one(desk: Desk, tosca: Made) -> None:
    number = await add(desk, tosca, "Of art")
    answer = await desk.post(f"{desk.url}/notes/{number}/removal", fragment=True, target="notes-list")
    assert answer.headers["hx-redirect"].startswith(f"{base(desk)}/topics/tosca")


async def test_a_note_becomes_a_topic_with_its_name_proposed(desk: Desk) -> None:
    number = await keep(desk, "# Norma\n\nAn *opera*.")
    path = f"{base(desk)}/notes/{number}/conversion"
    sent = fields_of((await desk.get(path)).text, path)
    assert (sent["name"], sent["text"]) == (["Norma"], ["An *opera*."])
    page = await desk.person.follow(await desk.post(path, sent))
    assert "<h1>Norma</h1>" in page.text
    assert "An <em>opera</em>." in page.text
    assert await count(desk) == ""
    gone = await desk.post(undo_of(page))
    assert gone.status_code == 303
    assert (await desk.get(f"{desk.url}/topics/norma")).status_code == 404
    assert await count(desk) == "1"


async def test_a_name_that_is_taken_offers_to_attach_instead(desk: Desk, tosca: Made) -> None:
    number = await keep(desk, "Tosca\n\nOf art")
    path = f"{base(desk)}/notes/{number}/conversion"
    form = await desk.get(path)
    assert f'name="attach" value="{tosca.id}"' in form.text
    sent = fields_of(form.text, path)
    refused = await desk.post(path, sent)
    assert refused.status_code == 422
    assert "There is a topic called “Tosca” already." in unescape(refused.text)
    attached = await desk.person.follow(await desk.post(path, {**sent, "attach": str(tosca.id)}))
    assert "Attached the note to “Tosca”." in attached.text
    assert (await desk.get(f"{desk.url}/topics/tosca-2")).status_code == 404


async def test_a_second_topic_of_the_name_is_made_when_wanted(desk: Desk, tosca: Made) -> None:
    number = await keep(desk, "Tosca")
    path = f"{base(desk)}/notes/{number}/conversion"
    sent = fields_of((await desk.get(path)).text, path)
    assert (await desk.post(path, {**sent, "anyway": "Tosca"})).status_code == 303
    assert (await desk.get(f"{desk.url}/topics/tosca-2")).status_code == 200


async def test_a_conversion_of_a_note_that_changed_meanwhile_is_refused(desk: Desk) -> None:
    number = await keep(desk, "Norma")
    path = f"{base(desk)}/notes/{number}/conversion"
    sent = fields_of((await desk.get(path)).text, path)
    edit = f"{base(desk)}/notes/{number}/edit"
    await desk.post(edit, {**fields_of((await desk.get(edit)).text, edit), "text": "Norma and more"})
    refused = await desk.post(path, sent)
    assert refused.status_code == 422
    assert "Norma and more" in refused.text


@pytest.mark.parametrize("name", ["", "x" * 1001])
async def test_a_topic_needs_a_name_that_will_do(desk: Desk, name: str) -> None:
    number = await keep(desk, "Norma")
    path = f"{base(desk)}/notes/{number}/conversion"
    sent = fields_of((await desk.get(path)).text, path)
    assert (await desk.post(path, {**sent, "name": name})).status_code == 422


async def test_what_is_no_note_has_no_form_of_a_note(desk: Desk, tosca: Made) -> None:
    number = await desk.text(tosca, "A text")
    for step in ("edit", "attaching", "conversion"):
        for each in (number, tosca.id, 999_999_999):
            assert (await desk.get(f"{desk.url}/notes/{each}/{step}")).status_code == 404
    for step in ("removal", "detaching"):
        assert (await desk.post(f"{desk.url}/notes/{number}/{step}")).status_code == 404
    assert (await desk.get(tosca.url)).text.count("A text") >= 1


async def test_a_statement_of_the_inbox_is_shown_in_the_inbox(desk: Desk) -> None:
    number = await keep(desk, "Here")
    await keep(desk, "Later")
    page = await desk.person.follow(await desk.get(f"{desk.url}/occurrences/{number}"))
    assert f'id="text-{number}"' in page.text
    assert "<h1>Notes</h1>" in page.text


async def test_undo_comes_back_to_the_inbox(desk: Desk) -> None:
    page = await desk.person.follow(await desk.post(f"{desk.url}/notes", {"text": "Here"}))
    headers = {"Referer": f"http://testserver.local{base(desk)}/notes"}
    undone = await desk.post(undo_of(page), headers=headers)
    assert undone.headers["location"].partition("#")[0] == f"{base(desk)}/notes"


# Nobody but those who may edit sees what lies in the inbox.


async def readers(desk: Desk, site: Site) -> list[Client]:
    async with site.database.writing() as session:
        await publish_map(session, desk.map_id, desk.person.id)
        people = [await site.person(f"{mode}@example.org") for mode in ("view", "comment")]
        for person, mode in zip(people, ("view", "comment"), strict=True):
            statement = text("INSERT INTO map_member (map_id, user_id, mode) VALUES (:map_id, :user_id, :mode)")
            await session.execute(statement, {"map_id": desk.map_id, "user_id": person.id, "mode": mode})
    return [site.anonymous, *people, await site.person("admin@example.org", admin=True)]


async def test_the_inbox_of_a_published_map_is_nobody_elses(desk: Desk, site: Site, tosca: Made) -> None:
    number = await keep(desk, f"# {SECRET}\n\nabout [[Tosca]] and [[{SECRET}]] and Tosca")
    other = await keep(desk, f"deleted {SECRET}, with Tosca")
    await desk.post(f"{desk.url}/notes/{other}/removal")
    again = await keep(desk, f"attached and detached {SECRET}")
    await desk.post(f"{desk.url}/notes/{again}/attaching", {"topic": "Tosca"})
    await desk.post(f"{desk.url}/notes/{again}/detaching")
    async with site.database.reading() as connection:
        inbox = await find_inbox(connection, desk.map_id)
        digests = [
            row[0] for row in await connection.execute(text("SELECT encode(sha256, 'hex') FROM content WHERE plain ~ :s"), {"s": SECRET})
        ]
        changes = [row[0] for row in await connection.execute(text("SELECT id FROM change WHERE map_id = :m"), {"m": desk.map_id})]
    assert inbox is not None
    own = await desk.get(f"{desk.url}/notes")
    assert SECRET in own.text
    paths = [
        *("", "/topics", "/topics?base=1&q=note", "/topics/notes", "/topics/notes/changes", "/topics/notes/mentions", "/topics/note"),
        *("/topics/tosca", "/topics/tosca/mentions", "/topics/tosca/changes", f"/occurrences/{number}", "/contexts", "/trash", "/notes"),
        *(f"/go-to?q={SECRET}", f"/references?q={SECRET}", f"/search?q={SECRET}", "/search?q=tosca", "/history", "/resources"),
        *("/resources/notes", "/resources/texts", f"/resources/notes?q={SECRET}", "/topics/notes?at=v1", "/topics/tosca/graph"),
        *(f"/texts/{each}/versions" for each in (number, other, again)),
        *(f"/files/{digest}/note.md" for digest in digests),
        *(f"/changes/{change}" for change in changes),
    ]
    told: list[str] = []
    for person in await readers(desk, site):
        for path in paths:
            for fragment, target in ((False, ""), (True, "topic-notes"), (True, "topic-unlinked"), (True, f"text-{number}")):
                answer = await person.get(f"{desk.url}{path}", fragment=fragment, target=target)
                if answer.status_code == 200 and SECRET in answer.text.replace(f"q={SECRET}", "").replace(f'value="{SECRET}"', ""):
                    at = answer.text.find(SECRET)
                    told.append(f"{path} {target}: …{answer.text[max(0, at - 80) : at + 80]}…")
                assert "notes-count" not in answer.text
        found = await person.get(f"/search?q={SECRET}")
        assert f"attached and detached {SECRET}" not in found.text
    # What somebody looks for is repeated to them; that is no word of the note.
    told = [each for each in told if not re.search(rf"“{SECRET}”|>{SECRET}</h1>|q={SECRET}", each)]
    assert not told, "\n".join(dict.fromkeys(told))


async def test_no_address_of_a_published_map_tells_of_its_inbox(desk: Desk, site: Site, tosca: Made) -> None:
    number = await keep(desk, f"# {SECRET}\n\nabout [[Tosca]] and Tosca")
    other = await keep(desk, f"deleted {SECRET}")
    await desk.post(f"{desk.url}/notes/{other}/removal")
    fact = {"type": "Location", "datatype": "string", "value": f"in {SECRET}"}
    assert (await desk.post(f"{desk.url}/occurrences/{number}/attributes/new", fact)).status_code == 303
    await readers(desk, site)
    async with site.database.reading() as connection:
        digests = [
            row[0] for row in await connection.execute(text("SELECT encode(sha256, 'hex') FROM content WHERE plain ~ :s"), {"s": SECRET})
        ]
        numbers = [
            row[0] for row in await connection.execute(text("SELECT id FROM change WHERE map_id = :m AND op ~ 'note'"), {"m": desk.map_id})
        ]
        numbers += [row[0] for row in await connection.execute(text("SELECT id FROM occurrence WHERE value ~ :s"), {"s": SECRET})]
    choices = {"slug": ["notes", "tosca", "note"], "digest": digests, "name": ["note.md"], "ref": [str(desk.map_id)]}
    told, asked = [], 0
    for method, path in sorted(routes_of(site.app)):
        if method != "GET" or not path.startswith("/maps/{ref:str}"):
            continue
        names = re.findall(r"{(\w+):\w+}", path)
        for values in product(*(choices.get(name, [number, other, *numbers]) for name in names)):
            given = iter(values)
            address = re.sub(r"{\w+:\w+}", lambda _: str(next(given)), path)  # noqa: B023 - used at once
            answer = await site.anonymous.get(address)
            asked += 1
            if SECRET in answer.text:
                told.append(f"{answer.status_code} {address}")
    for address in ("/search?q=Zauberw", "/resources/attributes?q=Zauberw", "/go-to?q=Zauberw", "/lookup?type=location"):
        if SECRET in (await site.anonymous.get(f"{desk.url}{address}")).text:
            told.append(address)
    assert asked > 60
    assert not told, told


async def test_that_a_note_of_the_inbox_mentions_a_topic_is_told_to_editors_only(desk: Desk, site: Site, tosca: Made) -> None:
    await keep(desk, "About [[Tosca]]")
    assert "Mentioned in" in (await desk.get(tosca.url)).text
    assert "A note in the inbox" in (await desk.get(f"{tosca.url}/mentions")).text
    for person in await readers(desk, site):
        assert "Mentioned in" not in (await person.get(tosca.url)).text
        assert "inbox" not in (await person.get(f"{tosca.url}/mentions")).text


async def test_the_topic_of_the_inbox_shows_no_note_to_anybody(desk: Desk) -> None:
    await keep(desk, SECRET)
    page = await desk.get(f"{desk.url}/topics/notes")
    assert SECRET not in page.text
    assert "1 note</a>" in page.text or "1 note</a> without" in page.text or "1 note" in words(page.text)
    assert f'href="{base(desk)}/notes"' in page.text


async def test_a_note_on_a_topic_is_read_by_readers_without_tools(desk: Desk, site: Site, tosca: Made) -> None:
    number = await add(desk, tosca, "Of art")
    for person in await readers(desk, site):
        page = await person.get(tosca.url)
        assert "Of art" in page.text
        assert f"/notes/{number}/" not in page.text
