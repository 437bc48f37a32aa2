"""The AWS CLI against Nuvola. Takes what runs `nuvola` as arguments; commands that do not need each other run at the same time."""

import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import urllib.request

NUVOLA = sys.argv[1:]
LARGE = os.urandom(9 * 1024 * 1024)


def run(command, expect=0):
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == expect, f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout if expect == 0 else done.stderr


def aws(*args, expect=0):
    return run(["aws", *args], expect)


def through_nuvola(*args, expect=0):
    return run([*NUVOLA, "aws", *args], expect)


def together(*calls):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def works(what):
    print(f"ok {what}", flush=True)


def high_level(folder):
    def path(*names):
        return os.path.join(folder, *names)

    os.makedirs(path("site", "deep"))
    for name in ("index.html", "deep/a b+c.txt", "deep/é.txt"):
        with open(path("site", *name.split("/")), "w") as file:
            file.write(name)
    with open(path("large"), "wb") as file:
        file.write(LARGE)

    assert aws("s3", "mb", "s3://cli-bucket") == "make_bucket: cli-bucket\n"
    together(
        lambda: aws("s3", "cp", path("large"), "s3://cli-bucket/large", "--quiet"),
        lambda: aws("s3", "sync", path("site"), "s3://cli-bucket/site"),
    )
    again, listed, signed, _ = together(
        lambda: aws("s3", "sync", path("site"), "s3://cli-bucket/site"),
        lambda: aws("s3", "ls", "s3://cli-bucket", "--recursive", "--summarize"),
        lambda: aws("s3", "presign", "s3://cli-bucket/site/index.html"),
        lambda: aws("s3", "cp", "s3://cli-bucket/large", path("back"), "--quiet"),
    )
    assert again == "", again
    assert "site/deep/a b+c.txt" in listed and "Total Objects: 4" in listed, listed
    with open(path("back"), "rb") as file:
        assert file.read() == LARGE
    with urllib.request.urlopen(signed.strip()) as answer:
        assert (answer.read(), answer.headers["Content-Type"]) == (b"index.html", "text/html")
    works("s3 mb, cp in parts, sync, ls, presign")

    together(
        lambda: aws("s3", "mv", "s3://cli-bucket/site/index.html", "s3://cli-bucket/moved.html"),
        lambda: aws("s3", "sync", "s3://cli-bucket/site/deep", path("copy")),
        lambda: aws("s3", "cp", "s3://cli-bucket/large", "s3://cli-bucket/large-copy", "--quiet"),
    )
    with open(path("copy", "é.txt")) as file:
        assert file.read() == "deep/é.txt"
    shown, missing = together(
        lambda: aws("s3", "ls", "s3://cli-bucket/"),
        lambda: aws("s3", "cp", "s3://cli-bucket/absent", path("absent"), expect=1),
    )
    assert "moved.html" in shown and f"{len(LARGE)} large-copy" in shown and "PRE site/" in shown, shown
    assert "404" in missing, missing
    assert "BucketNotEmpty" in aws("s3", "rb", "s3://cli-bucket", expect=1)
    assert aws("s3", "rb", "s3://cli-bucket", "--force").endswith("remove_bucket: cli-bucket\n")
    works("s3 mv, sync down, copies, rm, rb --force, errors")


def low_level(folder):
    body = os.path.join(folder, "body")
    with open(body, "w") as file:
        file.write("0123456789")
    base = ["--bucket", "cli-api", "--key", "k"]
    aws("s3api", "create-bucket", "--bucket", "cli-api")
    put = json.loads(aws("s3api", "put-object", *base, "--body", body, "--metadata", "a=1,b=2", "--content-type", "text/x"))
    assert put["ETag"] == '"781e5e245d69b566979b86e28d23f2c7"', put
    head, ranged, _, upload = together(
        lambda: json.loads(aws("s3api", "head-object", *base)),
        lambda: json.loads(aws("s3api", "get-object", *base, "--range", "bytes=2-4", os.path.join(folder, "part"))),
        lambda: aws("s3api", "wait", "object-exists", *base),
        lambda: json.loads(aws("s3api", "create-multipart-upload", "--bucket", "cli-api", "--key", "parts")),
    )
    assert (head["Metadata"], head["ContentType"], head["ContentLength"]) == ({"a": "1", "b": "2"}, "text/x", 10), head
    assert ranged["ContentRange"] == "bytes 2-4/10"
    named = ["--bucket", "cli-api", "--key", "parts", "--upload-id", upload["UploadId"]]
    part = json.loads(aws("s3api", "upload-part", *named, "--part-number", "1", "--body", body))
    parts = json.dumps({"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert json.loads(aws("s3api", "complete-multipart-upload", *named, "--multipart-upload", parts))["ETag"].endswith('-1"')
    together(*[lambda n=n: aws("s3api", "put-object", "--bucket", "cli-api", "--key", f"n{n}") for n in range(3)])
    pages, refused = together(
        lambda: json.loads(aws("s3api", "list-objects-v2", "--bucket", "cli-api", "--page-size", "2")),
        lambda: aws("s3api", "get-object", "--bucket", "cli-api", "--key", "absent", os.devnull, expect=255),
    )
    assert [entry["Key"] for entry in pages["Contents"]] == ["k", "n0", "n1", "n2", "parts"]
    assert "(NoSuchKey) when calling the GetObject operation: The specified key does not exist." in refused, refused
    works("s3api with metadata, ranges, parts, pages, waiters, errors")


def queues():
    """Version 1 does not look at AWS_ENDPOINT_URL for SQS; `nuvola aws` says --endpoint-url for it."""
    url = json.loads(through_nuvola("sqs", "create-queue", "--queue-name", "cli-queue"))["QueueUrl"]
    assert url == os.environ["AWS_ENDPOINT_URL"] + "/000000000000/cli-queue"
    through_nuvola("sqs", "send-message", "--queue-url", url, "--message-body", "it's here")
    received = json.loads(through_nuvola("sqs", "receive-message", "--queue-url", url, "--wait-time-seconds", "5"))["Messages"][0]
    assert received["Body"] == "it's here"
    _, absent = together(
        lambda: through_nuvola("sqs", "delete-message", "--queue-url", url, "--receipt-handle", received["ReceiptHandle"]),
        lambda: through_nuvola("sqs", "get-queue-url", "--queue-name", "absent", expect=255),
    )
    assert "(AWS.SimpleQueueService.NonExistentQueue) when calling the GetQueueUrl operation" in absent, absent
    works("sqs through nuvola aws")


def identity():
    assert json.loads(aws("sts", "get-caller-identity"))["Arn"] == "arn:aws:iam::000000000000:root"
    works("sts")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        together(lambda: high_level(one), lambda: low_level(two), queues, identity)
    print("done")
