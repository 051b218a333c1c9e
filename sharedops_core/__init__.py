"""sharedops: the rules, the memory, the acts and the reports of a shared service centre."""

__version__ = "0.1.0"
