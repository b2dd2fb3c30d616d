"""Every route against everybody: who may, who is told that there is nothing, and that nothing is changed for those who may not."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from itertools import product
from typing import Any

import pytest
from httpx import Response

from contextualise.repository.database import Database
from tests.answers import EXPECTED, KINDS, LINKS, NOTHING, WHO, Rule, told
from tests.web import PASSWORD, Client, Person
from tests.whole import STATES, Whole, filled, prepared, routes_of, unmarked

# Who may use each route.
#   open          everybody, and everybody gets the same
#   signed-in     everybody with an account
#   own           the person whose import or session it is
#   admin         administrators; others are told that there is no such page
#   map-…         by the role on the map and the state that it is in
# What each of them answers to whom is in tests/answers.py.
RULES = """
GET  /                                                                  open
GET  /favicon.ico                                                       open
GET  /robots.txt                                                        open
GET  /sitemap.xml                                                       open
GET  /healthz                                                           open
GET  /readyz                                                            open
GET  /static/{digest:str}/{name:path}                                   open
GET  /go-to                                                             open
GET  /search                                                            open
GET  /shortcuts                                                         open
POST /shortcuts                                                         open
POST /theme                                                             open

GET  /setup                                                             open
POST /setup                                                             open
GET  /sign-in                                                           open
POST /sign-in                                                           open
POST /sign-out                                                          open
GET  /sign-up                                                           open
POST /sign-up                                                           open
GET  /invitations/{token:str}                                           open
POST /invitations/{token:str}                                           open
GET  /s/{token:str}                                                     open
GET  /reset/{token:str}                                                 open
POST /reset/{token:str}                                                 open
GET  /recovery                                                          open
POST /recovery                                                          open
GET  /recovery/sent                                                     open
GET  /confirmations/{token:str}                                         open
POST /confirmations/{token:str}                                         open
GET  /addresses/{token:str}                                             open
POST /addresses/{token:str}                                             open
GET  /returns/{token:str}                                               open
POST /returns/{token:str}                                               open

GET  /account                                                           signed-in
GET  /account/history                                                   signed-in
POST /account/name                                                      signed-in
POST /account/password                                                  signed-in
POST /account/address                                                   signed-in
POST /account/confirmation                                              signed-in
GET  /account/deletion                                                  signed-in
POST /account/deletion                                                  signed-in
GET  /account/export.zip                                                signed-in
POST /account/invitations                                               signed-in
POST /account/sessions/closing                                          signed-in
POST /account/sessions/{session_id:int}/closing                         own

GET  /account/presence                                                  signed-in
POST /account/presence                                                  signed-in

GET  /notices                                                           signed-in
GET  /notices/{notice_id:int}                                           own
POST /notices/{notice_id:int}/reading                                   own
POST /notices/reading                                                   signed-in
POST /notices/mail                                                      signed-in
GET  /notices/mail/{token:str}                                          open
POST /notices/mail/{token:str}                                          open

GET  /drafts                                                            signed-in
GET  /drafts/show                                                       signed-in
POST /drafts/removal                                                    signed-in

GET  /admin/users                                                       admin
GET  /admin/mail                                                        admin
POST /admin/mail/test                                                   admin
POST /admin/mail/{mail_id:int}/retry                                    admin
POST /admin/invitations                                                 admin
POST /admin/invitations/{reference:str}/withdrawal                      admin
POST /admin/users/{user_id:int}/reset-link                              admin
POST /admin/users/{user_id:int}/disabling                               admin
POST /admin/users/{user_id:int}/enabling                                admin
POST /admin/users/{user_id:int}/appointment                             admin
POST /admin/users/{user_id:int}/dismissal                               admin
GET  /admin/maps                                                        admin
GET  /admin/reports                                                     admin
GET  /admin/reports/{place:str}                                         admin
POST /admin/reports/{place:str}                                         admin
GET  /admin/audit                                                       admin
GET  /admin/audit.csv                                                   admin
GET  /admin/troubles                                                    admin
POST /admin/troubles/{fingerprint:str}/forgetting                       admin

GET  /maps                                                              signed-in
GET  /maps/new                                                          signed-in
POST /maps/new                                                          signed-in
GET  /maps/importing                                                    signed-in
POST /maps/importing                                                    signed-in
GET  /maps/importing/{job_id:int}                                       own
GET  /maps/joining                                                      signed-in
POST /maps/joining/{place:str}/acceptance                               own
POST /maps/joining/{place:str}/refusal                                  own
GET  /join/{token:str}                                                  open
POST /join/{token:str}                                                  open
POST /join/{token:str}/refusal                                          open

GET  /maps/{ref:str}                                                    map-read
GET  /maps/{ref:str}/export.xtm                                         map-follow
GET  /maps/{ref:str}/image                                              map-read
GET  /maps/{ref:str}/files/{digest:str}/{name:str}                      map-topic
GET  /maps/{ref:str}/topics                                             map-read
GET  /maps/{ref:str}/topics/{slug:str}                                  map-topic
GET  /maps/{ref:str}/topics/{slug:str}/changes                          map-follow
GET  /maps/{ref:str}/topics/{slug:str}/graph                            map-read
GET  /maps/{ref:str}/associations/{number:str}                          map-read
GET  /maps/{ref:str}/names/{number:str}                                 map-read
GET  /maps/{ref:str}/occurrences/{number:str}                           map-read
GET  /maps/{ref:str}/lookup                                             map-read
GET  /maps/{ref:str}/resources                                          map-read
GET  /maps/{ref:str}/resources/{kind:str}                               map-read
GET  /maps/{ref:str}/contexts                                           map-read
GET  /maps/{ref:str}/timeline                                           map-read
GET  /maps/{ref:str}/tags                                               map-read
GET  /maps/{ref:str}/tags/{slug:str}                                    map-read
GET  /maps/{ref:str}/paths                                              map-read
GET  /maps/{ref:str}/paths/{slug:str}                                   map-path
GET  /maps/{ref:str}/paths/new                                          map-edit
POST /maps/{ref:str}/paths/new                                          map-edit
GET  /maps/{ref:str}/paths/{slug:str}/edit                              map-edit
POST /maps/{ref:str}/paths/{slug:str}/edit                              map-edit
POST /maps/{ref:str}/paths/{slug:str}/removal                           map-edit
GET  /maps/{ref:str}/places                                             map-read
GET  /maps/{ref:str}/places/points                                      map-read
GET  /maps/{ref:str}/places.geojson                                     map-read
GET  /maps/{ref:str}/timeline.ics                                       map-read
GET  /maps/{ref:str}/history                                            map-follow
GET  /maps/{ref:str}/changes/{change_id:int}                            map-follow
GET  /maps/{ref:str}/texts/{text_id:int}/versions                       map-follow
GET  /maps/{ref:str}/go-to                                              map-read
GET  /maps/{ref:str}/search                                             map-read
GET  /maps/{ref:str}/live                                               map-read
POST /maps/{ref:str}/live/editing                                       map-edit
GET  /maps/{ref:str}/shortcuts                                          map-read
GET  /maps/{ref:str}/references                                         map-read

GET  /maps/{ref:str}/comments                                           map-members
GET  /maps/{ref:str}/comments/people                                    map-members
GET  /maps/{ref:str}/comments/about/{construct_id:int}                  map-members
POST /maps/{ref:str}/comments/about/{construct_id:int}                  map-comment
GET  /maps/{ref:str}/comments/{comment_id:int}                          map-members
POST /maps/{ref:str}/comments/{comment_id:int}                          map-comment
GET  /maps/{ref:str}/comments/{comment_id:int}/edit                     map-own
POST /maps/{ref:str}/comments/{comment_id:int}/edit                     map-own
GET  /maps/{ref:str}/comments/{comment_id:int}/removal                  map-manage
POST /maps/{ref:str}/comments/{comment_id:int}/removal                  map-manage
POST /maps/{ref:str}/comments/{comment_id:int}/resolution               map-edit
GET  /maps/{ref:str}/topics/{slug:str}/comments                         map-members

