"""Signs requests with botocore's own signer: the vectors that the gateway's SigV4 is compared with.

    .tools/clients/venv/bin/python tests/vectors/sigv4.py      # writes them anew, after a change here or of botocore

`tests/test_sigv4.py` fails when what is committed is not what the installed botocore signs.
"""

import datetime
import json
from pathlib import Path
from unittest import mock

import botocore
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

FILE = Path(__file__).resolve().parents[2] / "crates/engine/src/cloud/aws/vectors.json"
NOW = "20260102T030405Z"
# AWS's own examples, which open nothing.
KEY_ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQ+a/b=="
RUNTIME = "https://bedrock-runtime.us-east-1.amazonaws.com"
JSON = {"content-type": "application/json"}
HELLO = '{"messages":[{"role":"user","content":[{"text":"hello"}]}]}'
ARN = "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc123"


def case(name, url, body=HELLO, **other):
    """A request and what it is signed with; what is not named is as in most requests."""
    usual = {"method": "POST", "region": "us-east-1", "service": "bedrock", "token": None, "now": NOW, "headers": JSON}
    return {"name": name, **usual, "url": url, "body": body, **other}


CASES = [
    case("plain model id", f"{RUNTIME}/model/amazon.nova-pro/converse"),
    case("encoded colon", f"{RUNTIME}/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse"),
    case("raw colon", f"{RUNTIME}/model/anthropic.claude-3-5-sonnet-20240620-v1:0/converse"),
    case("encoded slash", f"{RUNTIME}/model/my%2Fmodel/converse-stream"),
    case("ARN", f"{RUNTIME}/model/{ARN}/converse"),
    case("ARN in small hex", f"{RUNTIME}/model/{ARN.lower()}/converse"),
    case("ARN with raw colons", f"{RUNTIME}/model/{ARN.replace('%3A', ':')}/converse"),
    case("reserved characters", f"{RUNTIME}/model/a~b_c-d.e!f$g&h'i(j)k*l+m,n;o=p@q/converse"),
    case("encoded unicode", f"{RUNTIME}/model/mod%C3%A8le%20%F0%9F%A6%80/converse"),
    case("encoded percent", f"{RUNTIME}/model/a%2525b/converse"),
    case("two slashes", f"{RUNTIME}//model//m/converse"),
    case("dot segments", f"{RUNTIME}/proxy/./x/../model/m/converse"),
    case("trailing slash", f"{RUNTIME}/model/m/converse/"),
    case("no path", RUNTIME, method="GET", body="", headers={}),
    case("session token", f"{RUNTIME}/model/m%3A0/converse", token=TOKEN),
    case("empty body", f"{RUNTIME}/model/m/converse", body=""),
    case("unicode body", f"{RUNTIME}/model/m/converse", body='{"text":"Grüße, 世界 🦀 \u2028"}'),
    case("large body", f"{RUNTIME}/model/m/converse", body="x" * 2_000),
    case("no content type", f"{RUNTIME}/model/m/invoke-with-response-stream", headers={}),
    case("spaces in a header", f"{RUNTIME}/model/m/converse", headers={"content-type": "application/json;   charset=utf-8"}),
    case(
        "AWS headers",
        f"{RUNTIME}/model/m/invoke",
        headers={**JSON, "x-amzn-bedrock-trace": "ENABLED", "x-amz-meta": "b", "x-amzn-bedrock-guardrailidentifier": "gr-1"},
    ),
    case("query", f"{RUNTIME}/inference-profiles?type=SYSTEM_DEFINED&maxResults=10", method="GET", body="", headers={}),
    case("query out of order", f"{RUNTIME}/p?b=2&a=1&b=1&B=3&empty=&flag", method="GET", body="", headers={}),
    case("query encoded", f"{RUNTIME}/p?next=a%2Fb%3D%3D&text=a%20b%C3%BC&tilde=~", method="GET", body="", headers={}),
    case("port", "http://127.0.0.1:4010/model/m%3A0/converse"),
    case("default port, TLS", f"{RUNTIME}:443/model/m/converse"),
    case("default port, plain", "http://vpce.example.com:80/model/m/converse"),
    case("the other default port", "https://vpce.example.com:80/model/m/converse"),
    case("IPv6", "http://[::1]:4010/model/m/converse"),
    case("path prefix", "https://proxy.example.com/bedrock/model/m%3A0/converse"),
    case("Frankfurt", "https://bedrock-runtime.eu-central-1.amazonaws.com/model/m/converse", region="eu-central-1"),
    case("GovCloud", "https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com/model/m/converse", region="us-gov-west-1"),
    case("China", "https://bedrock-runtime.cn-north-1.amazonaws.com.cn/model/m/converse", region="cn-north-1"),
    case("mantle", "https://bedrock-mantle.us-east-1.api.aws/v1/chat/completions", service="bedrock-mantle"),
    case("leap day", f"{RUNTIME}/model/m/converse", now="20280229T235959Z"),
]


def signed(wanted):
    """The case with the header that botocore signs it with."""
    now = datetime.datetime.strptime(wanted["now"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    request = AWSRequest(wanted["method"], wanted["url"], dict(wanted["headers"]), wanted["body"].encode())
    signer = botocore.auth.SigV4Auth(Credentials(KEY_ID, SECRET, wanted["token"]), wanted["service"], wanted["region"])
    with mock.patch("botocore.auth.get_current_datetime", lambda *_, **__: now):
        signer.add_auth(request)
    assert request.headers["X-Amz-Date"] == wanted["now"]
    return {**wanted, "unix": int(now.timestamp()), "authorization": request.headers["Authorization"]}


def vectors():
    """Everything but the date on which it was written."""
    return {
        "botocore": botocore.__version__,
        "access_key_id": KEY_ID,
        "secret_access_key": SECRET,
        "vectors": [signed(one) for one in CASES],
    }


if __name__ == "__main__":
    made = {"made_by": "tests/vectors/sigv4.py", "date": datetime.date.today().isoformat(), **vectors()}
    FILE.write_text(json.dumps(made, indent=1, ensure_ascii=True) + "\n")
    print(f"{len(made['vectors'])} vectors of botocore {made['botocore']} written")
