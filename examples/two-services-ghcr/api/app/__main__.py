"""`python -m app`: serve on HOST and PORT until SIGTERM."""

import os

import uvicorn

uvicorn.run(
    "app.main:app",
    host=os.environ.get("HOST", "0.0.0.0"),
    port=int(os.environ.get("PORT", "8000")),
    access_log=False,
    server_header=False,
    # longer than the 60 s after which the load balancer closes an idle connection, else it might send into one that is being closed
    timeout_keep_alive=75,
    # less than the 30 s after which ECS kills
    timeout_graceful_shutdown=25,
)
