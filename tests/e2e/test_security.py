"""Nothing that somebody wrote is ever run: hostile words in every field that is shown, read by a real browser."""

import json
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

import pytest
from playwright.async_api import Browser, Page

from contextualise.domain.associations import create_association
from contextualise.domain.history import begin
from contextualise.domain.maps import check_fields, edit_map, publish_map
from contextualise.domain.names import add_name, add_variant
from contextualise.domain.occurrences import add_occurrence
from contextualise.domain.tags import add_tag
from contextualise.domain.texts import save_text
from contextualise.domain.topics import create_topic
from contextualise.repository.tables import Topic
from tests.e2e.browser import ServedSite, opened

PAYLOADS = [
    "<script>window.__x=1</script>",
    "<ScRiPt>window.__x=1</sCrIpT>",
    "<script src=data:text/javascript,window.__x=1></script>",
    "<script src=//evil.example/x.js></script>",
    '"><script>window.__x=1</script>',
    "'><script>window.__x=1</script>",
    "</title><script>window.__x=1</script>",
    "</textarea><script>window.__x=1</script>",
    "</style><script>window.__x=1</script>",
    "--><script>window.__x=1</script>",
    "]]><script>window.__x=1</script>",
    "<img src=x onerror=window.__x=1>",
    '"><img src=x onerror=window.__x=1>',
    "<img src=x onerror=window.__x=1//",
    "<img/src=x/onerror=window.__x=1>",
    '<img """><img src=x onerror=window.__x=1>',
    "<svg onload=window.__x=1>",
    "<svg/onload=window.__x=1>",
    "<svg><script>window.__x=1</script></svg>",
    "<svg><animate onbegin=window.__x=1 attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:window.__x=1><text y=20>x</text></a></svg>",
    "<svg><use href=data:image/svg+xml,x></use></svg>",
    "<math><mtext></table><mglyph><style><img src=x onerror=window.__x=1>",
    "<math href=javascript:window.__x=1>x</math>",
    "<body onload=window.__x=1>",
    "<iframe src=javascript:window.__x=1></iframe>",
    "<iframe srcdoc='<script>parent.__x=1</script>'></iframe>",
    "<object data=javascript:window.__x=1></object>",
    "<embed src=javascript:window.__x=1>",
    "<form action=javascript:window.__x=1><input type=submit autofocus></form>",
    "<input onfocus=window.__x=1 autofocus>",
    "<button formaction=javascript:window.__x=1 autofocus>x</button>",
    "<select onfocus=window.__x=1 autofocus></select>",
    "<textarea onfocus=window.__x=1 autofocus></textarea>",
    "<details open ontoggle=window.__x=1>",
    "<video><source onerror=window.__x=1></video>",
    "<audio src=x onerror=window.__x=1>",
    "<marquee onstart=window.__x=1>",
    "<meta http-equiv=refresh content='0;url=javascript:window.__x=1'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<base href=//evil.example/>",
    "<style>@import '//evil.example/x.css';</style>",
    "<style>*{background:url(javascript:window.__x=1)}</style>",
    "<div style=background:url(//evil.example/x)>x</div>",
    "<a href=javascript:window.__x=1>x</a>",
    '<a href="java\tscript:window.__x=1">x</a>',
    "<a href=&#106;avascript:window.__x=1>x</a>",
    "<a href=data:text/html,x target=_blank>x</a>",
    "[x](javascript:window.__x=1)",
    "[x](JaVaScRiPt:window.__x=1)",
    "[x](java&#09;script:window.__x=1)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:window.__x=1)",
    "![x](javascript:window.__x=1)",
    '![x](x"onerror="window.__x=1)',
    "<javascript:window.__x=1>",
    "[x]: javascript:window.__x=1\n\n[x]",
    "[[<img src=x onerror=window.__x=1>]]",
    '[[" onmouseover="window.__x=1]]',
    "[[a|<svg onload=window.__x=1>]]",
    "```<script>window.__x=1</script>\n<script>window.__x=1</script>\n```",
    '```" onmouseover=window.__x=1 x="\nx\n```',
    "| <img src=x onerror=window.__x=1> |\n|---|\n| <svg onload=window.__x=1> |",
    "[^<script>]: <script>window.__x=1</script>\n\nx[^<script>]",
    "{{ ''.__class__ }} ${window.__x=1} {% raw %}",
    "<div hx-get=/maps hx-trigger=load hx-on:load=window.__x=1>x</div>",
    "<hx-partial hx-target=body><script>window.__x=1</script></hx-partial>",
    "<template><script>window.__x=1</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=window.__x=1>'>",
    "<xmp><p title='</xmp><svg/onload=window.__x=1>'>",
    "\N{FULLWIDTH LESS-THAN SIGN}script\N{FULLWIDTH GREATER-THAN SIGN}window.__x=1",
    "<flash-message data-announce=<img src=x onerror=window.__x=1>>",
    "<x data-announce='<img src=x onerror=window.__x=1>' data-focus data-go-to>x</x>",
    "<a id=main name=body href=//evil.example>x</a>",
]


