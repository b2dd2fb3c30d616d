import pytest

from contextualise.lib.films import film_of

NOCOOKIE = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1&rel=0"


@pytest.mark.parametrize(
    ("address", "provider", "player"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "YouTube", NOCOOKIE),
        ("https://youtube.com/watch?list=x&v=dQw4w9WgXcQ&t=1m30s", "YouTube", NOCOOKIE + "&start=90"),
        ("http://m.youtube.com/watch?v=dQw4w9WgXcQ", "YouTube", NOCOOKIE),
        ("https://youtu.be/dQw4w9WgXcQ?t=43", "YouTube", NOCOOKIE + "&start=43"),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", "YouTube", NOCOOKIE),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", "YouTube", NOCOOKIE),
        ("https://vimeo.com/76979871", "Vimeo", "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1"),
        ("https://vimeo.com/76979871/0123456789", "Vimeo", "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1&h=0123456789"),
        ("https://vimeo.com/channels/staffpicks/76979871", "Vimeo", "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1"),
        ("https://player.vimeo.com/video/76979871", "Vimeo", "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1"),
        ("https://www.dailymotion.com/video/x8abc12", "Dailymotion", "https://geo.dailymotion.com/player.html?video=x8abc12&autoplay=true"),
        ("https://dai.ly/x8abc12", "Dailymotion", "https://geo.dailymotion.com/player.html?video=x8abc12&autoplay=true"),
        ("https://framatube.org/w/9db9f3f1-9b54-44ed-9e91-461d262d2205", "PeerTube", ""),
        ("https://framatube.org/w/kkGMgK9ZtnKfYAgnEtQxbv", "PeerTube", ""),
        ("https://video.example.org:8443/videos/watch/9db9f3f1-9b54-44ed-9e91-461d262d2205", "PeerTube", ""),
    ],
)
def test_films_are_known_by_their_addresses(address: str, provider: str, player: str) -> None:
    film = film_of(address)
    assert film is not None
    assert (film.provider, film.player) == (provider, player)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/",
        "https://www.youtube.com/@somebody",
        "https://www.youtube.com/watch?v=../../evil",
        "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://notyoutube.com/watch?v=dQw4w9WgXcQ",
        "https://evil.example/youtu.be/dQw4w9WgXcQ",
        "https://vimeo.com/about",
        "https://www.dailymotion.com/about",
        "https://example.org/w/short",
        "https://example.org/watch",
        "ftp://youtu.be/dQw4w9WgXcQ",
        "mailto:somebody@youtube.com",
        "https://[broken",
        "",
    ],
)
def test_other_pages_are_no_films(address: str) -> None:
    assert film_of(address) is None


def test_a_player_tells_its_origin() -> None:
    film = film_of("https://youtu.be/dQw4w9WgXcQ")
    assert film is not None
    assert film.origin == "https://www.youtube-nocookie.com"
    unknown = film_of("https://framatube.org/w/kkGMgK9ZtnKfYAgnEtQxbv")
    assert unknown is not None
    assert (unknown.origin, unknown.host) == ("", "framatube.org")
