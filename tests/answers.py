"""What every kind of route answers to everybody: the table that the routes of the application are measured against."""

from dataclasses import dataclass

from httpx import Response

from tests.whole import PEOPLE, STATES

LINKS = ("map link", "topic link", "path link")
WHO = (*PEOPLE, *LINKS)

IN, CLOSED, SIGN_IN, NOTHING = "in", "closed", "sign-in", "nothing"
SIGNS = {"+": IN, "x": CLOSED, "s": SIGN_IN, "-": NOTHING}

# +  let in
# x  told that one may not (403)
# s  sent to the sign-in page
# -  told that there is no such thing (404), in the same words as where there really is none
#
# The last three read by a share link: of the map, of one topic, of one knowledge path.
ANSWERS = """
                        anonymous stranger viewer commenter editor owner admin  map-link topic-link path-link
open         any            +        +       +       +        +      +     +       +         +          +
signed-in    any            s        +       +       +        +      +     +       s         s          s
own          any            s        -       -       -        -      +     -       s         s          s
admin        any            s        -       -       -        -      -     +       s         s          s

map-topic    private        -        -       -       -        -      +     +       +         +          +
map-topic    shared         -        -       +       +        +      +     +       +         +          +
map-topic    published      +        +       +       +        +      +     +       +         +          +
map-topic    trashed        -        -       -       -        -      -     -       -         -          -

map-path     private        -        -       -       -        -      +     +       +         -          +
map-path     shared         -        -       +       +        +      +     +       +         -          +
map-path     published      +        +       +       +        +      +     +       +         +          +
map-path     trashed        -        -       -       -        -      -     -       -         -          -

map-read     private        -        -       -       -        -      +     +       +         -          -
map-read     shared         -        -       +       +        +      +     +       +         -          -
map-read     published      +        +       +       +        +      +     +       +         +          +
map-read     trashed        -        -       -       -        -      -     -       -         -          -

map-follow   private        -        -       -       -        -      +     +       s         -          -
map-follow   shared         -        -       +       +        +      +     +       s         -          -
map-follow   published      +        +       +       +        +      +     +       +         +          +
map-follow   trashed        -        -       -       -        -      -     -       -         -          -

map-members  private        -        -       -       -        -      +     +       s         -          -
map-members  shared         -        -       +       +        +      +     +       s         -          -
map-members  published      s        x       +       +        +      +     +       s         s          s
map-members  trashed        -        -       -       -        -      -     -       -         -          -

map-leave    private        -        -       -       -        -      x     x       s         -          -
map-leave    shared         -        -       +       +        +      x     x       s         -          -
map-leave    published      s        x       +       +        +      x     x       s         s          s
map-leave    trashed        -        -       -       -        -      -     -       -         -          -

map-comment  private        -        -       -       -        -      +     x       s         -          -
map-comment  shared         -        -       x       +        +      +     x       s         -          -
map-comment  published      s        x       x       +        +      +     x       s         s          s
map-comment  trashed        -        -       -       -        -      -     -       -         -          -

map-edit     private        -        -       -       -        -      +     x       s         -          -
map-edit     shared         -        -       x       x        +      +     x       s         -          -
map-edit     published      s        x       x       x        +      +     x       s         s          s
map-edit     trashed        -        -       -       -        -      -     -       -         -          -

map-manage   private        -        -       -       -        -      +     +       s         -          -
map-manage   shared         -        -       x       x        x      +     +       s         -          -
map-manage   published      s        x       x       x        x      +     +       s         s          s
map-manage   trashed        -        -       -       -        -      -     -       -         -          -

map-own      private        -        -       -       -        -      +     x       s         -          -
map-own      shared         -        -       x       x        x      +     x       s         -          -
map-own      published      s        x       x       x        x      +     x       s         s          s
map-own      trashed        -        -       -       -        -      -     -       -         -          -

map-promote  private        s        -       -       -        -      -     +       s         s          s
map-promote  shared         s        -       -       -        -      -     +       s         s          s
map-promote  published      s        -       -       -        -      -     +       s         s          s
map-promote  trashed        s        -       -       -        -      -     -       s         s          s

map-restore  private        -        -       -       -        -      +     +       s         -          -
map-restore  shared         -        -       x       x        x      +     +       s         -          -
map-restore  published      s        x       x       x        x      +     +       s         s          s
map-restore  trashed        -        -       -       -        -      +     +       -         -          -

map-report   private        -        -       -       -        -      x     x       x         -          -
map-report   shared         -        -       x       x        x      x     x       x         -          -
map-report   published      +        +       +       +        +      +     +       +         +          +
map-report   trashed        -        -       -       -        -      -     -       -         -          -

map-public   private        -        -       -       -        -      -     -       -         -          -
map-public   shared         -        -       -       -        -      -     -       -         -          -
map-public   published      +        +       +       +        +      +     +       +         +          +
map-public   trashed        -        -       -       -        -      -     -       -         -          -
"""


def _answers() -> dict[tuple[str, str, str], str]:
    head, *lines = [line.split() for line in ANSWERS.splitlines() if line]
    names = [name.replace("-", " ") for name in head]
    assert names == list(WHO), names
    found = {}
    for kind, state, *signs in lines:
        for each in STATES if state == "any" else (state,):
            for who, sign in zip(names, signs, strict=True):
                assert (kind, each, who) not in found, f"{kind} {each} is in the table twice"
                found[kind, each, who] = SIGNS[sign]
    return found


EXPECTED = _answers()
KINDS = {kind for kind, _, _ in EXPECTED}


@dataclass(frozen=True)
class Rule:
    """One line of the list of routes."""

    method: str
    path: str
    kind: str

    @property
    def is_of_map(self) -> bool:
        """Whether the state of a map makes a difference."""
        return self.kind.startswith("map-")

    def answer(self, who: str, state: str) -> str:
        """What somebody gets on a map in a state."""
        return EXPECTED[self.kind, state, who]

    def allows(self, who: str, state: str) -> bool:
        """Whether somebody is let in."""
        return self.answer(who, state) == IN


def told(response: Response) -> str:
    """The kind of an answer; the status of one that lets somebody in."""
    location = response.headers.get("location", "")
    if response.status_code == 401 or location.startswith("/sign-in?next="):
        return SIGN_IN
    return {403: CLOSED, 404: NOTHING}.get(response.status_code, f"{response.status_code}")
