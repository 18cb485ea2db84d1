"""Firmware Pathways: answers from which firmware of a smart meter to which an upgrade leads, and in what order."""

VERSION = "0.1.0"
"""The version of the service, of its command line and of its HTTP interface."""
