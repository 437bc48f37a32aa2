"""The AWS CLI against Nuvola's IAM: passwords, devices, certificates, providers, reports and the simulator."""

import base64
import csv
import hashlib
import hmac
import io
import json
import os
import struct
import subprocess
import tempfile
import time

from iam_commands import iam, refused, run, together, works


def code(seed, steps=0):
    """The code of RFC 6238 that is shown now, or some steps from now."""
    digest = hmac.new(base64.b32decode(seed), struct.pack(">Q", int(time.time()) // 30 + steps), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


home = tempfile.mkdtemp()


def path(name):
    return os.path.join(home, name)


def document(action, **more):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **more}]})


user, _ = together(
    lambda: iam("create-user", "--user-name", "ann")["User"],
    lambda: iam("create-account-alias", "--account-alias", "example-corp"),
)

# ---- passwords ----
together(
    lambda: iam("create-login-profile", "--user-name", "ann", "--password", "Correct-horse-1", "--password-reset-required"),
    lambda: iam("update-account-password-policy", "--minimum-password-length", "12", "--max-password-age", "90"),
)
assert iam("get-login-profile", "--user-name", "ann")["LoginProfile"]["PasswordResetRequired"] is True
assert iam("get-account-password-policy")["PasswordPolicy"]["ExpirePasswords"] is True
refused("PasswordPolicyViolation", "update-login-profile", "--user-name", "ann", "--password", "short-1")
works("passwords")

# ---- a virtual device, as the CLI hands out its seed and its picture ----
for method, name in (("Base32StringSeed", "seed.txt"), ("QRCodePNG", "code.png")):
    device = iam(
        "create-virtual-mfa-device", "--virtual-mfa-device-name", name.split(".")[0], "--outfile", path(name), "--bootstrap-method", method
    )["VirtualMFADevice"]
    if method == "Base32StringSeed":
        serial = device["SerialNumber"]
with open(path("code.png"), "rb") as picture:
    assert picture.read(8) == b"\x89PNG\r\n\x1a\n"
with open(path("seed.txt")) as text:
    seed = text.read().strip()
enable = ("enable-mfa-device", "--user-name", "ann", "--serial-number", serial)
refused("InvalidAuthenticationCode", *enable, "--authentication-code1", "000000", "--authentication-code2", "000000")
iam(*enable, "--authentication-code1", code(seed, -1), "--authentication-code2", code(seed))
assigned, free = together(
    lambda: iam("list-virtual-mfa-devices", "--assignment-status", "Assigned")["VirtualMFADevices"],
    lambda: iam("list-virtual-mfa-devices", "--assignment-status", "Unassigned")["VirtualMFADevices"],
)
assert [device["User"]["UserName"] for device in assigned] == ["ann"], assigned
assert [device["SerialNumber"].endswith("/code") for device in free] == [True], free
works("a virtual MFA device")

# ---- certificates and keys made with other people's tools ----
subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=site.example"]
    + ["-keyout", path("key.pem"), "-out", path("cert.pem")],
    check=True,
    capture_output=True,
)
subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", path("ssh")], check=True)
upload = ("upload-server-certificate", "--server-certificate-name", "site", "--certificate-body", f"file://{path('cert.pem')}")
server, signing, ssh = together(
    lambda: iam(*upload, "--private-key", f"file://{path('key.pem')}")["ServerCertificateMetadata"],
    lambda: iam("upload-signing-certificate", "--user-name", "ann", "--certificate-body", f"file://{path('cert.pem')}")["Certificate"],
    lambda: iam("upload-ssh-public-key", "--user-name", "ann", "--ssh-public-key-body", f"file://{path('ssh.pub')}")["SSHPublicKey"],
)
assert server["Arn"].endswith(":server-certificate/site") and signing["Status"] == "Active", (server, signing)
shown = subprocess.run(["ssh-keygen", "-l", "-E", "md5", "-f", path("ssh.pub")], check=True, capture_output=True, text=True).stdout
assert f"MD5:{ssh['Fingerprint']} " in shown, (ssh, shown)
works("certificates and SSH keys")

# ---- providers, and credentials for one service ----
oidc, git = together(
    lambda: iam("create-open-id-connect-provider", "--url", "https://id.example", "--client-id-list", "app")["OpenIDConnectProviderArn"],
    lambda: iam("create-service-specific-credential", "--user-name", "ann", "--service-name", "codecommit.amazonaws.com"),
)
assert iam("get-open-id-connect-provider", "--open-id-connect-provider-arn", oidc)["ClientIDList"] == ["app"]
assert git["ServiceSpecificCredential"]["ServiceUserName"].startswith("ann-at-"), git
works("providers and service-specific credentials")

# ---- who used what ----
key = iam("create-access-key", "--user-name", "ann")["AccessKey"]
own = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"], "AWS_SESSION_TOKEN": ""}
iam("put-user-policy", "--user-name", "ann", "--policy-name", "own", "--policy-document", document(["iam:*", "s3:GetObject"], Resource="*"))
iam("list-users", env=own)
refused("ReportNotPresent", "get-credential-report")
assert iam("generate-credential-report")["State"] == "STARTED"
assert iam("generate-credential-report")["State"] == "COMPLETE"
report = iam("get-credential-report")
assert report["ReportFormat"] == "text/csv", report
rows = list(csv.DictReader(io.StringIO(base64.b64decode(report["Content"]).decode())))
assert [row["user"] for row in rows] == ["<root_account>", "ann"], rows
assert [rows[1][column] for column in ("mfa_active", "access_key_1_last_used_service", "cert_1_active")] == ["true", "iam", "true"], rows[1]
works("the credential report")

job = iam("generate-service-last-accessed-details", "--arn", user["Arn"])["JobId"]
details = iam("get-service-last-accessed-details", "--job-id", job)
assert details["JobStatus"] == "COMPLETED", details
assert [(service["ServiceNamespace"], service["TotalAuthenticatedEntities"]) for service in details["ServicesLastAccessed"]] == [
    ("iam", 1),
    ("s3", 0),
], details
works("access advisor")

simulated = iam(
    "simulate-principal-policy",
    *("--policy-source-arn", user["Arn"], "--action-names", "s3:GetObject", "s3:PutObject"),
    *("--resource-arns", "arn:aws:s3:::box/key"),
)["EvaluationResults"]
assert [result["EvalDecision"] for result in simulated] == ["allowed", "implicitDeny"], simulated
assert simulated[0]["MatchedStatements"][0]["SourcePolicyId"] == "user_ann_own", simulated
works("the simulator")

refused("DeleteConflict", "delete-user", "--user-name", "ann")
assert iam("list-account-aliases")["AccountAliases"] == ["example-corp"]
works("deletion conflicts")

print("done")