GET  /maps/{ref:str}/notes                                              map-edit
POST /maps/{ref:str}/notes                                              map-edit
GET  /maps/{ref:str}/notes/{note_id:int}/edit                           map-edit
POST /maps/{ref:str}/notes/{note_id:int}/edit                           map-edit
POST /maps/{ref:str}/notes/{note_id:int}/removal                        map-edit
GET  /maps/{ref:str}/notes/{note_id:int}/attaching                      map-edit
POST /maps/{ref:str}/notes/{note_id:int}/attaching                      map-edit
POST /maps/{ref:str}/notes/{note_id:int}/detaching                      map-edit
GET  /maps/{ref:str}/notes/{note_id:int}/conversion                     map-edit
POST /maps/{ref:str}/notes/{note_id:int}/conversion                     map-edit
GET  /maps/{ref:str}/topics/{slug:str}/mentions                         map-read
POST /maps/{ref:str}/topics/{slug:str}/mentions/{occurrence_id:int}/association  map-edit
POST /maps/{ref:str}/topics/{slug:str}/mentions/{occurrence_id:int}/link         map-edit
GET  /maps/{ref:str}/topics/{slug:str}/notes/new                        map-edit
POST /maps/{ref:str}/topics/{slug:str}/notes/new                        map-edit
GET  /maps/{ref:str}/trash                                              map-edit
GET  /maps/{ref:str}/trash/emptying                                     map-own
POST /maps/{ref:str}/trash/emptying                                     map-own
POST /maps/{ref:str}/changes/{change_id:int}/undoing                    map-edit
POST /maps/{ref:str}/texts/{text_id:int}/versions/{version:int}/restoration     map-edit
GET  /maps/{ref:str}/topics/new                                         map-edit
POST /maps/{ref:str}/topics/new                                         map-edit
GET  /maps/{ref:str}/topics/{slug:str}/names/new                        map-edit
POST /maps/{ref:str}/topics/{slug:str}/names/new                        map-edit
GET  /maps/{ref:str}/topics/{slug:str}/names/{name_id:int}/edit         map-edit
POST /maps/{ref:str}/topics/{slug:str}/names/{name_id:int}/edit         map-edit
POST /maps/{ref:str}/topics/{slug:str}/names/{name_id:int}/removal      map-edit
GET  /maps/{ref:str}/topics/{slug:str}/types/edit                       map-edit
POST /maps/{ref:str}/topics/{slug:str}/types/edit                       map-edit
GET  /maps/{ref:str}/topics/{slug:str}/address/edit                     map-edit
POST /maps/{ref:str}/topics/{slug:str}/address/edit                     map-edit
GET  /maps/{ref:str}/topics/{slug:str}/identifiers/new                  map-edit
POST /maps/{ref:str}/topics/{slug:str}/identifiers/new                  map-edit
POST /maps/{ref:str}/topics/{slug:str}/identifiers/removal              map-edit
GET  /maps/{ref:str}/topics/{slug:str}/text/new                         map-edit
POST /maps/{ref:str}/topics/{slug:str}/text/new                         map-edit
GET  /maps/{ref:str}/topics/{slug:str}/text/{text_id:int}/edit          map-edit
POST /maps/{ref:str}/topics/{slug:str}/text/{text_id:int}/edit          map-edit
POST /maps/{ref:str}/topics/{slug:str}/text/{text_id:int}/removal       map-edit
GET  /maps/{ref:str}/topics/{slug:str}/links/new                        map-edit
POST /maps/{ref:str}/topics/{slug:str}/links/new                        map-edit
GET  /maps/{ref:str}/topics/{slug:str}/attributes/new                   map-edit
POST /maps/{ref:str}/topics/{slug:str}/attributes/new                   map-edit
POST /maps/{ref:str}/topics/{slug:str}/files/new                        map-edit
POST /maps/{ref:str}/topics/{slug:str}/files/{occurrence_id:int}/poster  map-edit
GET  /maps/{ref:str}/topics/{slug:str}/files/new                        map-edit
GET  /maps/{ref:str}/topics/{slug:str}/files/{occurrence_id:int}/edit   map-edit
POST /maps/{ref:str}/topics/{slug:str}/files/{occurrence_id:int}/edit   map-edit
POST /maps/{ref:str}/topics/{slug:str}/files/{occurrence_id:int}/removal map-edit
POST /maps/{ref:str}/topics/{slug:str}/files/{occurrence_id:int}/order  map-edit
POST /maps/{ref:str}/topics/{slug:str}/links/{occurrence_id:int}/order  map-edit
GET  /maps/{ref:str}/players/{occurrence_id:int}                        map-topic
POST /maps/{ref:str}/resources/{kind:str}/{occurrence_id:int}/removal   map-edit
GET  /maps/{ref:str}/dates/reading                                      map-edit
GET  /maps/{ref:str}/topics/{slug:str}/dates/new                        map-edit
POST /maps/{ref:str}/topics/{slug:str}/dates/new                        map-edit
GET  /maps/{ref:str}/topics/{slug:str}/dates/{occurrence_id:int}/edit   map-edit
POST /maps/{ref:str}/topics/{slug:str}/dates/{occurrence_id:int}/edit   map-edit
POST /maps/{ref:str}/topics/{slug:str}/dates/{occurrence_id:int}/removal  map-edit
GET  /maps/{ref:str}/topics/{slug:str}/places/new                       map-edit
POST /maps/{ref:str}/topics/{slug:str}/places/new                       map-edit
GET  /maps/{ref:str}/topics/{slug:str}/places/{occurrence_id:int}/edit  map-edit
POST /maps/{ref:str}/topics/{slug:str}/places/{occurrence_id:int}/edit  map-edit
POST /maps/{ref:str}/topics/{slug:str}/places/{occurrence_id:int}/removal  map-edit
GET  /maps/{ref:str}/topics/{slug:str}/occurrences/{occurrence_id:int}/edit     map-edit
POST /maps/{ref:str}/topics/{slug:str}/occurrences/{occurrence_id:int}/edit     map-edit
POST /maps/{ref:str}/topics/{slug:str}/occurrences/{occurrence_id:int}/removal  map-edit
POST /maps/{ref:str}/topics/{slug:str}/tags                             map-edit
POST /maps/{ref:str}/topics/{slug:str}/tags/{association_id:int}/removal  map-edit
GET  /maps/{ref:str}/topics/{slug:str}/merging                          map-edit
POST /maps/{ref:str}/topics/{slug:str}/merging                          map-edit
GET  /maps/{ref:str}/topics/{slug:str}/removal                          map-edit
POST /maps/{ref:str}/topics/{slug:str}/removal                          map-edit
POST /maps/{ref:str}/topics/{slug:str}/restoration                      map-edit
GET  /maps/{ref:str}/topics/{slug:str}/quick-association                map-edit
POST /maps/{ref:str}/topics/{slug:str}/quick-association                map-edit
GET  /maps/{ref:str}/topics/{slug:str}/associations/new                 map-edit
POST /maps/{ref:str}/topics/{slug:str}/associations/new                 map-edit
GET  /maps/{ref:str}/associations/{association_id:int}/edit             map-edit
POST /maps/{ref:str}/associations/{association_id:int}/edit             map-edit
POST /maps/{ref:str}/associations/{association_id:int}/removal          map-edit
GET  /maps/{ref:str}/associations/{construct_id:int}/attributes/new     map-edit
POST /maps/{ref:str}/associations/{construct_id:int}/attributes/new     map-edit
GET  /maps/{ref:str}/names/{construct_id:int}/attributes/new            map-edit
POST /maps/{ref:str}/names/{construct_id:int}/attributes/new            map-edit
GET  /maps/{ref:str}/occurrences/{construct_id:int}/attributes/new      map-edit
POST /maps/{ref:str}/occurrences/{construct_id:int}/attributes/new      map-edit
GET  /maps/{ref:str}/details/{detail_id:int}/edit                       map-edit
POST /maps/{ref:str}/details/{detail_id:int}/edit                       map-edit
POST /maps/{ref:str}/details/{detail_id:int}/removal                    map-edit

