"""Pictures, films, sound, scenes, files and links of a topic, as people bring them in, see them and handle them."""

import re

import pytest
from playwright.async_api import Browser, Page, Request, Route, expect

from tests.e2e.browser import Account, ServedSite, check_accessibility, opened
from tests.e2e.media_files import examined, film, picture, scene, send, sound
from tests.editing import Desk

SMALL = {"width": 320, "height": 640}


async def flash(page: Page, text: str) -> None:
    """Wait for a message."""
    await expect(page.locator("#flashes")).to_contain_text(text)


async def order(page: Page) -> list[str]:
    """The pictures of the gallery by what they show."""
    return [await image.get_attribute("alt") or "" for image in await page.locator(".gallery img").all()]


def foreign(page: Page, site: ServedSite) -> list[str]:
    """Collects the requests that leave the site from now on."""
    found: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((site.base_url, "data:", "blob:")):
            found.append(request.url)

    page.context.on("request", note)
    return found


async def test_pictures_are_chosen_described_edited_moved_deleted_and_brought_back(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await expect(page.locator("#topic-media")).to_be_hidden()
    await page.get_by_role("navigation", name="Add to this topic").get_by_role("link", name="Picture or file").click()
    chooser = page.get_by_label("Pictures, films, sound, 3D scenes or any other files")
    await expect(chooser).to_be_focused()
    await check_accessibility(page)
    await chooser.set_input_files([picture("one.jpg"), picture("two.jpg", 300, 450, "maroon"), picture("three.jpg", 900, 300, "olive")])
    await expect(page.locator(".gallery .picture")).to_have_count(3)
    # What they show is asked for one after the other, and may be skipped.
    question = page.get_by_role("textbox", name="What does it show?")
    for words in ("A castle above a river", "A church", None):
        await expect(question).to_be_visible()
        if words is None:
            await page.get_by_role("button", name="Only decoration").click()
        else:
            await check_accessibility(page, both_themes=words == "A church")
            await question.fill(words)
            await page.get_by_role("button", name="Save", exact=True).click()
            await expect(question).to_have_value("")
    await expect(page.get_by_role("region", name="Uploads")).to_be_hidden()
    await expect(page.get_by_role("link", name="A castle above a river", exact=True)).to_be_visible()
    await check_accessibility(page)

    names = await order(page)
    assert sorted(names) == ["", "A castle above a river", "A church"]
    first = page.locator(".gallery .picture").first
    await first.hover()
    await first.get_by_role("button", name="later").click()
    await expect(page.locator("#live")).to_contain_text("Now 2 of 3.")
    assert await order(page) == [names[1], names[0], names[2]]
    moved = page.locator(".gallery .picture").nth(1)
    await expect(moved.get_by_role("button", name="later")).to_be_focused()

    await page.get_by_role("link", name="Edit A castle above a river").click()
    caption = page.get_by_role("textbox", name="Caption optional")
    await expect(page.get_by_role("textbox", name="What does it show? optional")).to_be_focused()
    await check_accessibility(page)
    await caption.fill("Castel Sant'Angelo")
    await caption.press("Control+Enter")
    await expect(page.locator(".gallery")).to_contain_text("Castel Sant'Angelo")
    pencil = page.get_by_role("link", name="Edit Castel Sant'Angelo")
    await expect(pencil).to_be_focused()
    await pencil.press("Enter")
    await page.get_by_role("button", name="Delete this picture").click()
    await flash(page, "Deleted the picture “Castel Sant'Angelo”.")
    await expect(page.locator(".gallery .picture")).to_have_count(2)
    await check_accessibility(page)
    await page.get_by_role("button", name="Undo").last.click()
    await flash(page, "Undone.")
    await expect(page.locator(".gallery .picture")).to_have_count(3)
    await expect(page.locator(".gallery")).to_contain_text("Castel Sant'Angelo")


async def test_files_are_dropped_anywhere_and_pictures_pasted(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    data = picture("dropped.jpg")["buffer"]
    make = """(bytes) => {
      const carried = new DataTransfer();
      carried.items.add(new File([new Uint8Array(bytes)], "dropped.jpg", {type: "image/jpeg"}));
      return carried;
    }"""
    carried = await page.evaluate_handle(make, list(data))
    await page.dispatch_event("h1", "dragover", {"dataTransfer": carried})
    await expect(page.get_by_text("Drop to add to this topic")).to_be_visible()
    await page.dispatch_event("h1", "drop", {"dataTransfer": carried})
    await expect(page.get_by_text("Drop to add to this topic")).to_be_hidden()
    await expect(page.locator(".gallery .picture")).to_have_count(1)
    await page.get_by_role("button", name="Skip", exact=True).click()
    await page.evaluate(
        """(bytes) => {
          const carried = new DataTransfer();
          carried.items.add(new File([new Uint8Array(bytes)], "image.png", {type: "image/png"}));
          document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: carried, bubbles: true, cancelable: true}));
        }""",
        list(picture("pasted.jpg", 200, 300, "navy")["buffer"]),
    )
    await expect(page.locator(".gallery .picture")).to_have_count(2)
    await check_accessibility(page)


async def test_what_is_too_large_is_told_before_it_is_sent(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" and "/files/" in request.url else None)
    await page.evaluate("() => { document.querySelector('upload-queue').limit = 2_000_000; }")
    await page.locator(".add-bar").get_by_role("link", name="Picture or file").click()
    large = {"name": "opera.bin", "mimeType": "application/octet-stream", "buffer": bytes(2_500_000)}
    await page.locator("#file-new-file").set_input_files([large])  # type: ignore[list-item]  # a payload
    row = page.locator(".upload-item")
    await expect(row).to_contain_text("It is 2.5 MB; at most 2 MB can be sent.")
    await expect(row.get_by_role("button", name="Send again")).to_have_count(0)
    assert sent == []
    await check_accessibility(page)
    await row.get_by_role("button", name="Leave out opera.bin").click()
    await expect(page.get_by_role("region", name="Uploads")).to_be_hidden()


async def test_an_upload_is_cancelled_and_one_that_failed_is_sent_again(browser: Browser, site: ServedSite, account: Account) -> None:
    desk = await site.desk(account)
    topic = await desk.topic("Tosca")
    async with opened(browser, site, account) as (page, watched):
        await page.goto(topic.url)
        held: list[Route] = []

        async def hold(route: Route) -> None:
            if route.request.method == "POST":
                held.append(route)
            else:
                await route.continue_()

        await page.route("**/files/new", hold)
        await page.evaluate("() => { addEventListener('beforeunload', (event) => { window.asked = event.defaultPrevented; }); }")
        await send_from_page(page, picture("one.jpg"), picture("two.jpg", 200, 300))
        await expect(page.locator(".upload-item")).to_have_count(2)
        await expect(page.get_by_role("heading", name="2 files are on their way")).to_be_visible()
        await check_accessibility(page)
        assert await page.evaluate(
            "() => { const e = new Event('beforeunload', {cancelable: true}); dispatchEvent(e); return e.defaultPrevented; }"
        )
        await page.get_by_role("button", name="Cancel one.jpg").click()
        await expect(page.locator(".upload-item")).to_have_count(1)
        for route in held:
            if "two.jpg" in (route.request.post_data_buffer or b"").decode("latin-1"):
                await route.abort("connectionreset")
        await expect(page.locator(".upload-item")).to_contain_text("The server cannot be reached.")
        watched.complaints.clear()  # the browser's own words on the broken connection
        await page.unroute("**/files/new")
        await page.get_by_role("button", name="Send again: two.jpg").click()
        await expect(page.locator(".gallery .picture")).to_have_count(1)
        watched.complaints.clear()


async def send_from_page(page: Page, *files: object) -> None:
    """Choose files in the form, as a person does."""
    await page.locator(".add-bar").get_by_role("link", name="Picture or file").click()
    await page.locator("#file-new-file").set_input_files(list(files))  # type: ignore[arg-type]  # payloads


async def test_a_refused_file_says_why_and_leaves_the_others_alone(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await send_from_page(page, picture("same.jpg"))
    await expect(page.locator(".gallery .picture")).to_have_count(1)
    await page.get_by_role("button", name="Skip", exact=True).click()
    await send_from_page(page, picture("same.jpg"), picture("other.jpg", 300, 200))
    await expect(page.locator(".gallery .picture")).to_have_count(2)
    await expect(page.locator(".upload-item--failed")).to_contain_text("is on this topic already")


async def test_forty_pictures_come_in_three_at_a_time_and_are_shown_once(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.evaluate(
        """() => {
          window.most = 0;
          let underWay = 0;
          const send = XMLHttpRequest.prototype.send;
          XMLHttpRequest.prototype.send = function (body) {
            underWay += 1;
            window.most = Math.max(window.most, underWay);
            this.addEventListener("loadend", () => { underWay -= 1; });
            return send.call(this, body);
          };
        }"""
    )
    shown: list[str] = []
    page.on("request", lambda request: shown.append(request.url) if request.headers.get("hx-target") == "section#topic-media" else None)
    await send_from_page(page, *(picture(f"{number}.jpg", 100 + number, 80) for number in range(40)))
    await expect(page.get_by_role("heading", name="What do they show?")).to_be_visible(timeout=60_000)
    await expect(page.locator(".picture")).to_have_count(40)
    await page.get_by_role("button", name="Skip all 40").click()
    await expect(page.get_by_role("region", name="Uploads")).to_be_hidden()
    assert await page.evaluate("() => window.most") in (3, 4), "the next is begun while the last answer is read"
    assert len(shown) <= 20, "the part of the page came anew for several at once"


async def test_pictures_are_looked_at_by_keyboard(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    for number, name in enumerate(("First", "Second", "Third")):
        await send(page, topic.url, picture(f"{name}.jpg", 700 + number, 500), alt=f"{name} picture", title=f"{name} caption")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Second picture", exact=True).focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Pictures")
    await expect(dialog).to_be_visible()
    await expect(dialog).to_contain_text("2 of 3")
    await expect(dialog.get_by_role("img", name="Second picture")).to_be_visible()
    await expect(dialog).to_contain_text("Second caption")
    await check_accessibility(page)
    await page.keyboard.press("ArrowRight")
    await expect(dialog).to_contain_text("3 of 3")
    await expect(dialog.get_by_role("button", name="Next picture")).to_be_disabled()
    await page.keyboard.press("Home")
    await expect(dialog.get_by_role("img", name="First picture")).to_be_visible()
    await page.keyboard.press("End")
    await page.keyboard.press("ArrowLeft")
    await expect(dialog).to_contain_text("2 of 3")
    await page.keyboard.press("z")
    await expect(dialog.get_by_role("button", name="See it whole")).to_have_attribute("aria-pressed", "true")
    await check_accessibility(page, both_themes=False)
    await page.keyboard.press("z")
    await page.keyboard.press("Home")
    original = dialog.get_by_role("link", name="Open the original in a new tab")
    await expect(original).to_have_attribute("href", re.compile(r"/First\.jpg$"))
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_role("link", name="First picture", exact=True)).to_be_focused()


async def test_sound_films_files_and_scenes_are_shown_played_and_kept_in_order(page: Page, desk: Desk, site: ServedSite) -> None:
    topic = await desk.topic("Tosca")
    left = foreign(page, site)
    await page.goto(topic.url)
    await send_from_page(
        page, sound(), await film(page), scene(), {"name": "libretto.txt", "mimeType": "text/plain", "buffer": b"Recondita armonia"}
    )
    await expect(page.get_by_role("heading", name="Films, sound, 3D scenes and files")).to_be_visible()
    await expect(page.get_by_role("navigation", name="Add to this topic").get_by_role("link").first).to_be_focused()
    media = page.locator("#topic-media")
    await expect(media.locator("audio")).to_have_count(1)
    await expect(media.get_by_role("link", name="libretto.txt", exact=True)).to_be_visible()
    # The editor's browser makes what stands for film and scene while nobody plays them.
    await expect(media.locator("video[poster]")).to_have_count(1, timeout=120_000)
    await expect(media.locator(".stage__poster")).to_have_count(1, timeout=120_000)
    for name in ("audio", "video"):
        player = media.locator(name)
        await page.wait_for_function(
            "(element) => element.readyState >= 1 || element.preload === 'none'", arg=await player.element_handle()
        )
        assert await player.evaluate("(element) => element.play().then(() => true, (error) => String(error))") is True
        await player.evaluate("(element) => element.pause()")
    await check_accessibility(page)
    await media.get_by_role("link", name="Show the scene triangle.glb").click()
    frame = page.frame_locator("iframe[title='triangle.glb']")
    await expect(frame.locator(".player__scene--shown model-viewer")).to_be_visible(timeout=120_000)
    await page.get_by_role("button", name="Close triangle.glb").click()
    await expect(media.get_by_role("link", name="Show the scene triangle.glb")).to_be_focused()
    assert left == []


async def test_links_and_films_elsewhere_contact_nobody_before_they_are_played(page: Page, desk: Desk, site: ServedSite) -> None:
    topic = await desk.topic("Tosca")
    left = foreign(page, site)
    await page.context.route(
        "https://www.youtube-nocookie.com/**", lambda route: route.fulfill(body="<title>Film</title>", content_type="text/html")
    )
    await page.goto(topic.url)
    add = page.get_by_role("navigation", name="Add to this topic").get_by_role("link", name="Link or film")
    await add.click()
    url = page.get_by_role("textbox", name="Address", exact=True)
    await expect(url).to_be_focused()
    await check_accessibility(page)
    await page.keyboard.press("Escape")
    await expect(add).to_be_focused()
    await expect(page.locator("#topic-links")).to_be_hidden()
    await add.click()
    await url.fill("javascript:alert(1)")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#topic-links .form-errors")).to_be_focused()
    await check_accessibility(page)
    for address, title in (
        ("example.org/score", "The score"),
        ("https://youtu.be/dQw4w9WgXcQ", "A performance"),
        ("https://framatube.org/w/kkGMgK9ZtnKfYAgnEtQxbv", ""),
    ):
        if not await url.is_visible():
            await page.get_by_role("link", name="Add a link").click()
        await url.fill(address)
        await page.get_by_role("textbox", name="Title optional").fill(title)
        await page.get_by_role("textbox", name="Description optional").fill(f"About {address}")
        await url.press("Control+Enter")
        await expect(page.locator("#topic-links")).to_contain_text(f"About {address}")
    await expect(page.get_by_role("heading", name="Films and links")).to_be_visible()
    await check_accessibility(page)
    await expect(page.get_by_role("link", name="The score", exact=True)).to_have_attribute("href", "https://example.org/score")
    elsewhere = page.get_by_role("link", name="Watch A film on PeerTube")
    await expect(elsewhere).to_have_attribute("target", "_blank")
    assert left == []
    play = page.get_by_role("link", name="Play A performance")
    await play.click()
    await expect(page.frame_locator("iframe[title='A performance']").locator("iframe")).to_be_visible()
    assert [address.partition("?")[0] for address in left] == ["https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"]
    await check_accessibility(page, both_themes=False)
    await page.get_by_role("button", name="Close A performance").click()
    await expect(play).to_be_focused()

    await page.get_by_role("link", name="Edit The score").click()
    await page.get_by_role("textbox", name="Title optional").fill("The whole score")
    await page.get_by_role("textbox", name="Title optional").press("Control+Enter")
    await expect(page.get_by_role("link", name="The whole score", exact=True)).to_be_visible()
    await page.get_by_role("link", name="Edit The whole score").click()
    await page.get_by_role("button", name="Delete this link").click()
    await flash(page, "Deleted “The whole score”.")
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.get_by_role("link", name="The whole score", exact=True)).to_be_visible()


async def test_pictures_are_put_in_order_by_dragging(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    for number, name in enumerate(("First", "Second", "Third")):
        await send(page, topic.url, picture(f"{name}.jpg", 700 + number, 500), alt=name)
    await examined(desk)
    await page.goto(topic.url)
    pictures = page.locator(".gallery .picture")
    await pictures.nth(2).drag_to(pictures.nth(0), target_position={"x": 8, "y": 60})
    await expect(page.locator("#live")).to_contain_text("Now 1 of 3.")
    assert await order(page) == ["Third", "First", "Second"]


async def test_many_pictures_are_folded_and_stay_open_while_they_are_edited(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    for number in range(17):
        await send(page, topic.url, picture(f"{number}.jpg", 120 + number, 100), alt=f"Number {number}")
    await page.goto(topic.url)
    await expect(page.get_by_role("link", name="Number 16", exact=True)).to_be_hidden()
    await page.get_by_text("Show 5 more pictures").click()
    await page.locator(".picture").nth(15).hover()
    await page.locator(".picture").nth(15).get_by_role("button", name="later").click()
    await expect(page.locator("#live")).to_contain_text("Now 17 of 17.")
    await expect(page.get_by_role("link", name="Number 15", exact=True)).to_be_visible()
    await expect(page.locator(".picture").nth(16).get_by_role("button", name="earlier")).to_be_focused()
    await check_accessibility(page)


async def test_files_and_links_without_javascript(page_without_js: Page, desk: Desk) -> None:
    page = page_without_js
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Picture or file").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Pictures and files of Tosca")
    await page.get_by_label("Pictures, films, sound, 3D scenes or any other files").set_input_files(
        [picture("one.jpg"), picture("two.jpg", 300, 200), sound()]
    )
    await page.get_by_role("button", name="Upload").click()
    await expect(page.locator(".gallery .picture")).to_have_count(2)
    await expect(page.locator("audio")).to_have_count(1)
    picked = page.locator(".gallery .picture")
    await picked.nth(0).get_by_role("link", name="Edit").click()
    await page.get_by_role("textbox", name="What does it show?").fill("A church in Rome")
    await page.get_by_role("textbox", name="Caption").fill("Sant'Andrea della Valle")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("link", name="A church in Rome", exact=True)).to_be_visible()
    await picked.nth(0).get_by_role("button", name="later").click()
    await expect(picked.nth(1)).to_contain_text("Sant'Andrea della Valle")
    await picked.nth(1).get_by_role("link", name="Edit Sant'Andrea").click()
    await page.get_by_role("button", name="Delete this picture").click()
    await expect(picked).to_have_count(1)
    await page.get_by_role("button", name="Undo").last.click()
    await expect(picked).to_have_count(2)
    original = await page.get_by_role("link", name="A church in Rome", exact=True).get_attribute("href")
    assert (await page.request.get(original or "")).headers["content-type"] == "image/jpeg"
    await page.get_by_role("link", name="Link or film").click()
    await page.get_by_role("textbox", name="Address").fill("https://vimeo.com/76979871")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("link", name="Play A film on Vimeo")).to_have_attribute("href", "https://vimeo.com/76979871")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
async def test_media_on_the_smallest_phone(browser: Browser, site: ServedSite, account: Account, scripts: bool) -> None:
    desk = await site.desk(account)
    topic = await desk.topic("Tosca")
    async with opened(browser, site, account, viewport=SMALL, java_script_enabled=scripts, has_touch=True) as (page, _):
        await send(page, topic.url, picture("wide.jpg", 1200, 300), alt="Wide", title="A caption of some length under a picture")
        await send(page, topic.url, picture("high.jpg", 300, 900))
        await send(page, topic.url, sound("a-very-long-name-of-a-sound-file-that-does-not-fit-into-one-line-of-a-phone.wav"))
        await send(page, topic.url, scene())
        await page.request.post(f"{topic.url}/links/new", form={"url": "https://youtu.be/dQw4w9WgXcQ"})
        for path in ("", "/files/new", "/links/new"):
            await page.goto(topic.url + path)
            if scripts:
                await check_accessibility(page)
                wide = await page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wide <= 0, f"{path} is {wide} px too wide"
        await page.goto(topic.url)
        await expect(page.locator(".gallery .picture")).to_have_count(2)


async def test_a_reader_sees_everything_and_no_tools(browser: Browser, site: ServedSite, account: Account) -> None:
    desk = await site.desk(account)
    topic = await desk.topic("Tosca")
    async with opened(browser, site, account) as (page, _):
        await send(page, topic.url, picture("one.jpg"))
        await page.request.post(f"{desk.url}/publication", form={"published": "1"})
    async with opened(browser, site, None) as (page, _):
        await page.goto(topic.url)
        await expect(page.locator(".gallery .picture")).to_have_count(1)
        await expect(page.locator(".add-bar, upload-queue, .media-tools, .picture__ask")).to_have_count(0)
        await check_accessibility(page)
        await page.locator("a[data-picture]").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await check_accessibility(page, both_themes=False)
