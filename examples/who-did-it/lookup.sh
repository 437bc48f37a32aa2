#!/bin/sh
# Something is gone: CloudTrail says who removed it, from where, and who tried. Run it with `nuvola env` in effect,
# against `nuvola start --iam enforce`.
set -eu

account=333333333333
secret=${NUVOLA_ROOT_SECRET:-test}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Profiles of this walk only; yours stay as they are.
export AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE="$folder/credentials" AWS_PAGER=
printf '[root]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$account" "$secret" > "$AWS_SHARED_CREDENTIALS_FILE"

say() { printf '\n== %s\n' "$1"; }
fail() { echo "$1" >&2; exit 1; }
newest() { aws --profile root cloudtrail lookup-events --max-results 1 "$@" --query 'Events[0].CloudTrailEvent' --output text; }
# field EVENT PATH: `field "$event" userIdentity.userName`
field() { python3 -c 'import functools, json, sys; print(functools.reduce(dict.get, sys.argv[2].split("."), json.loads(sys.argv[1])))' "$1" "$2"; }

say "Two users: one may do anything with topics, the other only look."
user() {
  aws --profile root iam create-user --user-name "$1" > "$folder/made"
  printf '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"%s","Resource":"*"}]}' "$2" > "$folder/policy.json"
  aws --profile root iam put-user-policy --user-name "$1" --policy-name rights --policy-document "file://$folder/policy.json"
  # two words: the key's id and its secret
  # shellcheck disable=SC2046
  printf "[$1]\naws_access_key_id = %s\naws_secret_access_key = %s\n" \
    $(aws --profile root iam create-access-key --user-name "$1" --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text) \
    >> "$AWS_SHARED_CREDENTIALS_FILE"
}
user mallory 'sns:*'
user trent 'sns:List*'
topic=$(aws --profile root sns create-topic --name orders --query TopicArn --output text)
echo "$topic"

say "One tries to delete the topic, the other does."
if aws --profile trent sns delete-topic --topic-arn "$topic" > "$folder/out" 2>&1; then fail "not denied"; fi
aws --profile mallory sns delete-topic --topic-arn "$topic"

say "Who did it? Whoever called DeleteTopic without an error."
aws --profile root cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=DeleteTopic \
  --query 'Events[].[EventTime,Username,EventName,Resources[0].ResourceName]' --output text
event=$(newest --lookup-attributes AttributeKey=EventName,AttributeValue=DeleteTopic)
for what in userIdentity.arn userIdentity.accessKeyId sourceIPAddress userAgent; do echo "$what: $(field "$event" $what)"; done
test "$(field "$event" userIdentity.userName)" = mallory || fail "it was mallory"

say "And who tried? The denial is an event as well."
event=$(newest --lookup-attributes AttributeKey=Username,AttributeValue=trent)
echo "$(field "$event" errorCode): $(field "$event" errorMessage)"
test "$(field "$event" eventName)" = DeleteTopic || fail "it was DeleteTopic"

say "What else did that key do?"
key=$(aws --profile root iam list-access-keys --user-name mallory --query 'AccessKeyMetadata[0].AccessKeyId' --output text)
aws --profile root cloudtrail lookup-events --lookup-attributes "AttributeKey=AccessKeyId,AttributeValue=$key" \
  --query 'Events[].[EventTime,EventName,ReadOnly]' --output text

say done
