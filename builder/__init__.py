"""studylog: a static site generator for annotated study logs with recorded demos."""

__version__ = "0.1.0"
