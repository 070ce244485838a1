"""Paths that the emulator takes for itself, whoever is asked: behind a load balancer they belong to the service."""

import ministack.app as app

_OWN = "/_ministack/health"


def install() -> None:
    if _OWN not in app._HEALTH_PATHS:
        raise RuntimeError(f"the emulator no longer answers {_OWN}")
    app._HEALTH_PATHS = (_OWN,)
