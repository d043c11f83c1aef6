"""The committed SigV4 vectors against the installed botocore. Rust compares the gateway's signer with the same files."""

import json

import pytest
from vectors import rds, sigv4


@pytest.mark.parametrize("source", [sigv4, rds], ids=["sigv4", "rds"])
def test_the_vectors_are_what_botocore_signs(source):
    """Every field but the origin, so that a change of botocore's signer or version is seen here."""
    committed = json.loads(source.FILE.read_text())
    made = source.vectors()
    assert {name: committed[name] for name in made} == made, f"write them anew: {committed['made_by']}"
    assert set(committed) - set(made) == {"made_by", "date"}