def line(payload: str) -> str:
    """The payload as a name or title can hold it."""
    return " ".join(payload.split())


async def make_map(site: ServedSite, owner: int, map_id: int, payloads: Sequence[str]) -> str:
    """A topic on which every payload stands in every field there is; its slug."""
    async with site.database.writing() as session:
        place = (session, map_id, owner)
        journal = await begin(session, map_id)
        assert journal
        topic = (await create_topic(*place, name=line(payloads[0]))).construct_id
        for number, payload in enumerate(payloads):
            word = line(payload)
            other = (await create_topic(*place, name=f"{number} {word}")).construct_id
            kind = (await create_topic(*place, name=f"kind {number} {word}")).construct_id
            added = await add_name(*place, topic, value=f"{number} {word}", scope_ids=[other])
            await add_variant(*place, added.construct_id, value=f"variant {word}", scope_ids=[other, kind])
            await save_text(session, site.objects, *place[1:], topic, source=payload, expected=None, scope_ids=[other])
            fact = await add_occurrence(*place, topic, type_id=kind, value=word, title=word)
            await add_occurrence(*place, fact.construct_id, type_id=kind, value=word)
            address = f"https://example.org/{quote(word)}?{word.replace(' ', '')}"
            await add_occurrence(*place, topic, type_id=kind, value=address, datatype="http://www.w3.org/2001/XMLSchema#anyURI", title=word)
            await create_association(*place, type_id=kind, members=[(kind, topic), (other, other)], scope_ids=[kind])
            await add_tag(*place, topic, f"tag {number} {word}")
        source = "\n\n".join(payloads)
        await save_text(session, site.objects, *place[1:], topic, source=source, expected=None)
        await edit_map(
            session, map_id, owner, check_fields(title=line(payloads[0])[:200], description=" ".join(map(line, payloads))[:2000])
        )
        await publish_map(session, map_id, owner)
        return (await session.get_one(Topic, (map_id, topic))).slug


async def check(page: Page, path: str, asked: list[str]) -> None:
    """Nothing ran on the page, nothing was fetched from elsewhere, and no element of a payload became real."""
    await page.goto(path)  # to its end: what pictures and scripts of a payload would do has been done by then
    await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert await page.evaluate("() => window.__x") is None, path
    found = await page.evaluate(
        """() => [...document.querySelectorAll("*")].flatMap((each) => [...each.attributes]
            .filter((it) => /^on|^style$|^srcdoc$/.test(it.name)
                || (/^\\s*(javascript|vbscript|data:text)/i.test(it.value) && it.name !== "value"))
            .map((it) => each.outerHTML.slice(0, 200)))"""
    )
    assert found == [], path
    odd = "iframe, object, embed, base, math, marquee, frame, script:not([src]), main style, main link[rel], main meta, main svg script"
    assert await page.locator(odd).count() == 0, path
    assert [address for address in asked if urlsplit(address).hostname not in ("127.0.0.1", None)] == []


