#!/usr/bin/env python3
"""The unmodified russell-cli 0.7.8 on a current Python, speaking to a backend of ours.

    RUSSELL_URL=http://127.0.0.1:8080 python compat.py login -u alice

RUSSELL_URL is the one address for everything that the CLI knows as four hosts. Nothing of the package is edited; what
does not work any more is replaced while it runs, each with its reason below.
"""

import builtins
import json
import os
import sys
import warnings
from urllib.parse import urlsplit, urlunsplit

# The CLI imports distutils and pkg_resources, which warn of their own end.
warnings.filterwarnings("ignore")

SERVICE = os.environ.get("RUSSELL_URL", "http://127.0.0.1:8080").rstrip("/")


def forgiving_json():
    """Python 3.9 took `encoding` from json.loads; the CLI reads its own files with it."""
    loads = json.loads

    def forgiving(text, *args, encoding=None, **more):
        del encoding
        return loads(text, *args, **more)

    json.loads = forgiving


def here(url):
    """The address that the CLI means, at our service. What would leave for the old one ends the program."""
    import russell

    parts = urlsplit(url)
    service = urlsplit(SERVICE)
    if parts.hostname == russell.russell_fs_host:
        # The CLI spells the file server's addresses itself: with TLS, or with plain HTTP to the port of TLS, or
        # without its port.
        scheme = service.scheme
        if parts.scheme in ("ws", "wss"):
            scheme = {"http": "ws", "https": "wss"}[service.scheme]
        return urlunsplit(parts._replace(scheme=scheme, netloc=service.netloc))
    if (parts.hostname or "").endswith("russellcloud.com"):
        sys.exit("this would go to " + parts.hostname)
    return url


def our_service():
    """Our addresses in place of the CLI's, where it keeps them and where it makes them up."""
    import requests
    import russell
    import websocket

    for name in ("russell_host", "russell_web_host", "russell_cpu_host", "russell_gpu_host"):
        setattr(russell, name, SERVICE)

    request = requests.Session.request

    def requested(session, method, url, *args, **more):
        return request(session, method, here(url), *args, **more)

    requests.Session.request = requested

    class App(websocket.WebSocketApp):
        def __init__(self, url, *args, **more):
            super().__init__(here(url), *args, **more)

    websocket.WebSocketApp = App


def mended_commands():
    """What the CLI does wrong by itself on every Python 3, and the command that its release leaves out."""
    from russell.cli import experiment, project
    from russell.main import cli

    # `logs -O` writes bytes into a file opened for text.
    experiment.open = lambda path, mode="r": builtins.open(path, mode.replace("b", "") + "b")
    # `run --param` checks the values of a map(), which is empty when they are to be sent. The module is not the
    # package's attribute of this name: that is the command.
    sys.modules["russell.cli.run"].map = lambda *args: list(builtins.map(*args))
    cli.add_command(project.clone2)
    return cli


if __name__ == "__main__":
    forgiving_json()
    our_service()
    mended_commands()(prog_name="russell")
