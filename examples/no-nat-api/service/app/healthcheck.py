"""`python -m app.healthcheck`: exit 0 if the service in this container answers; the image needs no curl."""

import http.client
import os
import sys


def main() -> int:
    host = os.environ.get("HOST", "0.0.0.0")
    target = "127.0.0.1" if host in ("", "0.0.0.0") else host
    connection = http.client.HTTPConnection(target, int(os.environ.get("PORT", "8000")), timeout=3)
    try:
        connection.request("GET", "/live")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        print(f"no answer from {target}: {error}", file=sys.stderr)
        return 1
    finally:
        connection.close()
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