@pytest.mark.parametrize("part", range(3))
async def test_no_payload_runs_wherever_it_is_shown(browser: Browser, site: ServedSite, part: int) -> None:
    assert len(PAYLOADS) >= 60
    payloads = PAYLOADS[part::3]
    account = await site.account(line(payloads[0])[:80])
    desk = await site.desk(account)
    slug = await make_map(site, account.id, desk.map_id, payloads)
    topic = f"{desk.url}/topics/{slug}"
    pages = [
        *("/", "/maps", "/account", desk.url, f"{desk.url}/edit", f"{desk.url}/topics", f"{desk.url}/contexts", f"{desk.url}/trash"),
        *(topic, f"{topic}/changes", f"{topic}/removal", f"{topic}/names/new", f"{topic}/text/new", f"{topic}/merging"),
        f"{topic}?scope={quote(line(payloads[1]))}",
    ]
    asked: list[str] = []
    async with opened(browser, site, account) as (page, _):
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: asked.append(f"http://dialog/{dialog.type}"))
        for path in pages:
            await check(page, path, asked)


@pytest.mark.parametrize("part", range(2))
async def test_no_payload_runs_out_of_an_address(browser: Browser, site: ServedSite, part: int) -> None:
    """What is typed into a search or an address is shown again, on pages of results and of errors."""
    account = await site.account()
    desk = await site.desk(account)
    asked: list[str] = []
    # A missing page and a refused form are meant here; the browser notes their status in its console.
    async with opened(browser, site, account) as (page, watched):
        page.on("request", lambda request: asked.append(request.url))
        for number, payload in enumerate(PAYLOADS[part::2]):
            word = quote(payload, safe="")
            shown = (f"/go-to?q={word}", f"{desk.url}/go-to?q={word}", f"{desk.url}/topics?q={word}&type={word}", f"/?q={word}")
            missing = (f"{desk.url}/topics/{word}", f"/{word}", f"/sign-in?next={word}")
            for path in (shown[number % len(shown)], missing[number % len(missing)]):
                await check(page, path, asked)
        watched.complaints[:] = [text for text in watched.complaints if "status of 404" not in text]


async def test_no_payload_runs_in_a_refused_form_or_a_fragment(browser: Browser, site: ServedSite) -> None:
    account = await site.account()
    desk = await site.desk(account)
    made = await desk.topic("Tosca")
    async with opened(browser, site, account) as (page, watched):
        await page.goto(made.url)
        for payload in PAYLOADS:
            body = {"topic": payload, "value": payload, "title": payload * 20, "text": payload, "url": payload, "tags": payload}
            for step in ("quick-association", "attributes/new", "links/new"):
                await page.evaluate(
                    """async ([url, body]) => {
                        const headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#topic-associations"};
                        const answer = await fetch(url, {method: "POST", body: new URLSearchParams(body), headers});
                        const place = document.createElement("div");
                        place.innerHTML = await answer.text();
                        document.querySelector("main").append(place);
                        place.remove();
                    }""",
                    [f"{made.url}/{step}", body],
                )
        await page.wait_for_load_state("networkidle")
        assert await page.evaluate("() => window.__x") is None
        assert [text for text in watched.complaints if "Content Security Policy" in text] == []
        assert json.dumps(watched.complaints).count("status of 5") == 0


ACTIVE = """() => {
    const picture = document.createElement("img");
    picture.setAttribute("onerror", "window.__x=1");
    picture.src = "/none";
    const script = document.createElement("script");
    script.textContent = "window.__x=1";
    document.body.append(picture, script);
}"""


async def test_should_a_payload_ever_get_through_the_policy_stops_it(browser: Browser, site: ServedSite) -> None:
    async with opened(browser, site, await site.account()) as (page, watched):
        await page.goto("/")
        await page.evaluate(ACTIVE)
        await page.wait_for_load_state("networkidle")
        assert await page.evaluate("() => window.__x") is None
        assert any("Content Security Policy" in text for text in watched.complaints)
        watched.complaints.clear()
