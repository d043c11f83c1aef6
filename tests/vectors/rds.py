"""Makes passwords for RDS with botocore's own signer: the vectors that the gateway's are compared with.

    .tools/clients/venv/bin/python tests/vectors/rds.py      # writes them anew, after a change here or of botocore

`tests/test_sigv4.py` fails when what is committed is not what the installed botocore makes.
"""

import datetime
import json
from pathlib import Path
from unittest import mock

import botocore
import botocore.session

FILE = Path(__file__).resolve().parents[2] / "crates/engine/src/cloud/aws/rds_vectors.json"
NOW = "20260102T030405Z"
# AWS's own examples, which open nothing.
KEY_ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQ+a/b=="
HOST = "gateway.cluster-abc123.us-east-1.rds.amazonaws.com"


def case(name, **other):
    """A password that is wanted, and what it is signed with; what is not named is as in most."""
    usual = {"host": HOST, "port": 5432, "user": "gateway", "region": "us-east-1", "token": None, "now": NOW}
    return {"name": name, **usual, **other}


CASES = [
    case("plain"),
    case("session token", token=TOKEN),
    case("user with reserved characters", user="a b+c@d/e&f=g%h~i'j(k)*"),
    case("user with other letters", user="jürgen"),
    case("another port", port=6432),
    case("the default port of https", port=443),
    case("capital letters in the host", host="Gateway.Example.COM"),
    case("China", host="db.abc.cn-north-1.rds.amazonaws.com.cn", region="cn-north-1"),
    case("GovCloud", host="db.abc.us-gov-west-1.rds.amazonaws.com", region="us-gov-west-1"),
    case("leap day", now="20280229T235959Z"),
]


def signed(wanted):
    """The case with the password that botocore makes."""
    now = datetime.datetime.strptime(wanted["now"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    session = botocore.session.Session()
    session.set_credentials(KEY_ID, SECRET, wanted["token"])
    client = session.create_client("rds", region_name=wanted["region"])
    with mock.patch("botocore.auth.get_current_datetime", lambda *_, **__: now):
        password = client.generate_db_auth_token(wanted["host"], wanted["port"], wanted["user"], wanted["region"])
    assert f"X-Amz-Date={wanted['now']}&" in password
    return {**wanted, "unix": int(now.timestamp()), "password": password}


def vectors():
    """Everything but the date on which it was written."""
    return {
        "botocore": botocore.__version__,
        "access_key_id": KEY_ID,
        "secret_access_key": SECRET,
        "vectors": [signed(one) for one in CASES],
    }


if __name__ == "__main__":
    made = {"made_by": "tests/vectors/rds.py", "date": datetime.date.today().isoformat(), **vectors()}
    FILE.write_text(json.dumps(made, indent=1, ensure_ascii=True) + "\n")
    print(f"{len(made['vectors'])} vectors of botocore {made['botocore']} written")
