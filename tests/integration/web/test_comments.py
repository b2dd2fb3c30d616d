"""Comments as pages and fragments: threads about one thing, of a topic, of a map; forms with drafts; marks on the topic's page."""

import re
from html.parser import HTMLParser

import pytest
from sqlalchemy import text

from contextualise.domain.names import add_name, delete_name
from tests.factories import make_map, make_topic
from tests.web import Person, Site


@pytest.fixture
async def commenter(site: Site) -> Person:
    return await site.person("carla@example.org")


@pytest.fixture
async def viewer(site: Site) -> Person:
    return await site.person("vera@example.org")


class Shared:
    """A map of the owner with a topic; the commenter may comment, the viewer read."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.map_id = self.topic_id = 0

    async def set_up(self, owner: Person, commenter: Person, viewer: Person) -> "Shared":
        async with self.site.database.writing() as session:
            self.map_id = await make_map(session, owner_id=owner.id)
            self.topic_id = await make_topic(session, self.map_id, "Tosca")
            joined = text("INSERT INTO map_member (map_id, user_id, mode) VALUES (:m, :u, :mode)")
            for person, mode in ((commenter, "comment"), (viewer, "view")):
                await session.execute(joined, {"m": self.map_id, "u": person.id, "mode": mode})
        return self

    @property
    def url(self) -> str:
        return f"/maps/{self.map_id}-italian-opera"

    def about(self, number: int = 0) -> str:
        return f"{self.url}/comments/about/{number or self.topic_id}"

    async def begin(self, who: Person, words: str = "Is this so?", number: int = 0) -> int:
        """A thread; returns its number."""
        answer = await who.post(self.about(number), {"text": words})
        assert answer.status_code == 303, answer.text[:500]
        return int(answer.headers["location"].rpartition("#thread-")[2])


@pytest.fixture
async def shared(site: Site, owner: Person, commenter: Person, viewer: Person) -> Shared:
    return await Shared(site).set_up(owner, commenter, viewer)


def words(html: str) -> str:
    """What can be read."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_a_thread_is_begun_answered_and_settled_without_scripts(shared: Shared, owner: Person, commenter: Person) -> None:
    page = await commenter.get(shared.about())
    assert page.status_code == 200 and 'name="text"' in page.text
    thread_id = await shared.begin(commenter)
    page = await commenter.get(shared.about())
    assert "Carla" in page.text and "Is this so?" in page.text and "Your comment is there." in page.text
    answered = await owner.post(f"{shared.url}/comments/{thread_id}", {"text": "It *is*."})
    assert answered.headers["location"].startswith(f"{shared.url}/comments/{thread_id}#comment-")
    thread = await commenter.get(f"{shared.url}/comments/{thread_id}")
    assert "<em>is</em>" in thread.text
    settled = await owner.post(f"{shared.url}/comments/{thread_id}/resolution", {"resolved": "1", "next": f"{shared.url}/comments"})
    assert settled.headers["location"] == f"{shared.url}/comments"
    assert "There are no open comments here" in words((await owner.get(f"{shared.url}/comments")).text)
    assert "Resolved" in (await owner.get(f"{shared.url}/comments?show=resolved")).text
    await commenter.post(f"{shared.url}/comments/{thread_id}/resolution", {"resolved": "0"})
    assert "Is this so?" in (await owner.get(f"{shared.url}/comments")).text


async def test_nobody_is_sent_elsewhere_after_resolving(shared: Shared, owner: Person) -> None:
    thread_id = await shared.begin(owner)
    path = f"{shared.url}/comments/{thread_id}"
    answer = await owner.post(f"{path}/resolution", {"resolved": "1", "next": "https://example.org/"})
    assert answer.headers["location"] == path


async def test_in_the_panel_everything_stays_there(shared: Shared, owner: Person, commenter: Person) -> None:
    panel = await commenter.get(shared.about(), fragment=True, target="talk-about")
    assert panel.text.lstrip().startswith('<div class="talk talk--panel" id="talk-about"') and "<html" not in panel.text
    begun = await commenter.post(shared.about(), {"text": "Is this so?"}, fragment=True, target="talk-about")
    assert 'data-open-count="1"' in begun.text and "Your comment is there." in begun.text
    found = re.search(r'id="thread-(\d+)"', begun.text)
    assert found is not None
    path = f"{shared.url}/comments/{found[1]}"
    opened = await owner.get(path, fragment=True, target=f"thread-{found[1]}")
    assert opened.text.lstrip().startswith("<section") and f'id="answer-{found[1]}"' in opened.text
    answered = await owner.post(path, {"text": "It is."}, fragment=True, target=f"thread-{found[1]}")
    assert answered.status_code == 200 and "It is." in answered.text and "Your answer is there." in answered.text
    settled = await owner.post(f"{path}/resolution", {"resolved": "1"}, fragment=True, target=f"thread-{found[1]}")
    assert "thread--resolved" in settled.text