POST /maps/{ref:str}/drafts                                             map-comment

GET  /maps/{ref:str}/edit                                               map-manage
POST /maps/{ref:str}/edit                                               map-manage
GET  /maps/{ref:str}/sitemap.xml                                        map-public
GET  /maps/{ref:str}/report                                             map-report
POST /maps/{ref:str}/report                                             map-report
GET  /maps/{ref:str}/people                                             map-members
GET  /maps/{ref:str}/people/invited                                     map-manage
POST /maps/{ref:str}/people/invited                                     map-manage
POST /maps/{ref:str}/people/invited/{invitation_id:int}/renewal         map-manage
POST /maps/{ref:str}/people/invited/{invitation_id:int}/withdrawal      map-manage
POST /maps/{ref:str}/people/{user_id:int}/mode                          map-manage
POST /maps/{ref:str}/people/{user_id:int}/removal                       map-manage
GET  /maps/{ref:str}/people/{user_id:int}/ownership                     map-manage
POST /maps/{ref:str}/people/{user_id:int}/ownership                     map-manage
GET  /maps/{ref:str}/people/log                                         map-manage
POST /maps/{ref:str}/people/leaving                                     map-leave
GET  /maps/{ref:str}/share-links                                        map-manage
POST /maps/{ref:str}/share-links                                        map-manage
GET  /maps/{ref:str}/share-links/{link_id:int}                          map-manage
POST /maps/{ref:str}/share-links/{link_id:int}/revocation               map-manage
POST /maps/{ref:str}/publication                                        map-manage
POST /maps/{ref:str}/trashing                                           map-manage
POST /maps/{ref:str}/promotion                                          map-promote
POST /maps/{ref:str}/restoration                                        map-restore
"""

# What is posted; names in braces are filled in. With these fields each route would really change something.
FORMS: dict[str, dict[str, str]] = {
    "/theme": {"theme": "dark"},
    "/maps/{ref:str}/drafts": {"place": "topics/{topics}/text/new", "source": "Not saved yet."},
    "/account/name": {"name": "Tosca {topic_id}"},
    "/account/address": {"email": "new-{topic_id}@example.org", "address_password": "not the password"},
    "/account/deletion": {"password": "not the password"},
    "/recovery": {"email": "nobody-{topic_id}@example.org"},
    "/account/password": {"current": "not the password", "new": "a long and private phrase"},
    "/admin/invitations": {"email": "new-{topic_id}@example.org"},
    "/sign-in": {"email": "nobody@example.org", "password": "not the password"},
    "/maps/new": {"title": "A new map"},
    "/topics/new": {"name": "New {topic_id}"},
    "/names/new": {"value": "New name"},
    "/names/{name_id:int}/edit": {"value": "Another name"},
    "/types/edit": {"type_id": "{other_id}"},
    "/address/edit": {"slug": "moved-{topic_id}"},
    "/identifiers/new": {"kind": "1", "iri": "https://example.org/new/{topic_id}"},
    "/identifiers/removal": {"kind": "1", "iri": "{iri}"},
    "/comments/about/{construct_id:int}": {"text": "Is this so? {topic_id}"},
    "/comments/{comment_id:int}": {"text": "It is. {topic_id}"},
    "/comments/{comment_id:int}/edit": {"text": "Is it? {topic_id}"},
    "/comments/{comment_id:int}/resolution": {"resolved": "1"},
    "/notes": {"text": "A note {topic_id}"},
    "/notes/new": {"text": "A note {topic_id}"},
    "/notes/{note_id:int}/edit": {"text": "Another note {topic_id}", "expected": "{note_digest}"},
    "/mentions/{occurrence_id:int}/link": {"expected": "{mention_digest}"},
    "/notes/{note_id:int}/attaching": {"topic": "{other}"},
    "/notes/{note_id:int}/conversion": {"name": "From a note {topic_id}", "text": "Text", "expected": "{note_digest}"},
    "/text/new": {"text": "A text of its own.", "theme": "{other_id}"},
    "/text/{text_id:int}/edit": {"text": "Written anew.", "expected": "{text_digest}"},
    "/links/new": {"url": "https://example.org/{topic_id}", "title": "A link"},
    "/attributes/new": {"type": "Kind {topic_id}", "type_create": "Kind {topic_id}", "datatype": "string", "value": "A value"},
    "/dates/new": {"title": "Something", "when": "1842"},
    "/dates/{occurrence_id:int}/edit": {"title": "Something else", "when": "1843"},
    "/places/new": {"name": "Rome", "latitude": "41.9", "longitude": "12.4"},
    "/places/{occurrence_id:int}/edit": {"name": "Milan", "latitude": "45.4", "longitude": "9.2"},
    "/files/{occurrence_id:int}/edit": {"title": "Synopsis {topic_id}", "alt": "What happens"},
    "/files/{occurrence_id:int}/order": {"move": "later"},
    "/links/{occurrence_id:int}/order": {"move": "later"},
    "/occurrences/{occurrence_id:int}/edit": {"type": "{other}", "datatype": "string", "value": "Another value"},
    "/details/{detail_id:int}/edit": {"type": "{other}", "datatype": "string", "value": "Another value"},
    "/tags": {"tags": "verismo {topic_id}"},
    "/merging": {"other_id": "{other_id}", "other": "{other}"},
    "/topics/{slug:str}/removal": {"asked": "1"},
    "/quick-association": {"topic": "{other}"},
    "/associations/new": {
        "type": "{other}",
        "role-0": "{other}",
        "player-0": "{topic}",
        "role-1": "{topic}",
        "player-1": "{other}",
    },
    "/associations/{association_id:int}/edit": {
        "type": "{other}",
        "role-0": "{other}",
        "player-0": "{topic}",
        "role-1": "{topic}",
        "player-1": "{other}",
    },
    "/paths/new": {"name": "New path {topic_id}", "step-0": "{other}", "step-1": "{topic}"},
    "/paths/{slug:str}/edit": {"name": "Another path {topic_id}", "step-0": "{other}", "step-1": "{topic}"},
    "/trash/emptying": {"title": "Italian opera"},
    "/versions/{version:int}/restoration": {"expected": "{text_digest}"},
    "/topics/{slug:str}/restoration": {"version": "{then}"},
    "/edit": {"title": "Another title", "default_lang": "en", "accent": "teal"},
    "/share-links": {"what": "topic", "topic": "{topics}", "label": "Reader {topic_id}"},
    "/publication": {"published": "0"},
    "/people/invited": {"emails": "new-{topic_id}@example.org", "mode": "view"},
    "/people/{user_id:int}/mode": {"mode": "comment"},
    "/maps/{ref:str}/report": {"reason": "law", "words": "About {topic_id}"},
    "/admin/reports/{place:str}": {"way": "dismiss"},
    "/promotion": {"promoted": "1"},
}
UPLOAD = ("opera.xtm", b'<topicMap xmlns="http://www.topicmaps.org/xtm/" version="2.1"/>')

# Posting these need not change a row for somebody who may: the state is that already, the fields are refused, or the browser keeps it.
MAY_LEAVE = {
    "/drafts/removal",
    "/notices/reading",
    "/notices/{notice_id:int}/reading",
    "/shortcuts",
    "/theme",
    "/setup",
    "/sign-in",
    "/sign-up",
    "/invitations/{token:str}",
    "/join/{token:str}",
    "/reset/{token:str}",
    "/recovery",
    "/returns/{token:str}",
    "/account/address",
    "/account/confirmation",
    "/account/deletion",
    "/account/password",
    "/account/sessions/closing",
    "/account/sessions/{session_id:int}/closing",
    "/admin/mail/test",
    "/admin/users/{user_id:int}/enabling",
    "/admin/users/{user_id:int}/dismissal",
    "/maps/{ref:str}/live/editing",
    "/maps/{ref:str}/promotion",
    "/maps/{ref:str}/topics/{slug:str}/files/{occurrence_id:int}/poster",
}


def rules() -> list[Rule]:
    return [Rule(*line.split()) for line in RULES.splitlines() if line]


def form_of(rule: Rule, values: dict[str, Any]) -> dict[str, Any]:
    """The keywords of a request that posts the route's form."""
    if rule.path == "/maps/importing":
        return {"files": {"file": UPLOAD}}
    if rule.path.endswith(("/files/new", "/poster")):
        return {"files": {"file": ("score.txt", b"Scarpia ravvisa")}}
    endings = [ending for ending in FORMS if rule.path.endswith(ending)]
    fields = FORMS[max(endings, key=len)] if endings else {}
    return {"data": {name: value.format_map(values) for name, value in fields.items()}}


