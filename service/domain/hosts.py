"""Tells whether a host is this machine."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Returns whether a host is a loopback address or `localhost`."""
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
