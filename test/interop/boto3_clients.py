"""boto3 and botocore against Nuvola, configured by the environment alone. Prints one line for each thing that works."""

import hashlib
import io
import os
import tempfile
import time
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

LARGE = os.urandom(9 * 1024 * 1024 + 7)
DIGEST = hashlib.sha256(LARGE).hexdigest()
QUICK = {"Delay": 1, "MaxAttempts": 3}


def works(what):
    print(f"ok {what}", flush=True)


def refusal(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError(f"{call} was not refused")


def identity():
    sts = boto3.client("sts")
    assert sts.get_caller_identity()["Account"] == "000000000000"
    token = sts.get_session_token()["Credentials"]
    session = boto3.client(
        "sts",
        aws_access_key_id=token["AccessKeyId"],
        aws_secret_access_key=token["SecretAccessKey"],
        aws_session_token=token["SessionToken"],
    )
    assert session.get_caller_identity()["Account"] == "000000000000"
    works("identity and session tokens")


def transfers():
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="boto-transfers")
    s3.get_waiter("bucket_exists").wait(Bucket="boto-transfers", WaiterConfig=QUICK)
    config = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024)
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "up"), os.path.join(folder, "down")
        with open(source, "wb") as file:
            file.write(LARGE)
        s3.upload_file(source, "boto-transfers", "large", Config=config, ExtraArgs={"Metadata": {"colour": "blue"}})
        s3.get_waiter("object_exists").wait(Bucket="boto-transfers", Key="large", WaiterConfig=QUICK)
        s3.download_file("boto-transfers", "large", target, Config=config)
        with open(target, "rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == DIGEST
    head = s3.head_object(Bucket="boto-transfers", Key="large")
    assert head["Metadata"] == {"colour": "blue"} and head["ContentLength"] == len(LARGE) and head["ETag"].endswith('-2"')
    works("multipart upload_file and download_file")

    s3.upload_fileobj(io.BytesIO(b"small"), "boto-transfers", "small")
    buffer = io.BytesIO()
    s3.download_fileobj("boto-transfers", "small", buffer)
    assert buffer.getvalue() == b"small"
    ranged = s3.get_object(Bucket="boto-transfers", Key="small", Range="bytes=1-3")
    assert ranged["Body"].read() == b"mal" and ranged["ResponseMetadata"]["HTTPStatusCode"] == 206
    works("file objects and ranges")

    s3.delete_object(Bucket="boto-transfers", Key="small")
    s3.get_waiter("object_not_exists").wait(Bucket="boto-transfers", Key="small", WaiterConfig=QUICK)
    assert refusal(s3.get_object, Bucket="boto-transfers", Key="small") == ("NoSuchKey", 404)
    assert refusal(s3.head_object, Bucket="boto-transfers", Key="small") == ("404", 404)
    assert refusal(s3.delete_bucket, Bucket="boto-transfers") == ("BucketNotEmpty", 409)
    s3.delete_object(Bucket="boto-transfers", Key="large")
    s3.delete_bucket(Bucket="boto-transfers")
    s3.get_waiter("bucket_not_exists").wait(Bucket="boto-transfers", WaiterConfig=QUICK)
    works("waiters and errors")


def listings():
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="boto-listings")
    keys = [f"folder {n % 3}/é+{n:02}" for n in range(20)]
    for key in keys:
        s3.put_object(Bucket="boto-listings", Key=key, Body=key.encode())
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="boto-listings", PaginationConfig={"PageSize": 7})
    listed = [entry["Key"] for page in pages for entry in page["Contents"]]
    assert listed == sorted(keys), listed
    old = s3.get_paginator("list_objects").paginate(Bucket="boto-listings", Delimiter="/", PaginationConfig={"PageSize": 2})
    assert [p["Prefix"] for page in old for p in page.get("CommonPrefixes", [])] == ["folder 0/", "folder 1/", "folder 2/"]
    works("paginators")


