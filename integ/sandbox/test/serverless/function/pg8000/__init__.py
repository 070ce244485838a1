"""As a bundle for another Python has it: what requirements.txt names comes before."""

raise ImportError("built for another Python")
