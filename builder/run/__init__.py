"""Demos: read them, decide what must be run, run it in workers, keep what came out."""
