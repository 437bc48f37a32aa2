"""What scripts that drive IAM with the AWS CLI share."""

import concurrent.futures
import json
import os
import subprocess


def run(args, expect=0, env=None):
    command = ["aws", *args]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})})
    assert done.returncode == expect, f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout if expect == 0 else done.stderr


def iam(*args, env=None):
    out = run(["iam", *args, "--output", "json"], env=env)
    return json.loads(out) if out.strip() else None


def refused(code, *args):
    error = run(["iam", *args], expect=255)
    assert f"({code})" in error, error
    return error


def together(*calls):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def works(what):
    print(f"ok {what}", flush=True)
