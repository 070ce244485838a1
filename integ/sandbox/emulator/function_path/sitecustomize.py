"""Loaded by each Python function and what it starts, before anything else: what a function finds on AWS and not on this machine.

- The packages of its `requirements.txt`, built for this machine's Python, come before those that its archive has.
- Programs of a layer are found at /opt.
- A client of `@connections` reaches the emulated WebSocket API, whose name does not resolve.
"""

import importlib.machinery
import os
import re
import subprocess
import sys

_API = re.compile(r"^https://(\w+)\.execute-api\.[\w.-]+")


class _PackagesFirst:
    """Finds top-level modules in the function's own packages before the archive, which stands first on the path."""

    folder = os.environ.get("SANDBOX_PACKAGES")

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return importlib.machinery.PathFinder.find_spec(name, [cls.folder], target) if cls.folder and path is None else None


class _Clients:
    """Changes botocore when the function loads it, whichever it brings."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != "botocore.session":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        load = spec.loader.exec_module

        def load_and_change(module):
            load(module)
            create = module.Session.create_client

            def create_client(self, *arguments, **options):
                url = options.get("endpoint_url")
                if url:
                    options["endpoint_url"] = _API.sub(lambda match: f"{os.environ['AWS_ENDPOINT_URL']}/_aws/execute-api/{match[1]}", url)
                return create(self, *arguments, **options)

            module.Session.create_client = create_client

        spec.loader.exec_module = load_and_change
        return spec


def _find_layers_at_opt(layers: list[str]) -> None:
    start = subprocess.Popen.__init__

    def start_found(self, command, *arguments, **options):
        if isinstance(command, (list, tuple)) and str(command[0]).startswith("/opt/") and not os.path.exists(command[0]):
            program = next((place for layer in layers if os.path.exists(place := layer + str(command[0]).removeprefix("/opt"))), None)
            if program:
                # a program that names the Python of AWS's machine runs with this one
                with open(program, "rb") as file:
                    command = [*([sys.executable] if file.read(2) == b"#!" else []), program, *command[1:]]
        start(self, command, *arguments, **options)

    subprocess.Popen.__init__ = start_found


sys.meta_path[:0] = [_Clients, _PackagesFirst]
if os.environ.get("_LAMBDA_LAYERS_DIRS"):
    _find_layers_at_opt(os.environ["_LAMBDA_LAYERS_DIRS"].split(os.pathsep))
