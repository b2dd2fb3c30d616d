"""The S3 server of the tests is a real one: it keeps objects and refuses strangers."""

from collections.abc import Iterator

import pytest
from minio import Minio
from minio.error import S3Error

from contextualise.embedded.seaweedfs import SeaweedS3
from tests import services


@pytest.fixture(scope="module")
def server() -> Iterator[SeaweedS3]:
    with services.s3_server() as running:
        yield running


def client(server: SeaweedS3, secret_key: str) -> Minio:
    return Minio(server.endpoint.removeprefix("http://"), server.access_key, secret_key, secure=False)


def test_it_keeps_objects(server: SeaweedS3, tmp_path_factory: pytest.TempPathFactory) -> None:
    source = tmp_path_factory.mktemp("s3") / "object"
    source.write_bytes(b"kept" * 100_000)
    mine = client(server, server.secret_key)
    mine.make_bucket("kept")
    mine.fput_object("kept", "a/b", str(source))
    mine.fget_object("kept", "a/b", str(source.with_suffix(".back")))
    assert source.with_suffix(".back").read_bytes() == source.read_bytes()


def test_it_refuses_a_wrong_signature(server: SeaweedS3) -> None:
    with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
        client(server, "guess" * 8).list_buckets()