@pytest.mark.parametrize("fragment", [False, True])
async def test_refused_words_come_back(shared: Shared, commenter: Person, fragment: bool) -> None:
    long = "wörter " * 2000
    answer = await commenter.post(shared.about(), {"text": long}, fragment=fragment, target="talk-about")
    assert answer.status_code == 422 and "at most 10,000 characters" in answer.text and "wörter wörter" in answer.text
    assert ("<html" in answer.text) is not fragment
    if fragment:
        assert answer.text.lstrip().startswith('<form class="talk-form" id="comment-new"')
    thread_id = await shared.begin(commenter)
    empty = await commenter.post(f"{shared.url}/comments/{thread_id}", {"text": " "}, fragment=fragment, target=f"thread-{thread_id}")
    assert empty.status_code == 422 and "Write something first." in empty.text


async def test_words_about_what_was_just_deleted_are_kept(shared: Shared, site: Site, owner: Person, commenter: Person) -> None:
    async with site.database.writing() as session:
        name_id = (await add_name(session, shared.map_id, owner.id, shared.topic_id, value="La Tosca")).construct_id
    form = (await commenter.get(shared.about(name_id))).text
    given = re.search(r'name="pass" value="([^"]+)"', form)
    assert given is not None
    async with site.database.writing() as session:
        await delete_name(session, shared.map_id, owner.id, name_id)
    answer = await commenter.post(shared.about(name_id), {"text": "A long thought", "pass": given[1]})
    assert answer.status_code == 404 and "deleted meanwhile" in answer.text and "A long thought" in answer.text
    assert "A long thought" in (await commenter.get("/drafts")).text


async def test_words_survive_the_end_of_the_session(shared: Shared, site: Site, commenter: Person) -> None:
    form = (await commenter.get(shared.about())).text
    given = re.search(r'name="pass" value="([^"]+)"', form)
    assert given is not None
    session_cookie = commenter.cookies.pop("session")
    answer = await commenter.post(shared.about(), {"text": "Typed in vain?", "pass": given[1]})
    assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
    commenter.cookies["session"] = session_cookie
    again = re.search(r"draft%3D([0-9a-f]+)", answer.headers["location"])
    assert again is not None
    assert "Typed in vain?" in (await commenter.get(f"{shared.about()}?draft={again[1]}")).text


async def test_a_commenter_keeps_drafts_of_comments(shared: Shared, commenter: Person, viewer: Person) -> None:
    fields = {"place": f"comments/about/{shared.topic_id}#abc", "source": "Half a thou"}
    assert (await commenter.post(f"{shared.url}/drafts", fields)).status_code == 204
    assert "You wrote this" in (await commenter.get(shared.about())).text
    assert (await viewer.post(f"{shared.url}/drafts", fields)).status_code == 403


async def test_what_was_deleted_is_called_so(shared: Shared, site: Site, owner: Person, commenter: Person) -> None:
    async with site.database.writing() as session:
        name_id = (await add_name(session, shared.map_id, owner.id, shared.topic_id, value="La Tosca")).construct_id
    await shared.begin(commenter, number=name_id)
    async with site.database.writing() as session:
        await delete_name(session, shared.map_id, owner.id, name_id)
    shown = words((await owner.get(f"{shared.url}/topics/tosca/comments")).text)
    assert "On a name that was deleted: “La Tosca”" in shown
    page = await owner.get(shared.about(name_id))
    assert page.status_code == 200 and "Is this so?" in page.text and 'name="text"' not in page.text


async def test_a_viewer_reads_and_others_do_not_see_comments(shared: Shared, site: Site, commenter: Person, viewer: Person) -> None:
    thread_id = await shared.begin(commenter)
    stranger, nobody = await site.person("stan@example.org"), site.anonymous
    async with site.database.writing() as session:
        await session.execute(text("UPDATE map SET published_at = now()"))
    for path in ("comments", f"comments/{thread_id}", f"comments/about/{shared.topic_id}", "topics/tosca/comments"):
        page = await viewer.get(f"{shared.url}/{path}")
        assert page.status_code == 200 and "Is this so?" in page.text and 'name="text"' not in page.text
        assert (await stranger.get(f"{shared.url}/{path}")).status_code == 403
        assert (await nobody.get(f"{shared.url}/{path}")).headers.get("location", "").startswith("/sign-in")
    topic = f"{shared.url}/topics/tosca"
    assert "1 open comment on this page" in (await viewer.get(topic)).text
    for who in (stranger, nobody):
        page = await who.get(topic)
        assert page.status_code == 200 and "data-talk" not in page.text and "omment" not in page.text


