"""boto3's DynamoDB resource against Nuvola, configured by the environment alone."""

from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

QUICK = {"Delay": 1, "MaxAttempts": 3}


def refusal(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError(f"{call} was not refused")


def tables():
    table = boto3.resource("dynamodb").create_table(
        TableName="boto-table",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    table.wait_until_exists()
    with table.batch_writer() as batch:
        for number in range(60):
            batch.put_item(Item={"pk": "a", "sk": number, "price": Decimal("12.50"), "tags": {"x", "y"}, "raw": b"\x00\xff"})
    found = table.query(KeyConditionExpression=Key("pk").eq("a") & Key("sk").between(10, 12), FilterExpression=Attr("tags").contains("x"))
    assert [item["sk"] for item in found["Items"]] == [10, 11, 12]
    assert found["Items"][0]["price"] == Decimal("12.5") and found["Items"][0]["tags"] == {"x", "y"}
    assert found["Items"][0]["raw"].value == b"\x00\xff"
    updated = table.update_item(
        Key={"pk": "a", "sk": 1},
        UpdateExpression="ADD price :x",
        ExpressionAttributeValues={":x": Decimal("0.25")},
        ReturnValues="UPDATED_NEW",
    )
    assert updated["Attributes"] == {"price": Decimal("12.75")}
    client = boto3.client("dynamodb")
    pages = client.get_paginator("scan").paginate(TableName="boto-table", PaginationConfig={"PageSize": 25})
    assert sum(page["Count"] for page in pages) == 60
    assert refusal(client.describe_table, TableName="none") == ("ResourceNotFoundException", 400)
    assert refusal(table.put_item, Item={"pk": "a", "sk": 1}, ConditionExpression=Attr("pk").not_exists()) == ("ConditionalCheckFailedException", 400)
    client.get_waiter("table_exists").wait(TableName="boto-table", WaiterConfig=QUICK)
    table.delete()
    table.wait_until_not_exists()
    print("done")


if __name__ == "__main__":
    tables()
