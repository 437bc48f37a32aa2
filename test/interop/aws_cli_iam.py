"""The AWS CLI against Nuvola's IAM: a day in the life of an account. Commands that do not need each other run at the same time."""

import json

from iam_commands import iam, refused, together, works


def document(action, **more):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **more}]})


trust = document("sts:AssumeRole", Principal={"Service": "ec2.amazonaws.com"})
power = "arn:aws:iam::aws:policy/PowerUserAccess"

user, _, role, policy, _, linked = together(
    lambda: iam("create-user", "--user-name", "ann", "--path", "/staff/", "--tags", "Key=team,Value=red")["User"],
    lambda: iam("create-group", "--group-name", "readers"),
    lambda: iam("create-role", "--role-name", "app", "--assume-role-policy-document", trust)["Role"],
    lambda: iam("create-policy", "--policy-name", "read", "--policy-document", document("s3:Get*", Resource="*"))["Policy"],
    lambda: iam("create-instance-profile", "--instance-profile-name", "app"),
    lambda: iam("create-service-linked-role", "--aws-service-name", "ecs.amazonaws.com")["Role"],
)
assert user["Arn"].endswith(":user/staff/ann") and user["Tags"] == [{"Key": "team", "Value": "red"}], user
assert role["AssumeRolePolicyDocument"] == json.loads(trust), role
works("creation")

key, *_ = together(
    lambda: iam("create-access-key", "--user-name", "ann")["AccessKey"],
    lambda: iam("add-user-to-group", "--group-name", "readers", "--user-name", "ann"),
    lambda: iam("attach-group-policy", "--group-name", "readers", "--policy-arn", power),
    lambda: iam("put-user-policy", "--user-name", "ann", "--policy-name", "own", "--policy-document", document("sqs:*", Resource="*")),
    lambda: iam("attach-role-policy", "--role-name", "app", "--policy-arn", policy["Arn"]),
    lambda: iam("add-role-to-instance-profile", "--instance-profile-name", "app", "--role-name", "app"),
    lambda: iam("create-user", "--user-name", "bob"),
    lambda: iam("create-user", "--user-name", "cid"),
)
own = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
me, inline, details, names, page, aws_policies, taken, missing, conflict, malformed = together(
    lambda: iam("get-user", env=own)["User"],
    lambda: iam("get-user-policy", "--user-name", "ann", "--policy-name", "own"),
    lambda: iam("get-account-authorization-details", "--filter", "User", "Role"),
    lambda: iam("list-users", "--page-size", "2", "--query", "Users[].UserName"),
    lambda: iam("list-users", "--max-items", "2"),
    lambda: iam("list-policies", "--scope", "AWS", "--query", "Policies[].Arn"),
    lambda: refused("EntityAlreadyExists", "create-user", "--user-name", "Ann"),
    lambda: refused("NoSuchEntity", "get-user", "--user-name", "nobody"),
    lambda: refused("DeleteConflict", "delete-role", "--role-name", "app"),
    lambda: refused("MalformedPolicyDocument", "create-policy", "--policy-name", "x", "--policy-document", "{"),
)
assert me["UserName"] == "ann", me
assert inline["PolicyDocument"]["Statement"][0]["Action"] == "sqs:*", inline
assert details["UserDetailList"][0]["GroupList"] == ["readers"], details
assert details["RoleDetailList"][0]["InstanceProfileList"][0]["InstanceProfileName"] == "app", details
assert names == ["ann", "bob", "cid"], names
assert len(page["Users"]) == 2 and "NextToken" in page, page
assert len(aws_policies) > 1000 and power in aws_policies
assert "User with name Ann already exists" in taken, taken
assert "The user with name nobody cannot be found" in missing, missing
assert "must remove roles from instance profile first" in conflict, conflict
assert "Syntax errors in policy" in malformed, malformed
works("reading, and mistakes")

task, used, *_ = together(
    lambda: iam("delete-service-linked-role", "--role-name", linked["RoleName"])["DeletionTaskId"],
    lambda: iam("get-access-key-last-used", "--access-key-id", key["AccessKeyId"]),
    lambda: iam("remove-role-from-instance-profile", "--instance-profile-name", "app", "--role-name", "app"),
    lambda: iam("detach-role-policy", "--role-name", "app", "--policy-arn", policy["Arn"]),
)
assert used["AccessKeyLastUsed"]["ServiceName"] == "iam", used
status, *_ = together(
    lambda: iam("get-service-linked-role-deletion-status", "--deletion-task-id", task)["Status"],
    lambda: iam("delete-role", "--role-name", "app"),
    lambda: iam("delete-policy", "--policy-arn", policy["Arn"]),
    lambda: iam("delete-instance-profile", "--instance-profile-name", "app"),
)
assert status == "SUCCEEDED", status
works("deletion")
print("done")
