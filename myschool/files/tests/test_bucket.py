"""The store in a bucket, against a server that speaks S3."""

import os
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from myschool.files.gateways import S3Store, Stored
from myschool.files.stored import StoredBytes

CONTENT = bytes(range(256)) * 40_000


@pytest.fixture
def bucket(settings):
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    settings.S3_OPTIONS = {
        "endpoint": f"http://{host}:{port}",
        "access_key_id": "test",
        "secret_access_key": "test",
        "region": "us-east-1",
        "client_options": {"allow_http": True},
    }
    settings.FILES_BUCKET = "s3://school/files"
    import boto3

    boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name="us-east-1",
    ).create_bucket(Bucket="school")
    yield S3Store(settings.FILES_BUCKET)
    server.stop()


def chunks():
    return (CONTENT[start : start + 100_000] for start in range(0, len(CONTENT), 100_000))


def test_a_bucket_keeps_what_is_put(bucket):
    stored = bucket.put(chunks())
    assert stored == bucket.put(chunks()) == Stored(stored.key, len(CONTENT))
    assert b"".join(bucket.read(stored.key)) == CONTENT
    assert b"".join(bucket.read(stored.key, 100, 50)) == CONTENT[100:150]
    assert b"".join(bucket.read(stored.key, len(CONTENT) - 5)) == CONTENT[-5:]
    assert b"".join(bucket.read(stored.key, 7, 0)) == b""


def test_an_archive_in_a_bucket_is_read_where_it_lies(bucket):
    file = StoredBytes(bucket.put(chunks()).key, len(CONTENT))
    file.seek(-300, os.SEEK_END)
    assert file.read(100) == CONTENT[-300:-200]
    assert file.read() == CONTENT[-200:]


def test_an_upload_goes_into_the_bucket_and_leaves_the_disk(bucket, tmp_path):
    part = Path(tmp_path / "part")
    part.write_bytes(CONTENT)
    bucket.take(part, "a" * 64)
    assert b"".join(bucket.read("a" * 64)) == CONTENT
    assert not part.exists()


def test_a_fresh_object_stays_and_an_absent_one_is_no_trouble(bucket):
    key = bucket.put([b"bytes"]).key
    bucket.remove(key)
    bucket.remove("0" * 64)
    assert b"".join(bucket.read(key)) == b"bytes"


def test_what_breaks_off_leaves_no_key(bucket):
    def broken():
        yield b"the beginning"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        bucket.put(broken())
