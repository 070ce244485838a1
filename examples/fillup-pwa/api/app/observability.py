"""Log lines and metrics, as CloudWatch Logs takes them: JSON on standard output."""

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from app.settings import read_settings

settings = read_settings()
# service and namespace come from POWERTOOLS_SERVICE_NAME and POWERTOOLS_METRICS_NAMESPACE
logger = Logger(level=settings.log_level, environment=settings.environment, serialize_stacktrace=False)
metrics = Metrics()
# environments that share an account and a region must not add up
metrics.set_default_dimensions(environment=settings.environment)


def count(name: str, number: int = 1) -> None:
    metrics.add_metric(name, MetricUnit.Count, number)


def response_time(seconds: float) -> None:
    metrics.add_metric("ResponseTime", MetricUnit.Milliseconds, round(seconds * 1000, 1))


def flush_metrics() -> None:
    """Write what was measured as one line; none if nothing was."""
    if metrics.metric_set:
        metrics.flush_metrics()
