#!/bin/sh
# The IAM lab: a policy, a group, users for development and production. Run it with `nuvola env` in effect, against `nuvola start --iam enforce`.
set -eu

secret=${NUVOLA_ROOT_SECRET:-test}
account=333333333333
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE="$folder/credentials" AWS_PAGER=
export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1

say() { printf '\n== %s\n' "$1"; }
root() { aws --profile root "$@"; }
denied() {
  if "$@" > "$folder/out" 2>&1; then echo "not denied: $*" >&2; exit 1; fi
  if ! grep -q 'AccessDenied' "$folder/out"; then cat "$folder/out" >&2; exit 1; fi
  echo "denied, as it should be"
}
# A key as a profile, as `aws configure --profile` writes it.
profile() {
  printf '[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$1" "$2" "$3" >> "$AWS_SHARED_CREDENTIALS_FILE"
}

profile root "$account" "$secret"

say "Create a policy: S3, the List actions and GetObject, any bucket and any object."
cat > "$folder/policy.json" <<'END'
{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "VisualEditor0",
    "Effect": "Allow",
    "Action": ["s3:ListAllMyBuckets", "s3:ListBucket", "s3:GetObject"],
    "Resource": "*"
  }]
}
END
policy=$(root iam create-policy --policy-name S3ReadLab --policy-document "file://$folder/policy.json" --query Policy.Arn --output text)

say "Review it: filter by its name, look at its JSON, see that nothing uses it yet."
root iam list-policies --scope Local --query "Policies[?PolicyName=='S3ReadLab'].[PolicyName,Arn,AttachmentCount]" --output text
root iam get-policy-version --policy-arn "$policy" --version-id v1 --query PolicyVersion.Document
test "$(root iam list-entities-for-policy --policy-arn "$policy" --query 'length([PolicyGroups,PolicyUsers,PolicyRoles][])')" = 0

say "A group has the policy; users for development and production are in it."
root iam create-group --group-name myapp-readers --query Group.Arn --output text
root iam attach-group-policy --group-name myapp-readers --policy-arn "$policy"
for name in myapp-dev myapp-prod; do
  root iam create-user --user-name "$name" --query User.Arn --output text
  root iam add-user-to-group --group-name myapp-readers --user-name "$name"
  # two words: the key's id and its secret
  # shellcheck disable=SC2046
  profile "$name" $(root iam create-access-key --user-name "$name" --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text)
done
root iam list-entities-for-policy --policy-arn "$policy" --query 'PolicyGroups[].GroupName' --output text

say "They may read, and nothing else."
root s3 mb s3://lab-bucket
echo hello | root s3 cp - s3://lab-bucket/hello.txt
aws --profile myapp-dev sts get-caller-identity --query Arn --output text
aws --profile myapp-dev s3 cp s3://lab-bucket/hello.txt -
denied aws --profile myapp-dev s3 rm s3://lab-bucket/hello.txt
denied aws --profile myapp-dev dynamodb list-tables

say "Production gets rights of its own on one table, and no more."
cat > "$folder/table.json" <<END
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Action": ["dynamodb:Scan", "dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:DeleteItem", "dynamodb:Query", "dynamodb:UpdateItem"],
    "Resource": "arn:aws:dynamodb:us-east-1:*:table/MyTable"
  }]
}
END
root iam put-user-policy --user-name myapp-prod --policy-name my-table --policy-document "file://$folder/table.json"
root dynamodb create-table --table-name MyTable --billing-mode PAY_PER_REQUEST \
  --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH --query TableDescription.TableName --output text
aws --profile myapp-prod dynamodb put-item --table-name MyTable --item '{"id":{"S":"1"}}'
aws --profile myapp-prod dynamodb scan --table-name MyTable --query Count
denied aws --profile myapp-dev dynamodb scan --table-name MyTable
denied aws --profile myapp-prod dynamodb delete-table --table-name MyTable

say "A role for a service: EC2 may assume it, the user may not."
root iam create-role --role-name myapp-instance --query Role.Arn --output text --assume-role-policy-document \
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
root iam attach-role-policy --role-name myapp-instance --policy-arn arn:aws:iam::aws:policy/AdministratorAccess-AWSElasticBeanstalk
denied aws --profile myapp-prod sts assume-role --role-arn "arn:aws:iam::$account:role/myapp-instance" --role-session-name me

say done