async def test_one_changes_only_ones_own_words(shared: Shared, owner: Person, commenter: Person) -> None:
    thread_id = await shared.begin(commenter)
    path = f"{shared.url}/comments/{thread_id}"
    assert "Is this so?" in (await commenter.get(f"{path}/edit")).text
    assert (await owner.get(f"{path}/edit")).status_code == 403
    assert (await commenter.post(f"{path}/edit", {"text": "Is it?"})).status_code == 303
    thread = await commenter.get(path)
    assert "Is it?" in thread.text and "changed" in thread.text
    form = await commenter.get(f"{path}/edit", fragment=True, target=f"comment-{thread_id}")
    assert form.text.lstrip().startswith(f'<form class="talk-form" id="comment-{thread_id}"')


async def test_removing_asks_first_and_leaves_the_place(shared: Shared, owner: Person, commenter: Person) -> None:
    thread_id = await shared.begin(commenter)
    path = f"{shared.url}/comments/{thread_id}"
    await owner.post(path, {"text": "It is."})
    assert "cannot be brought back" in (await commenter.get(f"{path}/removal")).text
    await commenter.post(f"{path}/removal")
    thread = await owner.get(path)
    assert "A comment that was removed." in thread.text and "Is this so?" not in thread.text and "It is." in thread.text
    assert (await commenter.post(f"{path}/removal")).status_code == 404
    other = await shared.begin(owner)
    assert (await commenter.post(f"{shared.url}/comments/{other}/removal")).status_code == 403
    gone = await owner.post(f"{shared.url}/comments/{other}/removal", fragment=True, target=f"thread-{other}")
    assert gone.status_code == 200 and gone.text == ""
    assert (await owner.get(f"{shared.url}/comments/{other}")).status_code == 404


async def test_the_address_of_an_answer_leads_to_it(shared: Shared, site: Site, owner: Person, commenter: Person) -> None:
    thread_id = await shared.begin(commenter)
    async with site.database.writing() as session:
        statement = (
            "INSERT INTO comment (map_id, id, thread_id, construct_id, origin_id, kind, body, html)"
            " SELECT :m, n, :t, :c, :c, 'topic', 'no. ' || n, '<p>no. ' || n || '</p>' FROM generate_series(500001, 500300) AS n"
        )
        await session.execute(text(statement), {"m": shared.map_id, "t": thread_id, "c": shared.topic_id})
    for answer_id in (500001, 500150, 500300):
        sent = await owner.get(f"{shared.url}/comments/{answer_id}")
        assert sent.headers["location"].endswith(f"#comment-{answer_id}")
        assert f"<p>no. {answer_id}</p>" in (await owner.follow(sent)).text
    assert "Earlier answers" in (await owner.get(f"{shared.url}/comments/{thread_id}")).text


async def test_people_are_offered_by_the_beginning_of_their_names(shared: Shared, owner: Person, commenter: Person, viewer: Person) -> None:
    url = f"{shared.url}/comments/people"
    assert words((await commenter.get(url)).text) == "Owner Vera", "everybody but oneself"
    assert words((await commenter.get(f"{url}?q=ve")).text) == "Vera"
    assert words((await commenter.get(f"{url}?q=xyz")).text) == ""
    assert words((await viewer.get(f"{url}?q=%00%25_")).text) == ""


async def test_naming_somebody_tells_them_and_they_find_it(shared: Shared, owner: Person, commenter: Person, viewer: Person) -> None:
    thread_id = await shared.begin(commenter, "@vera: is this so?")
    notices = (await viewer.get("/notices")).text
    assert "Carla mentioned you in a comment on the topic “Tosca”, in Italian opera" in notices
    found = re.search(r'href="(/notices/\d+)"', notices)
    assert found is not None
    to_thread = await viewer.get(found[1])
    assert to_thread.headers["location"] == f"{shared.url}/comments/{thread_id}#comment-{thread_id}"
    assert '<span class="mention">@vera</span>' in (await viewer.follow(to_thread)).text
    assert "Is this so?".casefold() in (await viewer.get(f"{shared.url}/comments?of=mentions")).text.casefold()
    assert "There are no open comments here in which somebody names you." in (await owner.get(f"{shared.url}/comments?of=mentions")).text
    assert 'id="thread-' in (await commenter.get(f"{shared.url}/comments?of=mine")).text


@pytest.mark.parametrize("panel", [False, True])
async def test_who_reads_a_thread_has_read_what_was_told_of_it(shared: Shared, commenter: Person, viewer: Person, panel: bool) -> None:
    thread_id = await shared.begin(commenter, "@vera: is this so?")
    await shared.begin(commenter, "@vera?", number=shared.topic_id)
    path = shared.about() if panel else f"{shared.url}/comments/{thread_id}"
    ahead = await viewer.get(path, headers={"Sec-Purpose": "prefetch"})
    assert "Notices: 2 unread" in ahead.text
    await viewer.get(path, fragment=panel, target="talk-about")
    left = (await viewer.get("/notices")).text
    assert ("unread" in left.partition("bar__bell")[2][:80]) is not panel, "one thread of two, or all about the topic"


