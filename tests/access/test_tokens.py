"""Authentication by token: a valid token identifies its caller; every invalid token gets the same refusal."""

import base64
import json
import time

import jwt
import pytest
import structlog
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.utils import base64url_encode

from service.errors import CredentialRefused
from service.security.jwks import verification_keys
from service.security.tokens import IdentityProvider, TokenAuthenticator
from tests.access.provider import AUDIENCE, EC, ISSUER, OTHER, RSA, SET, WEAK, claims, public, token


class FixedKeys:
    """Keys that need no fetch."""

    def __init__(self, body=SET):
        self.keys = verification_keys(body)

    def key(self, kid):
        return self.keys.get(kid)

    cached_key = key


def tokens(body=SET, **changed):
    """An authenticator for tokens of the provider."""
    options = {"algorithms": ("RS256", "ES256", "EdDSA"), "roles": "roles", "organisation": "organisation"}
    options |= {"manufacturers": "manufacturers"} | changed
    return TokenAuthenticator(IdentityProvider(ISSUER, AUDIENCE, **options), FixedKeys(body))


@pytest.mark.parametrize("kid", ["rsa", "ec", "ed"])
def test_a_valid_token_identifies_its_caller(kid):
    """With each accepted algorithm."""
    caller = tokens().authenticate(token(kid, roles=["manufacturer", "ssc"], manufacturers=["fe:01", "FE02"]))
    assert (caller.name, caller.organisation) == ("token user-7", "A Supplier Ltd")
    assert (caller.roles, caller.manufacturers) == ({"manufacturer", "ssc"}, {"FE01", "FE02"})
    assert caller.signed_in


def test_a_verified_token_is_remembered_until_it_ends(monkeypatch):
    """Or until the provider's keys are fetched again: then it is verified by the new ones."""
    authenticator, text = tokens(), token()
    assert authenticator.cached_caller(text) is None
    assert not authenticator.proven_before(text)
    caller = authenticator.authenticate(text)
    assert authenticator.cached_caller(text) is caller
    assert authenticator.cached_caller(token(jti="another")) is None
    authenticator._keys.keys = verification_keys(SET)
    assert authenticator.cached_caller(text) is None
    assert authenticator.proven_before(text)
    authenticator.authenticate(text)
    assert authenticator.cached_caller(text) == caller
    authenticator._keys.keys = {}
    with pytest.raises(CredentialRefused):
        authenticator.authenticate(text)
    assert not authenticator.proven_before(text)
    authenticator._keys.keys = verification_keys(SET)
    authenticator.authenticate(text)
    end = time.time() + 300 + 31
    monkeypatch.setattr(time, "time", lambda: end)
    assert authenticator.cached_caller(text) is None
    assert not authenticator.proven_before(text)


@pytest.mark.parametrize("text", ["", "...", "a.b.c", "x.W10.y", "x.eyJzdWIiOjd9.y", "x." + "W" * 20_000 + ".y"])
def test_a_malformed_token_claims_no_identity(text):
    """Failures of such tokens count together."""
    assert tokens().claimed_identity(text) == ""
    assert tokens().claimed_identity(token(key=OTHER)) == "token user-7"


@pytest.mark.parametrize(
    ("claim_values", "roles", "codes"),
    [
        ({"roles": "party ssc"}, {"party", "ssc"}, set()),
        ({"roles": ["SECAS"]}, {"secas"}, set()),
        ({"roles": ["admin", "root", "", 7, None, {"a": 1}, ["ssc"]]}, set(), set()),
        ({"roles": None}, set(), set()),
        ({"roles": {"ssc": True}}, set(), set()),
        ({"roles": 7}, set(), set()),
        ({"roles": ["party"] * 300 + ["ssc"]}, {"party"}, set()),
        ({"manufacturers": "FE01 FE:02"}, {"party"}, {"FE01", "FE02"}),
        ({"manufacturers": ["", "FE0", "*", "FE01*", "' OR 1", 65025]}, {"party"}, set()),
        ({"manufacturers": {"FE01": 1}}, {"party"}, set()),
        ({"organisation": ["A", "B"]}, {"party"}, set()),
    ],
)
def test_invalid_claims_give_no_rights(claim_values, roles, codes):
    """Claims of the wrong type or with unknown values are ignored."""
    caller = tokens().authenticate(token(**claim_values))
    assert (caller.roles, caller.manufacturers) == (roles, codes)