async def ask(client: Client, rule: Rule, values: dict[str, Any], *, fragment: bool) -> Response:
    more = form_of(rule, values) if rule.method == "POST" else {}
    return await client.request(rule.method, filled(rule.path, values), fragment=fragment, target="main", **more)


def reasons(response: Response) -> list[str]:
    """What an answer complains about."""
    return re.findall(r"<(?:p|li|span)[^>]*(?:error|flash)[^>]*>(.*?)</", response.text)


ASKED: Counter[tuple[str, str, str]] = Counter()  # by person, state of the map, and answer


def table_of(asked: Counter[tuple[str, str, str]]) -> Iterator[str]:
    """How often everybody was answered in each way on the maps of each state."""
    answers = [answer for answer, _ in Counter(answer for *_, answer in asked.elements()).most_common()]
    yield f"{asked.total():,} requests to {len(RULE_OF)} routes, answered by {' / '.join(answers)}"
    yield f"{'':<16}" + "".join(f"{state:>28}" for state in STATES)
    for who in (*WHO, "all"):
        cells = [[sum(asked[each, state, answer] for each in ([who] if who in WHO else WHO)) for answer in answers] for state in STATES]
        yield f"{who:<16}" + "".join(f"{' / '.join(f'{count:,}' for count in cell):>28}" for cell in cells)