async def test_too_much_is_refused_and_kept(shared: Shared, site: Site, commenter: Person) -> None:
    form = (await commenter.get(shared.about())).text
    given = re.search(r'name="pass" value="([^"]+)"', form)
    assert given is not None
    await shared.begin(commenter)
    async with site.database.writing() as session:
        await session.execute(text("UPDATE rate_limit SET count = 300 WHERE key LIKE 'comment %'"))
    answer = await commenter.post(shared.about(), {"text": "One more", "pass": given[1]})
    assert answer.status_code == 429 and "One more" in answer.text
    assert "One more" in (await commenter.get("/drafts")).text


async def test_the_topic_page_marks_what_is_talked_about(
    shared: Shared, site: Site, owner: Person, commenter: Person, viewer: Person
) -> None:
    async with site.database.writing() as session:
        name_id = (await add_name(session, shared.map_id, owner.id, shared.topic_id, value="La Tosca")).construct_id
    topic = f"{shared.url}/topics/tosca"
    before = await viewer.get(topic)
    assert "data-talk" not in before.text, "a reader who may only read sees no sign where nothing is said"
    assert f'data-talk="{name_id}"' in (await commenter.get(topic)).text
    await shared.begin(commenter, number=name_id)
    known = {"If-None-Match": before.headers["etag"]}
    after = await viewer.get(topic, headers=known)
    assert after.status_code == 200 and 'aria-label="1 open comment: the name La Tosca"' in after.text
    assert (await viewer.get(topic, headers={"If-None-Match": after.headers["etag"]})).status_code == 304
    part = await viewer.get(topic, fragment=True, target="topic-talk")
    assert part.text.lstrip().startswith('<div class="topic__talk" id="topic-talk"') and "1 open comment on this page" in part.text
    then = await viewer.get(f"{topic}?at=v{2}")
    assert "data-talk" not in then.text


async def test_what_is_said_changes_no_version_of_the_map(shared: Shared, site: Site, commenter: Person) -> None:
    async def version() -> int:
        async with site.database.reading() as connection:
            return int((await connection.exec_driver_sql("SELECT version FROM map")).scalar_one())

    before = await version()
    await shared.begin(commenter)
    assert await version() == before


async def test_who_left_is_not_named(shared: Shared, site: Site, owner: Person, commenter: Person) -> None:
    thread_id = await shared.begin(commenter)
    async with site.database.writing() as session:
        await session.execute(text("DELETE FROM app_user WHERE id = :id"), {"id": commenter.id})
    page = words((await owner.get(f"{shared.url}/comments/{thread_id}")).text)
    assert "Somebody who left" in page and "Carla" not in page and "Is this so?" in page


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](javascript:alert(1))",
    "<svg/onload=alert(1)>",
    '"><script>alert(1)</script>',
    "[[<script>alert(1)</script>|<b>x</b>]]",
    "@<script>alert(1)</script>",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "<a href='javascript:alert(1)'>x</a>",
    '[x](http://example.org "onmouseover=alert(1)")',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "{{ 7 * 7 }} {% raw %}",
    "<style>*{display:none}</style>",
    "\u202e<script>\u0000alert(1)</script>",
]


class Elements(HTMLParser):
    """The elements of a page as a browser reads it, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


async def test_hostile_words_are_only_words(shared: Shared, owner: Person, commenter: Person) -> None:
    for source in HOSTILE:
        thread_id = await shared.begin(commenter, source)
        for path in (f"comments/{thread_id}", f"comments/{thread_id}/edit", f"comments/{thread_id}/removal", "comments"):
            page = (await commenter.get(f"{shared.url}/{path}")).text
            main = page.partition('<main class="page')[2].partition("</main>")[0]
            for tag, attributes in Elements(main).found:
                assert tag not in ("script", "img", "iframe", "style", "object", "embed", "base", "meta"), (source, path)
                assert not [name for name in attributes if name.startswith("on")], (source, path, attributes)
                for name in ("href", "src", "action", "formaction", "srcdoc"):
                    assert not re.match(r"\s*(javascript|data|vbscript):", attributes.get(name, ""), re.IGNORECASE), (source, path)
    notices = (await owner.get("/notices")).text.partition('<main class="page')[2].partition("</main>")[0]
    assert "alert(1)" in notices and not [tag for tag, _ in Elements(notices).found if tag in ("script", "img", "iframe", "style")]