def test_claims_may_be_nested():
    """Some providers nest roles by client."""
    authenticator = tokens(roles="resource.pathways.roles", organisation="company.name")
    caller = authenticator.authenticate(token(resource={"pathways": {"roles": ["ssc"]}}, company={"name": "X & Y"}))
    assert (caller.roles, caller.organisation) == ({"ssc"}, "X & Y")
    assert authenticator.authenticate(token(resource="pathways")).roles == frozenset()


def unchecked_token(head, payload=None, signature=b""):
    """A token that no library would create."""
    parts = [json.dumps(head).encode(), json.dumps(payload or claims()).encode(), signature]
    return b".".join(base64url_encode(part) for part in parts).decode()


def confused_token(kid, key):
    """A token signed with the public key as an HMAC secret (algorithm confusion)."""
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = {"alg": "HS256", "typ": "JWT", "kid": kid}
    signed = ".".join(unchecked_token(head).split(".")[:2])
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signed.encode(), pem)
    return f"{signed}.{base64url_encode(signature).decode()}"


def altered_token(text):
    """A valid token with other claims under its signature."""
    head, _, signature = text.split(".")
    payload = base64url_encode(json.dumps(claims(roles=["ssc", "secas"])).encode()).decode()
    return f"{head}.{payload}.{signature}"


NOW = time.time
ATTACKS = {
    "expired": lambda: token(exp=int(NOW()) - 31),
    "not yet": lambda: token(nbf=int(NOW()) + 60),
    "issued in the future": lambda: token(iat=int(NOW()) + 600),
    "without end": lambda: token(exp=None),
    "ends at no number": lambda: token(exp="never"),
    "other audience": lambda: token(aud="another-service"),
    "no audience": lambda: token(aud=None),
    "audiences, none ours": lambda: token(aud=["a", "b"]),
    "audience nearly ours": lambda: token(aud=AUDIENCE + "/"),
    "other issuer": lambda: token(iss="https://evil.example/"),
    "issuer without its slash": lambda: token(iss=ISSUER.rstrip("/")),
    "issuer as list": lambda: token(iss=[ISSUER]),
    "no issuer": lambda: token(iss=None),
    "no subject": lambda: token(sub=None),
    "empty subject": lambda: token(sub=""),
    "blank subject": lambda: token(sub=" \t"),
    "invisible subject": lambda: token(sub="\u200b\u00a0"),
    "number as subject": lambda: token(sub=7),
    "other key": lambda: token(key=OTHER),
    "unknown kid": lambda: token("gone"),
    "no kid": lambda: jwt.encode(claims(), RSA, "RS256"),
    "kid of another kind of key": lambda: token(head={"kid": "ec"}),
    "kid as path": lambda: token("../../dev/null"),
    "kid as list": lambda: unchecked_token({"alg": "RS256", "kid": ["rsa"]}),
    "weak key": lambda: token("weak", key=WEAK, algorithm="RS256"),
    "alg none": lambda: unchecked_token({"alg": "none", "kid": "rsa"}),
    "alg None": lambda: unchecked_token({"alg": "None", "kid": "rsa"}, signature=b"x"),
    "no alg": lambda: unchecked_token({"kid": "rsa"}),
    "alg as list": lambda: unchecked_token({"alg": ["RS256"], "kid": "rsa"}),
    "HS256 by the RSA key": lambda: confused_token("rsa", RSA),
    "HS256 by the EC key": lambda: confused_token("ec", EC),
    "RS512, which is not taken": lambda: token(algorithm="RS512"),
    "PS256, which is not taken": lambda: token(algorithm="PS256"),
    "altered claims": lambda: altered_token(token()),
    "no signature": lambda: token().rpartition(".")[0] + ".",
    "signature cut": lambda: token()[:-8],
    "own key in the head": lambda: token(head={"jwk": public("x", OTHER)}, key=OTHER),
    "address of keys in the head": lambda: token(head={"jku": "https://evil.example/keys"}, key=OTHER),
    "a demand that is not understood": lambda: token(head={"crit": ["b64"], "b64": False}),
    "two parts": lambda: ".".join(token().split(".")[:2]),
    "five parts": lambda: token() + ".x.y",
    "no token": lambda: "hello",
    "dots": lambda: "...",
    "nothing": lambda: "",
    "long": lambda: token(pad="x" * 20_000),
    "deep": lambda: deeply_nested_token(),
    "no JSON": lambda: base64.urlsafe_b64encode(b"{").decode() + "." + token().split(".", 1)[1],
    "a list for a head": lambda: unchecked_token(["RS256"]),
    "no text": lambda: "\xff\xfe." * 3,
}