def presigned():
    s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
    older = boto3.client("s3", config=Config(signature_version="s3"))
    s3.create_bucket(Bucket="boto-presigned")
    for client, name in ((s3, "v4"), (older, "v2")):
        put = client.generate_presigned_url("put_object", Params={"Bucket": "boto-presigned", "Key": name})
        assert http("PUT", put, b"by url") == (200, b"")
        get = client.generate_presigned_url("get_object", Params={"Bucket": "boto-presigned", "Key": name}, ExpiresIn=60)
        assert http("GET", get) == (200, b"by url")
        assert http("GET", get.replace("ignature=", "ignature=x"))[0] == 403
    works("presigned URLs of both signatures")

    post = s3.generate_presigned_post("boto-presigned", "folder/${filename}", Conditions=[["content-length-range", 1, 100]])
    assert form(post, b"by form") == 204
    assert s3.get_object(Bucket="boto-presigned", Key="folder/form.txt")["Body"].read() == b"by form"
    assert form(post, b"x" * 101) == 400
    works("presigned POST forms")


def http(method, url, body=None):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body, method=method, headers={"Content-Type": ""})) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def form(post, content):
    boundary = "nuvola-boundary"
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in post["fields"].items()]
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="form.txt"\r\n\r\n')
    body = "".join(parts).encode() + content + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(post["url"], data=body, method="POST", headers=headers)) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def s3_resource():
    s3 = boto3.resource("s3")
    bucket = s3.create_bucket(Bucket="boto-resource")
    bucket.wait_until_exists()
    for n in range(5):
        bucket.put_object(Key=f"a/{n}", Body=b"x" * n)
    item = s3.Object("boto-resource", "a/3")
    item.copy_from(CopySource={"Bucket": "boto-resource", "Key": "a/4"}, Metadata={"copied": "yes"}, MetadataDirective="REPLACE")
    item.reload()
    assert (item.content_length, item.metadata) == (4, {"copied": "yes"})
    assert [o.key for o in bucket.objects.filter(Prefix="a/").limit(2)] == ["a/0", "a/1"]
    assert len(bucket.objects.all().delete()[0]["Deleted"]) == 5
    bucket.delete()
    bucket.wait_until_not_exists()
    works("the S3 resource")


def queues():
    sqs = boto3.resource("sqs")
    queue = sqs.create_queue(QueueName="boto-queue", Attributes={"VisibilityTimeout": "1"})
    assert sqs.get_queue_by_name(QueueName="boto-queue").url == queue.url
    assert queue.url == os.environ["AWS_ENDPOINT_URL"] + "/000000000000/boto-queue"
    sent = queue.send_message(MessageBody="héllo", MessageAttributes={"kind": {"DataType": "String", "StringValue": "greeting"}})
    assert sent["MD5OfMessageBody"] == hashlib.md5("héllo".encode()).hexdigest()
    (message,) = queue.receive_messages(MessageAttributeNames=["All"], WaitTimeSeconds=5)
    assert message.body == "héllo" and message.message_attributes["kind"]["StringValue"] == "greeting"
    assert queue.receive_messages() == []
    message.change_visibility(VisibilityTimeout=0)
    (again,) = queue.receive_messages(AttributeNames=["ApproximateReceiveCount"])
    assert again.attributes["ApproximateReceiveCount"] == "2"
    again.delete()
    entries = [{"Id": str(n), "MessageBody": f"m{n}"} for n in range(10)]
    assert len(queue.send_messages(Entries=entries)["Successful"]) == 10
    received = []
    deadline = time.monotonic() + 10
    while len(received) < 10 and time.monotonic() < deadline:
        batch = queue.receive_messages(MaxNumberOfMessages=10, WaitTimeSeconds=1)
        received += [m.body for m in batch]
        queue.delete_messages(Entries=[{"Id": m.message_id, "ReceiptHandle": m.receipt_handle} for m in batch])
    assert sorted(received) == [f"m{n}" for n in range(10)]
    client = boto3.client("sqs")
    assert refusal(client.get_queue_url, QueueName="absent") == ("AWS.SimpleQueueService.NonExistentQueue", 400)
    try:
        client.get_queue_url(QueueName="absent")
    except client.exceptions.QueueDoesNotExist as error:
        assert error.response["Error"]["QueryErrorCode"] == "QueueDoesNotExist", error.response
    works("the SQS resource and its errors")

    fifo = sqs.create_queue(QueueName="boto.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})
    for body in ("one", "one", "two"):
        fifo.send_message(MessageBody=body, MessageGroupId="g")
    assert [m.body for m in fifo.receive_messages(MaxNumberOfMessages=10)] == ["one", "two"]
    works("FIFO queues")


if __name__ == "__main__":
    for part in (identity, transfers, listings, presigned, s3_resource, queues):
        part()
    print("done")
