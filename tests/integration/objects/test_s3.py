"""What happens when the S3 server refuses, dies, or comes back."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from minio import Minio

from contextualise.embedded.seaweedfs import SeaweedS3
from contextualise.objects import ObjectMissing, StoreUnavailable
from contextualise.objects import s3 as s3_module
from contextualise.objects.s3 import S3Store
from tests.integration.objects.places import place_on


async def fails_within(store: S3Store, seconds: float) -> None:
    async def stream():  # type: ignore[no-untyped-def]
        yield b"x"

    started = time.monotonic()
    for act in (
        lambda: store.put("maps/1/x", b"x", "text/plain"),
        lambda: store.put("maps/1/x", stream(), "text/plain"),
        lambda: store.open("maps/1/a"),
        lambda: store.stat("maps/1/a"),
        lambda: store.delete("maps/1/a"),
        lambda: anext(store.keys()),
        lambda: store.check(),
    ):
        with pytest.raises(StoreUnavailable):
            await act()
    assert time.monotonic() - started < seconds


async def test_wrong_keys_are_refused(s3: SeaweedS3) -> None:
    with pytest.raises(StoreUnavailable, match="refuses"):
        await S3Store(place_on(s3, secret_key="wrong" * 5)).check()


async def test_impossible_bucket_is_refused(s3: SeaweedS3) -> None:
    with pytest.raises(StoreUnavailable):
        await S3Store(place_on(s3, bucket="no")).check()


async def test_nothing_listening_is_told_at_once() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        server = SeaweedS3(Path("unused"))
        server.endpoint = f"http://127.0.0.1:{held.getsockname()[1]}"
        await fails_within(S3Store(place_on(server)), 5)


async def test_something_else_listening_is_told(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<html>not S3</html>")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    web = subprocess.Popen([sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"], cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        server = SeaweedS3(tmp_path)
        server.endpoint = f"http://127.0.0.1:{port}"
        with pytest.raises(StoreUnavailable):
            await S3Store(place_on(server)).check()
    finally:
        web.kill()
        web.wait()


async def test_server_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_module, "READ_SECONDS", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        server = SeaweedS3(Path("unused"))
        server.endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(StoreUnavailable):
            await S3Store(place_on(server)).stat("maps/1/a")
        assert time.monotonic() - started < 3


async def test_killed_server_is_told_and_used_again_when_it_is_back(tmp_path: Path) -> None:
    with SeaweedS3(tmp_path) as server:
        store = S3Store(place_on(server))
        await store.put("maps/1/a", b"kept", "text/plain")
        process = server._process
        assert process is not None
        command = process.args
        process.kill()
        process.wait()
        await fails_within(store, 5)
        assert isinstance(command, list)
        again = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"PATH": os.defpath, "HOME": str(tmp_path)}
        )
        try:
            await works_again(store)
            opened = await store.open("maps/1/a")
            assert b"".join([chunk async for chunk in opened.chunks]) == b"kept"
            with pytest.raises(ObjectMissing):
                await store.stat("maps/1/x")
        finally:
            again.send_signal(signal.SIGKILL)
            again.wait()


async def works_again(store: S3Store) -> None:
    deadline = time.monotonic() + 40
    while True:
        try:
            await store.check()
            return
        except StoreUnavailable:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def wait_for_port(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the server did not start")


async def test_uploads_in_parts_that_nobody_went_on_with_are_given_up(s3: SeaweedS3) -> None:
    place = place_on(s3, bucket="unfinished")
    store = S3Store(place)
    now = datetime.now(UTC)
    await store.forget_unfinished(now)  # before there is a bucket
    await store.check()
    client = Minio(place.address, place.access_key, place.secret_key, secure=False)
    for name in ("maps/1/a", "maps/1/b"):
        client._create_multipart_upload(place.bucket, name, {})

    def unfinished() -> list[str]:
        return sorted(upload.object_name for upload in client._list_multipart_uploads(place.bucket).uploads)

    await store.forget_unfinished(now - timedelta(days=1))
    assert unfinished() == ["maps/1/a", "maps/1/b"]
    await store.forget_unfinished(now + timedelta(minutes=1))
    assert unfinished() == []
