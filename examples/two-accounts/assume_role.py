"""Reads a bucket of another account, as a role that it lends. The profile `builder` may assume the role."""

import sys

import boto3
from botocore.exceptions import ClientError

role_arn, external_id = sys.argv[1:]

builder = boto3.Session(profile_name="builder")
answer = builder.client("sts").assume_role(
    RoleArn=role_arn, RoleSessionName="boto3-walk", ExternalId=external_id, DurationSeconds=900
)
credentials = answer["Credentials"]
print(answer["AssumedRoleUser"]["Arn"], "until", credentials["Expiration"])

session = boto3.Session(
    aws_access_key_id=credentials["AccessKeyId"],
    aws_secret_access_key=credentials["SecretAccessKey"],
    aws_session_token=credentials["SessionToken"],
)
s3 = session.client("s3")
for item in s3.list_objects_v2(Bucket="reports-of-a")["Contents"]:
    print(item["Key"], s3.get_object(Bucket="reports-of-a", Key=item["Key"])["Body"].read().decode().strip())

try:
    s3.put_object(Bucket="reports-of-a", Key="q2.txt", Body=b"made up")
except ClientError as error:
    assert error.response["Error"]["Code"] == "AccessDenied", error
    print("writing is denied, as it should be")
else:
    sys.exit("the role may write, and should not")
