"""The committed SigV4 vectors against the installed botocore. Rust compares the gateway's signer with the same file."""

import json

from vectors import sigv4


def test_the_vectors_are_what_botocore_signs():
    """Every field but the origin, so that a change of botocore's signer or version is seen here."""
    committed = json.loads(sigv4.FILE.read_text())
    made = sigv4.vectors()
    assert {name: committed[name] for name in made} == made, "write them anew: tests/vectors/sigv4.py"
    assert set(committed) - set(made) == {"made_by", "date"}
