"""Tokens: a good one makes its caller known; of every kind of bad one it is said that it is not accepted."""

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


class Published:
    """Keys that need not be fetched."""

    def __init__(self, body=SET):
        self.keys = verification_keys(body)

    def key(self, kid):
        return self.keys.get(kid)

    cached_key = key


def tokens(body=SET, **changed):
    """What recognises tokens of the provider."""
    said = {"algorithms": ("RS256", "ES256", "EdDSA"), "roles": "roles", "organisation": "organisation"}
    said |= {"manufacturers": "manufacturers"} | changed
    return TokenAuthenticator(IdentityProvider(ISSUER, AUDIENCE, **said), Published(body))


@pytest.mark.parametrize("kid", ["rsa", "ec", "ed"])
def test_a_token_makes_its_caller_known(kid):
    """By any algorithm that is taken."""
    caller = tokens().authenticate(token(kid, roles=["manufacturer", "ssc"], manufacturers=["fe:01", "FE02"]))
    assert (caller.name, caller.organisation) == ("token user-7", "A Supplier Ltd")
    assert (caller.roles, caller.manufacturers) == ({"manufacturer", "ssc"}, {"FE01", "FE02"})
    assert tokens().cached_caller(token(kid)).roles == {"party"}


@pytest.mark.parametrize(
    ("said", "roles", "codes"),
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
def test_what_is_no_role_and_no_code_gives_nothing(said, roles, codes):
    """Claims are read as they are meant, or not at all."""
    caller = tokens().authenticate(token(**said))
    assert (caller.roles, caller.manufacturers) == (roles, codes)


def test_claims_may_stand_within_others():
    """As providers have it who keep roles by client."""
    taken = tokens(roles="resource.pathways.roles", organisation="company.name")
    caller = taken.authenticate(token(resource={"pathways": {"roles": ["ssc"]}}, company={"name": "X & Y"}))
    assert (caller.roles, caller.organisation) == ({"ssc"}, "X & Y")
    assert taken.authenticate(token(resource="pathways")).roles == frozenset()


def by_hand(head, said=None, signature=b""):
    """A token that no library would make."""
    parts = [json.dumps(head).encode(), json.dumps(said or claims()).encode(), signature]
    return b".".join(base64url_encode(part) for part in parts).decode()


def confused(kid, key):
    """Signed with the public key, which everybody has, as if it were a secret of both sides."""
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = {"alg": "HS256", "typ": "JWT", "kid": kid}
    signed = ".".join(by_hand(head).split(".")[:2])
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signed.encode(), pem)
    return f"{signed}.{base64url_encode(signature).decode()}"


def altered(text):
    """A good token, with other claims under its signature."""
    head, _, signature = text.split(".")
    said = base64url_encode(json.dumps(claims(roles=["ssc", "secas"])).encode()).decode()
    return f"{head}.{said}.{signature}"


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
    "other key": lambda: token(key=OTHER),
    "unknown kid": lambda: token("gone"),
    "no kid": lambda: jwt.encode(claims(), RSA, "RS256"),
    "kid of another kind of key": lambda: token(head={"kid": "ec"}),
    "kid as path": lambda: token("../../dev/null"),
    "kid as list": lambda: by_hand({"alg": "RS256", "kid": ["rsa"]}),
    "weak key": lambda: token("weak", key=WEAK, algorithm="RS256"),
    "alg none": lambda: by_hand({"alg": "none", "kid": "rsa"}),
    "alg None": lambda: by_hand({"alg": "None", "kid": "rsa"}, signature=b"x"),
    "no alg": lambda: by_hand({"kid": "rsa"}),
    "alg as list": lambda: by_hand({"alg": ["RS256"], "kid": "rsa"}),
    "HS256 by the RSA key": lambda: confused("rsa", RSA),
    "HS256 by the EC key": lambda: confused("ec", EC),
    "RS512, which is not taken": lambda: token(algorithm="RS512"),
    "PS256, which is not taken": lambda: token(algorithm="PS256"),
    "altered claims": lambda: altered(token()),
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
    "deep": lambda: by_hand_deep(),
    "no JSON": lambda: base64.urlsafe_b64encode(b"{").decode() + "." + token().split(".", 1)[1],
    "a list for a head": lambda: by_hand(["RS256"]),
    "no text": lambda: "\xff\xfe." * 3,
}


def by_hand_deep():
    """A head of many levels, within the length that is taken."""
    head = base64url_encode(b'{"alg":' + b"[" * 5_000 + b"]" * 5_000 + b"}").decode()
    return f"{head}.{token().split('.', 1)[1]}"


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_bad_token_is_not_accepted(attack):
    """The same words for all of them; why is logged, without the token."""
    text = ATTACKS[attack]()
    with structlog.testing.capture_logs() as logged, pytest.raises(CredentialRefused) as refused:
        tokens().authenticate(text)
    assert refused.value.detail == "The API key or token was rejected: it is malformed, unknown, expired or revoked."
    assert refused.value.extra == {}
    assert [line["event"] for line in logged] == ["token refused"]
    assert len(text) < 20 or text[-20:] not in str(logged)


def test_clocks_may_differ_a_little():
    """By half a minute, both ways."""
    assert tokens().authenticate(token(exp=int(time.time()) - 25)).name == "token user-7"
    assert tokens().authenticate(token(nbf=int(time.time()) + 25, iat=int(time.time()) + 25)).name == "token user-7"


def test_an_algorithm_that_is_set_off_is_not_taken():
    """Though its key is published."""
    only = tokens(algorithms=("ES256",))
    assert only.authenticate(token("ec")).name == "token user-7"
    with pytest.raises(CredentialRefused):
        only.authenticate(token("rsa"))


def test_of_what_a_provider_publishes_only_what_verifies_is_taken():
    """No secret, no private half, no key for another use, none without a name; what is not known is passed over."""
    strange = [
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
    assert verification_keys(json.dumps({"keys": strange}).encode()).keys() == {"good"}


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'{"keys": {}}', b"\xff", b"<html>"])
def test_what_is_no_set_of_keys_is_refused(body):
    """And the former ones stay."""
    with pytest.raises(ValueError):
        verification_keys(body)


def test_a_key_bound_to_another_algorithm_is_not_used_for_this_one():
    """A provider may say for what a key is."""
    body = json.dumps({"keys": [public("rsa", RSA, alg="RS512")]}).encode()
    with pytest.raises(CredentialRefused):
        tokens(body).authenticate(token("rsa"))
