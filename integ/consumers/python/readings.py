"""What a stack's blocks tell about themselves, as outputs: so that all languages are seen to read the same."""

from aws_cdk import CfnOutput, Stack


class Readings:
    """Writes what was read."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def text(self, name: str, value: str) -> None:
        """A text."""
        CfnOutput(self._stack, name, value=value)

    def number(self, name: str, value: float) -> None:
        """A whole number."""
        CfnOutput(self._stack, name, value=str(int(value)))

    def truth(self, name: str, value: bool) -> None:
        """Yes or no."""
        CfnOutput(self._stack, name, value="yes" if value else "no")
