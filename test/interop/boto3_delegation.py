"""Temporary delegation with boto3 on both sides: a product provider asks, a customer approves, the credentials work."""

import json
import os
import urllib.request

import boto3
from botocore.exceptions import ClientError

PROVIDER, CUSTOMER = "111122223333", "444455556666"


def client(service, account):
    return boto3.client(service, aws_access_key_id=account, aws_secret_access_key="test", aws_session_token=None)


def register(**body):
    headers = {"content-type": "application/json", "x-nuvola": "1"}
    url = f"{os.environ['AWS_ENDPOINT_URL']}/_nuvola/iam/delegation-templates"
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)) as answer:
        return json.load(answer)


template = register(
    provider="Example",
    domain="example.com",
    accounts=[PROVIDER],
    name="setup",
    policy={
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:CreateBucket", "Resource": "arn:aws:s3:::@{bucketNames}"},
            {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "@Enabled": "MAY_LIST"},
        ],
    },
)["template"]

sns, sqs = client("sns", PROVIDER), client("sqs", PROVIDER)
topic = sns.create_topic(Name="delegations")["TopicArn"]
queue = sqs.create_queue(QueueName="delegations")["QueueUrl"]
queue_arn = f"arn:aws:sqs:us-east-1:{PROVIDER}:delegations"
sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, Attributes={"RawMessageDelivery": "true"})

request = client("iam", PROVIDER).create_delegation_request(
    OwnerAccountId=CUSTOMER,
    Description="Sets Example up.",
    Permissions={
        "PolicyTemplateArn": template,
        "Parameters": [
            {"Name": "bucketNames", "Type": "stringList", "Values": ["one", "two"]},
            {"Name": "MAY_LIST", "Type": "string", "Values": ["False"]},
        ],
    },
    RequestorWorkflowId="flow-1",
    NotificationChannel=topic,
    SessionDuration=3600,
)["DelegationRequestId"]

iam = client("iam", CUSTOMER)
iam.associate_delegation_request(DelegationRequestId=request)
shown = iam.get_delegation_request(DelegationRequestId=request, DelegationPermissionCheck=True)
assert shown["DelegationRequest"]["State"] == "ASSIGNED", shown
assert shown["PermissionCheckResult"] == "ALLOWED", shown
assert json.loads(shown["DelegationRequest"]["PermissionPolicy"])["Statement"] == [
    {"Effect": "Allow", "Action": "s3:CreateBucket", "Resource": ["arn:aws:s3:::one", "arn:aws:s3:::two"]}
], shown
summary = iam.get_human_readable_summary(EntityArn=f"arn:aws:iam::{CUSTOMER}:delegation-request/{request}", Locale="en")
assert summary["SummaryState"] == "AVAILABLE" and "arn:aws:s3:::two" in summary["SummaryContent"], summary
iam.update_delegation_request(DelegationRequestId=request, Notes="Please approve.")
iam.accept_delegation_request(DelegationRequestId=request)
iam.send_delegation_token(DelegationRequestId=request)
listed = iam.list_delegation_requests()
assert [each["State"] for each in listed["DelegationRequests"]] == ["FINALIZED"] and not listed["isTruncated"], listed

bodies = [json.loads(each["Body"]) for each in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]]
assert [each["State"] for each in bodies] == ["ASSIGNED", "PENDING_APPROVAL", "ACCEPTED", "FINALIZED", "FINALIZED"], bodies
token = next(each["ExchangeToken"] for each in bodies if each["Type"] == "ExchangeToken")
given = client("sts", PROVIDER).get_delegated_access_token(TradeInToken=token)
assert given["AssumedPrincipal"] == f"arn:aws:iam::{CUSTOMER}:root", given
session = boto3.Session(
    aws_access_key_id=given["Credentials"]["AccessKeyId"],
    aws_secret_access_key=given["Credentials"]["SecretAccessKey"],
    aws_session_token=given["Credentials"]["SessionToken"],
    region_name="us-east-1",
)
assert session.client("sts").get_caller_identity()["Account"] == CUSTOMER
session.client("s3").create_bucket(Bucket="one")
assert [each["Name"] for each in client("s3", CUSTOMER).list_buckets()["Buckets"]] == ["one"]
try:
    client("sts", CUSTOMER).get_delegated_access_token(TradeInToken=token)
    raise AssertionError("another account exchanged the token")
except ClientError as error:
    assert error.response["Error"]["Code"] == "ValidationError", error
print("done")