@pytest.fixture(scope="module")
async def whole(
    database_url: str, database: Database, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Whole]:
    """The site that all tests here share. At the end it tells how much was asked."""
    async with prepared(database_url, database, tmp_path_factory.mktemp("whole"), SIGN_UP="invite") as site:
        yield site
    if ASKED:
        writer = request.config.get_terminal_writer()
        writer.line("\n" + "\n".join(table_of(ASKED)))


DONE = {"200", "204", "301", "303", "409", "422"}
RULE_OF = {(rule.method, rule.path): rule for rule in rules()}


@pytest.fixture(autouse=True)
async def standing(whole: Whole) -> AsyncIterator[None]:
    """The maps are as they were, whatever a test did to them."""
    yield
    for state in STATES:
        await whole.stand(state)


async def somebody(whole: Whole, who: str, state: str, values: dict[str, Any]) -> Client:
    """The browser of a person, or of somebody who has only opened a share link to the map, or to the topic or path of the values."""
    return await whole.reader_by_link(state, who.split()[0], values) if who in LINKS else whole.people[who]


def is_asked(rule: Rule, state: str) -> bool:
    """What has nothing to do with a map is asked once."""
    return rule.is_of_map or state == "shared"


def test_every_route_has_a_rule(whole: Whole) -> None:
    routes = routes_of(whole.site.app)
    assert sorted(routes) == sorted(RULE_OF)
    assert {rule.kind for rule in rules()} <= KINDS
    assert len(RULE_OF) == len(rules()), "a route is in the table twice"


def test_every_kind_says_what_everybody_gets() -> None:
    assert set(EXPECTED) == {(kind, state, who) for kind in KINDS for state in STATES for who in WHO}


def test_only_reading_is_open_to_readers_by_link() -> None:
    """In words: through a link nothing is done, and nothing is read of a map that the link does not open."""
    for rule in rules():
        for state, link in product(("private", "shared", "trashed"), LINKS):
            if rule.is_of_map and rule.allows(link, state):
                assert rule.method == "GET" and state != "trashed", rule
                assert link == "map link" or rule.kind in ("map-topic", "map-path"), rule


@pytest.mark.parametrize("fragment", [False, True], ids=["page", "fragment"])
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("state", STATES)
async def test_those_who_may_not_are_refused_and_change_nothing(whole: Whole, state: str, who: str, fragment: bool) -> None:
    values = await whole.values(state)
    client = await somebody(whole, who, state, values)
    wrong = []
    before = await whole.state()
    for rule in rules():
        if rule.allows(who, state) or not is_asked(rule, state):
            continue
        response = await ask(client, rule, values, fragment=fragment)
        ASKED[who, state, told(response)] += 1
        after = await whole.state() if rule.method == "POST" and not fragment else before
        if told(response) != rule.answer(who, state) or after != before:
            wrong.append(f"{rule.method} {rule.path}: {response.status_code}, changed: {[row for row in after if row not in before]}")
        before = after
    assert await whole.state() == before
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("state", STATES)
async def test_those_who_may_are_let_in(whole: Whole, state: str, who: str) -> None:
    wrong = []
    fragment = bool((STATES.index(state) + WHO.index(who)) % 2)
    values = await whole.values(state)
    client = await somebody(whole, who, state, values)
    for rule in rules():
        if not rule.allows(who, state) or not is_asked(rule, state) or rule.path == "/sign-out":
            continue
        if state == "private" and rule.method == "POST":
            continue  # its owner is what the owner of a shared map is, and each change costs a new topic with everything on it
        before = await whole.state() if rule.method == "POST" else []
        response = await ask(client, rule, values, fragment=fragment)
        changed = rule.method == "POST" and await whole.state() != before
        good = told(response) in DONE or (rule.kind == "open" and response.status_code == 404)
        ASKED[who, state, "in" if good else told(response)] += 1
        if rule.kind == "own" and rule.method == "POST":
            good = True  # who asks first closes the session
        as_expected = rule.path in MAY_LEAVE or changed == (rule.method == "POST")
        if not good or not as_expected:
            wrong.append(f"{rule.method} {rule.path}: {response.status_code}, changed: {changed}, {reasons(response)}")
        if changed and who not in LINKS:
            await whole.stand(state)
            values = await whole.values(state)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("fragment", [False, True], ids=["page", "fragment"])
