"""The description of the management API: it is valid, and of the requests that schemathesis makes from it, right and wrong
ones, none is answered with a fault of the gateway's."""

import subprocess
import sys
from pathlib import Path

import schemathesis

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
OPTIONS = [
    # the same requests each time; a failure is printed as a curl command
    "--generation-deterministic", "--max-examples", "5", "--workers", "1",
    "--phases", "examples,coverage,fuzzing", "--checks", "not_a_server_error", "--continue-on-failure",
    "--suppress-health-check", "all", "--warnings", "off", "--request-timeout", "20", "--no-color",
]


def test_the_description_is_valid(gateway):
    """As OpenAPI 3.1."""
    schemathesis.openapi.from_dict(gateway.call("GET", "/openapi.json").json).validate()


def test_no_request_is_a_fault_of_ours(gateway, tmp_path):
    """With the master key, so that requests come as far as they can."""
    headers = ["-H", f"Authorization: Bearer {gateway.master_key}"]
    command = [SCHEMATHESIS, "run", f"{gateway.url}/openapi.json", *headers, *OPTIONS]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{done.stdout[-20000:]}\n{done.stderr[-2000:]}"
    assert gateway.child.process.poll() is None
    assert gateway.call("GET", "/key/list").status == 200
