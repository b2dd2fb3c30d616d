from hashlib import sha256
from pathlib import Path

import pytest

from contextualise.objects import StoreUnavailable
from tests.opera import PIXEL, Opera

PICTURE = sha256(PIXEL).hexdigest()
NOTES = b"<script>alert(1)</script>"
PAGE = sha256(NOTES).hexdigest()


def picture(opera: Opera, name: str = "score.png") -> str:
    return f"{opera.url}/files/{PICTURE}/{name}"


async def test_picture_is_shown(opera: Opera) -> None:
    page = await opera.viewer.get(picture(opera))
    assert page.status_code == 200 and page.content == PIXEL
    headers = page.headers
    assert headers["content-type"] == "image/png" and headers["content-length"] == str(len(PIXEL))
    assert headers["content-disposition"].startswith("inline") and headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert headers["cache-control"].startswith("private")


async def test_anything_else_is_downloaded_and_never_run(opera: Opera) -> None:
    page = await opera.viewer.get(f"{opera.url}/files/{PAGE}/notes%22%0d%0ax%3a y.html")
    assert page.status_code == 200 and page.content == NOTES
    assert page.headers["content-type"] == "application/octet-stream"
    assert page.headers["content-disposition"] == "attachment; filename=\"notes_x_ y.html\"; filename*=UTF-8''notes%22x%3A%20y.html"
    assert "\n" not in page.headers["content-disposition"]
    assert "sandbox" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        ("bytes=0-9", 206, PIXEL[:10], f"bytes 0-9/{len(PIXEL)}"),
        ("bytes=10-", 206, PIXEL[10:], f"bytes 10-{len(PIXEL) - 1}/{len(PIXEL)}"),
        ("bytes=-5", 206, PIXEL[-5:], f"bytes {len(PIXEL) - 5}-{len(PIXEL) - 1}/{len(PIXEL)}"),
        ("bytes=5-99999", 206, PIXEL[5:], f"bytes 5-{len(PIXEL) - 1}/{len(PIXEL)}"),
        ("bytes=99999-", 416, b"", f"bytes */{len(PIXEL)}"),
        ("bytes=0-1,3-4", 200, PIXEL, None),
        ("lines=1-2", 200, PIXEL, None),
    ],
)
async def test_parts(opera: Opera, asked: str, status: int, content: bytes, told: str | None) -> None:
    page = await opera.viewer.get(picture(opera), headers={"Range": asked})
    assert (page.status_code, page.content, page.headers.get("content-range")) == (status, content, told)
    assert page.headers["content-length"] == str(len(content))


async def test_part_of_another_version_is_all_of_it(opera: Opera) -> None:
    page = await opera.viewer.get(picture(opera), headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert page.status_code == 200 and page.content == PIXEL


async def test_head_tells_without_sending(opera: Opera) -> None:
    page = await opera.viewer.request("HEAD", picture(opera))
    assert page.status_code == 200 and page.content == b""
    assert page.headers["content-length"] == str(len(PIXEL)) and page.headers["accept-ranges"] == "bytes"


async def test_unchanged_file_is_not_sent_again(opera: Opera) -> None:
    etag = (await opera.viewer.get(picture(opera))).headers["etag"]
    page = await opera.viewer.get(picture(opera), headers={"If-None-Match": etag})
    assert page.status_code == 304 and page.content == b""


@pytest.mark.parametrize("digest", ["0" * 64, "x" * 64, "abc", PICTURE.upper(), PICTURE[:-1] + "g"])
async def test_unknown_file_is_not_found(opera: Opera, digest: str) -> None:
    assert (await opera.viewer.get(f"{opera.url}/files/{digest}/score.png")).status_code == 404


async def test_private_files_do_not_exist_for_others(opera: Opera, public_opera: Opera) -> None:
    for client in (opera.stranger, opera.anonymous):
        assert (await client.get(picture(opera))).status_code == 404
    assert (await opera.anonymous.get(picture(public_opera))).status_code == 200


async def test_file_that_the_store_lost_is_not_found(own_opera: Opera) -> None:
    folder = own_opera.site.parts.settings.objects_folder
    assert isinstance(folder, Path)
    for path in folder.rglob(PICTURE):
        path.unlink()
    assert (await own_opera.viewer.get(picture(own_opera))).status_code == 404
    assert (await own_opera.viewer.get(own_opera.tosca)).status_code == 200, "reading goes on"


async def test_store_that_is_down_is_told(own_opera: Opera, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object) -> None:
        raise StoreUnavailable("no answer")

    monkeypatch.setattr(type(own_opera.site.objects), "open", refuse)
    assert (await own_opera.viewer.get(picture(own_opera))).status_code == 503