@pytest.mark.parametrize(
    ("state", "who"),
    [
        *[("private", who) for who in ("anonymous", "stranger", "editor", "topic link")],
        *[("shared", "path link"), ("trashed", "viewer"), ("trashed", "owner"), ("trashed", "map link")],
    ],
)
async def test_a_hidden_map_answers_as_one_that_does_not_exist(whole: Whole, state: str, who: str, fragment: bool) -> None:
    values = await whole.values(state)
    client = await somebody(whole, who, state, values)
    client.cookies.pop("flash", None)  # a message about what was done before is told on any page
    missing = {**values, "maps": values["maps"].replace(str(whole.maps[state]), "987654321", 1)}
    for rule in rules():
        if not rule.is_of_map or rule.answer(who, state) != NOTHING:
            continue
        hidden, nothing = [await ask(client, rule, each, fragment=fragment) for each in (values, missing)]
        assert hidden.status_code == nothing.status_code == 404, rule
        assert unmarked(hidden, values["maps"]) == unmarked(nothing, missing["maps"]), rule
        assert "Italian opera" not in hidden.text, rule
        headers = [{name: value for name, value in each.headers.items() if name not in _OWN_HEADERS} for each in (hidden, nothing)]
        assert headers[0] == headers[1], rule


_OWN_HEADERS = {"x-request-id", "content-length"}


async def test_statements_of_one_map_are_not_reached_through_another(whole: Whole) -> None:
    """Somebody may do everything with a map of their own; with its address and the numbers of another map nothing is to be had."""
    stranger = whole.people["stranger"]
    assert isinstance(stranger, Person)
    made = await stranger.post("/maps/new", {"title": "My own"})
    own = made.headers["location"].removeprefix("/maps/")
    await stranger.post(f"/maps/{own}/topics/new", {"name": "Mine"})
    values = {**await whole.values("shared"), "maps": own}
    other = whole.maps["shared"]
    before = await whole.state(other)
    for numbers in ({**values, "topics": "mine"}, values):
        for rule in rules():
            if not rule.is_of_map or not re.search(r":int|digest|number", rule.path.partition("}")[2]):
                continue
            response = await ask(stranger, rule, numbers, fragment=False)
            # A text that is gone is written anew: here, in the stranger's own map.
            saved = rule.path.endswith("/text/{text_id:int}/edit") and numbers["topics"] == "mine"
            assert response.status_code == 404 or saved, (rule, response.status_code)
            assert await whole.state(other) == before, rule


async def test_reading_changes_nothing(whole: Whole) -> None:
    values = await whole.values("shared")
    before = await whole.state()
    for rule in rules():
        if rule.method == "GET":
            await ask(whole.people["owner"], rule, values, fragment=False)
            assert await whole.state() == before, rule


async def test_head_answers_as_get_does_without_a_body(whole: Whole) -> None:
    values = await whole.values("shared")
    for rule in rules():
        if rule.method == "GET":
            path = filled(rule.path, values)
            full, head = await whole.people["owner"].get(path), await whole.people["owner"].request("HEAD", path)
            assert (head.status_code, head.content) == (full.status_code, b""), rule


async def test_signing_out_ends_only_ones_own_session(whole: Whole) -> None:
    person = await whole.site.person("leaving@example.org")
    kept = dict(person.cookies)
    assert (await person.post("/sign-out")).status_code == 303
    assert told(await Client(whole.site, kept).get("/account")) == "sign-in"
    assert (await whole.people["owner"].get("/account")).status_code == 200
    assert (await whole.site.anonymous.post("/sign-in", {"email": person.email, "password": PASSWORD})).status_code == 303
