"""`python -m app`: serve on HOST and PORT until SIGTERM."""

import uvicorn

from app.main import app, settings

uvicorn.run(
    app,
    host=settings.host,
    port=settings.port,
    log_config=None,
    access_log=False,
    server_header=False,
    # longer than the 60 s after which the load balancer closes an idle connection: were it shorter, the balancer could send
    # a request into a connection that the service is closing, and answer 502
    timeout_keep_alive=75,
    # after SIGTERM: no new connections, requests in progress have this long; ECS kills the task after 30 s
    timeout_graceful_shutdown=25,
)
