"""Films on other sites: whose they are, and where they can be played inside a page.

Nothing is asked of those sites; an address is understood by its form alone.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

YOUTUBE, VIMEO, DAILYMOTION, PEERTUBE = "YouTube", "Vimeo", "Dailymotion", "PeerTube"
_YOUTUBE_HOSTS = frozenset({"youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"})
_YOUTUBE_ID = re.compile(r"[\w-]{6,20}", re.ASCII)
_YOUTUBE_PATH = re.compile(r"/(?:embed|v|shorts|live)/([\w-]{6,20})/?", re.ASCII)
_VIMEO_PATH = re.compile(r"/(?:video/|channels/[\w-]+/|groups/[\w-]+/videos/)?(\d{4,12})(?:/([0-9a-f]{6,16}))?/?", re.ASCII)
_DAILYMOTION_PATH = re.compile(r"/(?:embed/)?video/(x?[a-z0-9]{5,10})(?:_[\w-]*)?/?", re.ASCII)
_PEERTUBE_ID = r"(?:[1-9A-HJ-NP-Za-km-z]{22}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_PEERTUBE_PATH = re.compile(rf"/(?:w|videos/watch|videos/embed)/(?:p/)?{_PEERTUBE_ID}/?", re.ASCII)
_SECONDS = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,3})m)?(?:(\d{1,6})s?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Film:
    """A film elsewhere; `player` is the address to put into a frame, empty where the site is not one that is known to play there."""

    provider: str
    host: str
    player: str = ""

    @property
    def origin(self) -> str:
        """The origin of the player, for a content policy; empty without one."""
        parts = urlsplit(self.player)
        return f"{parts.scheme}://{parts.netloc}" if self.player else ""


def film_of(address: str) -> Film | None:
    """The film that an address leads to, or None for any other page.

    YouTube, Vimeo and Dailymotion are known by their hosts. PeerTube runs on any host and is known by the form of its addresses; a host
    that may be anybody's gets no player inside our pages.
    """
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    if host == "youtu.be" or host in _YOUTUBE_HOSTS:
        return _youtube(host, parts.path, parts.query)
    if host in ("vimeo.com", "player.vimeo.com"):
        return _vimeo(host, parts.path, parts.query)
    if host in ("dailymotion.com", "dai.ly", "geo.dailymotion.com"):
        return _dailymotion(host, parts.path, parts.query)
    return Film(PEERTUBE, host) if _PEERTUBE_PATH.fullmatch(parts.path) else None


def _youtube(host: str, path: str, query: str) -> Film | None:
    given = parse_qs(query[:2000])
    if host == "youtu.be":
        identity = path.strip("/")
    elif path.rstrip("/") == "/watch":
        identity = given.get("v", [""])[0]
    else:
        found = _YOUTUBE_PATH.fullmatch(path)
        identity = found[1] if found else ""
    if not _YOUTUBE_ID.fullmatch(identity):
        return None
    start = _start(given.get("t", given.get("start", [""]))[0])
    more = f"&start={start}" if start else ""
    return Film(YOUTUBE, host, f"https://www.youtube-nocookie.com/embed/{identity}?autoplay=1&rel=0{more}")


def _vimeo(host: str, path: str, query: str) -> Film | None:
    found = _VIMEO_PATH.fullmatch(path)
    if found is None:
        return None
    secret = found[2] or parse_qs(query[:2000]).get("h", [""])[0]
    more = f"&h={quote(secret, safe='')}" if secret else ""
    return Film(VIMEO, host, f"https://player.vimeo.com/video/{found[1]}?dnt=1&autoplay=1{more}")


def _dailymotion(host: str, path: str, query: str) -> Film | None:
    if host == "dai.ly":
        identity = path.strip("/")
    elif host == "geo.dailymotion.com":
        identity = parse_qs(query[:2000]).get("video", [""])[0]
    else:
        found = _DAILYMOTION_PATH.fullmatch(path)
        identity = found[1] if found else ""
    if not re.fullmatch(r"x?[a-z0-9]{5,10}", identity):
        return None
    return Film(DAILYMOTION, host, f"https://geo.dailymotion.com/player.html?video={identity}&autoplay=true")


def _start(text: str) -> int:
    """Seconds from `90`, `90s` or `1m30s`; 0 for anything else."""
    found = _SECONDS.fullmatch(text)
    if found is None or not text:
        return 0
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds
