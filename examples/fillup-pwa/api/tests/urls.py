"""Connection URLs as they come out of AWS Secrets Manager."""

from urllib.parse import quote


def postgres_url(user: str, password: str, host: str, port: int, database: str, sslmode: str) -> str:
    return f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@{host}:{port}/{database}?sslmode={sslmode}"
