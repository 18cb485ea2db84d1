"""An identity provider for tests: keys, tokens, and a server that publishes the keys and may misbehave."""

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
    """A key as a JWK, as a provider publishes it."""
    kind = {"rsa": RSAAlgorithm, "ec": ECAlgorithm, "ed": OKPAlgorithm}[
        "rsa" if isinstance(key, rsa.RSAPrivateKey) else "ec" if isinstance(key, ec.EllipticCurvePrivateKey) else "ed"
    ]
    return kind.to_jwk(key.public_key(), as_dict=True) | {"kid": kid} | more


def jwks(**keys):
    """A JSON Web Key Set of these keys, as bytes."""
    return json.dumps({"keys": [public(kid, key) for kid, key in keys.items()]}).encode()


SET = jwks(rsa=RSA, ec=EC, ed=ED, weak=WEAK)


def claims(**changed):
    """The claims of a valid token with changes; None removes a claim."""
    now = int(time.time())
    values = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "user-7",
        "iat": now,
        "exp": now + 300,
        "roles": ["party"],
        "organisation": "A Supplier Ltd",
    }
    return {name: value for name, value in (values | changed).items() if value is not None}


def token(kid="rsa", head=None, key=None, algorithm=None, **changed):
    """A signed token with changed claims."""
    private, default_algorithm = PRIVATE.get(kid, (RSA, "RS256"))
    payload = json.dumps(claims(**changed)).encode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)
        return jwt.PyJWS().encode(payload, key or private, algorithm or default_algorithm, {"kid": kid} | (head or {}))


@contextmanager
def serving(answer):
    """Serves GET by a function of the handler; yields the URL and the list of requested paths."""
    paths = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            paths.append(self.path)
            with suppress(OSError):  # the client has disconnected
                answer(self)

        def log_message(self, *said):
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/keys?v=1", paths
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def respond_with(body, status=200, **headers):
    """A function that answers a request with this body."""

    def answer(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer
