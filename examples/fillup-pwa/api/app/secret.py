"""The connection URL of the database, as Secrets Manager has it. Rotation changes it while the function runs."""

from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from app.aws import create_client
from app.observability import logger


class SecretUnreadable(Exception):
    """The secret cannot be read, so the database cannot be reached."""


class ConnectionSecret:
    """Read when it is first needed, and kept until it is renewed."""

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._url: str | None = None
        limits = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
        self._client = create_client("secretsmanager", config=limits)

    def parameters(self) -> dict[str, Any]:
        """How to connect. libpq's own parser decodes the password; parameters of the URL, such as sslmode, stay as given."""
        if self._url is None:
            self._url = self._read()
        try:
            return dict(conninfo_to_dict(self._url))
        except ProgrammingError:
            # the parser's message repeats the URL, and with it the password
            raise SecretUnreadable("the secret is not a PostgreSQL connection URL") from None

    def renew(self) -> bool:
        """Read it again. Whether it has changed since; one that cannot be read now stays as it was."""
        before = self._url
        try:
            self._url = self._read()
        except SecretUnreadable as error:
            logger.warning("the secret could not be read again", reason=str(error.__cause__))
        return self._url != before

    def _read(self) -> str:
        try:
            return self._client.get_secret_value(SecretId=self._arn)["SecretString"]
        except (BotoCoreError, ClientError) as error:
            raise SecretUnreadable("the secret cannot be read") from error
