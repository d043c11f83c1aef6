"""The port with a certificate: what SDKs do over https only, ALPN, and the plain port beside it."""

import secrets

import pytest
import trustme

from conftest import BEDROCK_IDS, MODELS, Gateway, free_port, send, start_gateway, write_config
from test_clients import run_program

PROGRAMS = [
    ("boto3_py.py", {"AUTH": "bearer"}),  # boto3 sends bearer tokens over https only
    ("aws_js.mjs", {}),  # HTTP/2 by ALPN
    ("aws_js.mjs", {"HTTP1": "1"}),
    ("openai_py.py", {}),
    ("anthropic_py.py", {}),
]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """An authority of its own and a certificate for 127.0.0.1: the paths of the authority, the certificate and its key."""
    folder, authority = tmp_path_factory.mktemp("tls"), trustme.CA()
    leaf = authority.issue_cert("127.0.0.1", "localhost")
    paths = [str(folder / name) for name in ("ca.pem", "cert.pem", "key.pem")]
    authority.cert_pem.write_to_path(paths[0])
    for at, blob in enumerate(leaf.cert_chain_pems):
        blob.write_to_path(paths[1], append=at > 0)
    leaf.private_key_pem.write_to_path(paths[2])
    return paths


@pytest.fixture(scope="module")
def secure(tmp_path_factory, upstream, certificate):
    """A gateway that speaks TLS, and its plain port."""
    (upstream_url, log), folder = upstream, tmp_path_factory.mktemp("secure")
    master_key, plain_port = "sk-" + secrets.token_hex(20), free_port()
    config = write_config(folder, upstream_url)
    arguments = ["--config", config, "--host", "127.0.0.1", "--data-dir", str(folder / "data")]
    arguments += ["--tls-cert", certificate[1], "--tls-key", certificate[2]]
    child, url = start_gateway(folder, *arguments, plain_port=plain_port, TURNPIKE_MASTER_KEY=master_key)
    yield Gateway(url, master_key, log, child), f"http://127.0.0.1:{plain_port}"
    child.stop()


@pytest.fixture(scope="module")
def key(secure):
    """A virtual key, made at the plain port."""
    gateway, plain = secure
    headers = {"authorization": f"Bearer {gateway.master_key}"}
    answer = send(plain, "POST", "/key/generate", {"models": MODELS + BEDROCK_IDS}, headers)
    assert answer.status == 200, answer
    return answer.json["key"]


@pytest.mark.parametrize(("file", "mode"), PROGRAMS, ids=lambda value: value if isinstance(value, str) else "-".join(value))
def test_client_over_tls(secure, key, certificate, tmp_path, file, mode):
    """The programs trust the authority and nobody else."""
    trust = {"CA_BUNDLE": certificate[0], "SSL_CERT_FILE": certificate[0], "NODE_EXTRA_CA_CERTS": certificate[0]}
    run_program(secure[0], tmp_path, file, "via-bedrock", key, **mode, **trust)