def deeply_nested_token():
    """A deeply nested header, within the accepted length."""
    head = base64url_encode(b'{"alg":' + b"[" * 5_000 + b"]" * 5_000 + b"}").decode()
    return f"{head}.{token().split('.', 1)[1]}"


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_bad_token_is_not_accepted(attack):
    """The detail is the same for all; the reason is logged, without the token."""
    text = ATTACKS[attack]()
    with structlog.testing.capture_logs() as logged, pytest.raises(CredentialRefused) as refused:
        tokens().authenticate(text)
    assert refused.value.detail == "The API key or token was rejected: it is malformed, unknown, expired or revoked."
    assert refused.value.extra == {}
    assert [line["event"] for line in logged] == ["token refused"]
    assert len(text) < 20 or text[-20:] not in str(logged)


def test_a_clock_difference_of_half_a_minute_is_accepted():
    """In both directions."""
    assert tokens().authenticate(token(exp=int(time.time()) - 25)).name == "token user-7"
    assert tokens().authenticate(token(nbf=int(time.time()) + 25, iat=int(time.time()) + 25)).name == "token user-7"


def test_an_algorithm_excluded_by_the_setting_is_refused():
    """Even if the provider publishes its key."""
    only = tokens(algorithms=("ES256",))
    assert only.authenticate(token("ec")).name == "token user-7"
    with pytest.raises(CredentialRefused):
        only.authenticate(token("rsa"))


def test_only_public_signing_keys_are_accepted():
    """Secret, private, encryption, unnamed and malformed keys are ignored."""
    published = [
        {"kty": "oct", "kid": "oct", "k": "c2VjcmV0", "alg": "HS256"},
        public("enc", RSA, use="enc"),
        public("private", RSA) | {"d": "AQAB"},
        {**public("x", RSA), "kid": 7},
        {name: value for name, value in public("x", RSA).items() if name != "kid"},
        public("", RSA),
        {"kty": "EC", "kid": "odd", "crv": "P-999", "x": "AA", "y": "AA"},
        {"kty": "RSA", "kid": "broken", "n": "!", "e": "?"},
        {"kty": "RSA", "kid": "numbers", "n": 7, "e": 3},
        {"kty": "EC", "kid": "no point", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "new", "kid": "new"},
        "text",
        public("good", RSA, use="sig"),
    ]
    assert verification_keys(json.dumps({"keys": published}).encode()).keys() == {"good"}


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'{"keys": {}}', b"\xff", b"<html>"])
def test_an_invalid_key_set_is_refused(body):
    """The cache keeps the former keys."""
    with pytest.raises(ValueError):
        verification_keys(body)


def test_a_key_is_used_only_for_its_algorithm():
    """The `alg` member of a published key restricts the algorithm."""
    body = json.dumps({"keys": [public("rsa", RSA, alg="RS512")]}).encode()
    with pytest.raises(CredentialRefused):
        tokens(body).authenticate(token("rsa"))
