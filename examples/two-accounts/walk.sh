#!/bin/sh
# Account A lends a role to account B. Run it with `nuvola env` in effect, against `nuvola start --iam enforce`.
set -eu

A=111111111111
B=222222222222
secret=${NUVOLA_ROOT_SECRET:-test}
here=$(dirname "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Profiles of this walk only; yours stay as they are.
export AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE="$folder/credentials" AWS_PAGER=
cat > "$AWS_SHARED_CREDENTIALS_FILE" <<END
[root-of-a]
aws_access_key_id = $A
aws_secret_access_key = $secret
[root-of-b]
aws_access_key_id = $B
aws_secret_access_key = $secret
END

say() { printf '\n== %s\n' "$1"; }
# Succeeds when the command is denied.
denied() {
  if "$@" > "$folder/out" 2>&1; then echo "not denied: $*" >&2; exit 1; fi
  if ! grep -q 'AccessDenied' "$folder/out"; then cat "$folder/out" >&2; exit 1; fi
  echo "denied, as it should be"
}

say "Account A makes a bucket, and a role R that may read it. It trusts account B, if B knows the external id."
aws --profile root-of-a s3 mb s3://reports-of-a
echo 'The first quarter went well.' | aws --profile root-of-a s3 cp - s3://reports-of-a/q1.txt
cat > "$folder/trust.json" <<END
{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": { "AWS": "arn:aws:iam::$B:root" },
    "Action": "sts:AssumeRole",
    "Condition": { "StringEquals": { "sts:ExternalId": "we-agreed-on-this" } }
  }]
}
END
cat > "$folder/read.json" <<END
{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": ["arn:aws:s3:::reports-of-a", "arn:aws:s3:::reports-of-a/*"] }]
}
END
role=$(aws --profile root-of-a iam create-role --role-name R --assume-role-policy-document "file://$folder/trust.json" --query Role.Arn --output text)
aws --profile root-of-a iam put-role-policy --role-name R --policy-name read-reports --policy-document "file://$folder/read.json"
echo "$role"

say "Account B makes a user who may assume that role, and nothing else."
aws --profile root-of-b iam create-user --user-name builder --query User.Arn --output text
cat > "$folder/assume.json" <<END
{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "$role" }] }
END
aws --profile root-of-b iam put-user-policy --user-name builder --policy-name assume-r --policy-document "file://$folder/assume.json"
# two words: the key's id and its secret
# shellcheck disable=SC2046
printf '[builder]\naws_access_key_id = %s\naws_secret_access_key = %s\n' \
  $(aws --profile root-of-b iam create-access-key --user-name builder --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text) \
  >> "$AWS_SHARED_CREDENTIALS_FILE"

say "By itself the user sees nothing of account A."
denied aws --profile builder s3 ls s3://reports-of-a

say "By hand: assume the role, and take what it gives as credentials."
# shellcheck disable=SC2046
set -- $(aws --profile builder sts assume-role --role-arn "$role" --role-session-name by-hand --external-id we-agreed-on-this \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)
AWS_ACCESS_KEY_ID=$1 AWS_SECRET_ACCESS_KEY=$2 AWS_SESSION_TOKEN=$3 aws s3 ls s3://reports-of-a

say "With a profile the AWS CLI assumes the role by itself."
# It keeps the session in ~/.aws/cli/cache; a session name of its own keeps sessions of another cloud out.
cat > "$AWS_CONFIG_FILE" <<END
[profile reports]
role_arn = $role
source_profile = builder
external_id = we-agreed-on-this
role_session_name = walk-$(date +%s)
[profile no-external-id]
role_arn = $role
source_profile = builder
END
aws --profile reports sts get-caller-identity --query Arn --output text
aws --profile reports s3 cp s3://reports-of-a/q1.txt -
denied aws --profile reports s3 rm s3://reports-of-a/q1.txt
denied aws --profile no-external-id s3 ls s3://reports-of-a

say "The same from Python, by boto3."
python3 "$here/assume_role.py" "$role" we-agreed-on-this

say done
