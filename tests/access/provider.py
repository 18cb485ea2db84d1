"""An identity provider of the test's own: keys, tokens, and a server that publishes keys and may misbehave."""

import json
import threading
import time
import warnings
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.warnings import InsecureKeyLengthWarning

ISSUER, AUDIENCE = "https://provider.example/", "firmware-pathways"
RSA = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 2048)
WEAK = rsa.generate_private_key(65537, 1024)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
PRIVATE = {"rsa": (RSA, "RS256"), "ec": (EC, "ES256"), "ed": (ED, "EdDSA")}


def public(kid, key, **more):
    """A key as a provider publishes it."""
    kind = {"rsa": RSAAlgorithm, "ec": ECAlgorithm, "ed": OKPAlgorithm}[
        "rsa" if isinstance(key, rsa.RSAPrivateKey) else "ec" if isinstance(key, ec.EllipticCurvePrivateKey) else "ed"
    ]
    return kind.to_jwk(key.public_key(), as_dict=True) | {"kid": kid} | more


def jwks(**keys):
    """A set of them, as text."""
    return json.dumps({"keys": [public(kid, key) for kid, key in keys.items()]}).encode()


SET = jwks(rsa=RSA, ec=EC, ed=ED, weak=WEAK)


def claims(**changed):
    """What a good token says, changed; None leaves a claim out."""
    now = int(time.time())
    said = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "user-7",
        "iat": now,
        "exp": now + 300,
        "roles": ["party"],
        "organisation": "A Supplier Ltd",
    }
    return {name: value for name, value in (said | changed).items() if value is not None}


def token(kid="rsa", head=None, key=None, algorithm=None, **changed):
    """A token that a provider signs, with claims changed."""
    private, usual = PRIVATE.get(kid, (RSA, "RS256"))
    said = json.dumps(claims(**changed)).encode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)
        return jwt.PyJWS().encode(said, key or private, algorithm or usual, {"kid": kid} | (head or {}))


@contextmanager
def serving(answer):
    """Serves GET by a function of the handler; gives the address, and the list of what was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            with suppress(OSError):  # whoever asked has gone
                answer(self)

        def log_message(self, *said):
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/keys?v=1", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def saying(body, status=200, **headers):
    """What answers with a body."""

    def answer(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer
