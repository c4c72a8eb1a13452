"""Atheris on every parser, a share of the time each: `make fuzz`, or `python tests/faults/fuzz.py claims 60`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SECONDS = 20  # for each parser
FOUND = Path(".build/fuzz")  # inputs that crashed a parser


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one parser in this process; the process ends when the time is over, or at a crash with its input."""
    import atheris

    with atheris.instrument_imports(include=["builder", "yaml", "markdown_it"]):
        from parsers import PARSERS, PIECES

    def target(data: bytes) -> None:
        PARSERS[name](data.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode())

    FOUND.mkdir(parents=True, exist_ok=True)
    words = FOUND / f"{name}.dict"
    words.write_text("".join(f'"{_escaped(piece)}"\n' for piece in PIECES if piece.isascii()))
    options = [f"-max_total_time={seconds}", f"-dict={words}", "-max_len=2000", "-timeout=10", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={FOUND / name}-"], target)
    atheris.Fuzz()


def _escaped(piece: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in piece.encode())


def main(arguments: list[str]) -> int:
    """Fuzz the named parser, or all of them one after another in processes of their own."""
    if arguments:
        fuzz(arguments[0], int(arguments[1]) if arguments[1:] else SECONDS)
        return 0
    from parsers import PARSERS

    crashed = []
    for name in PARSERS:
        print(f"fuzzing {name}", flush=True)
        if subprocess.run([sys.executable, __file__, name], check=False).returncode:
            crashed.append(name)
    print(f"crashed: {', '.join(crashed)}; the inputs are in {FOUND}" if crashed else "no parser crashed")
    return int(bool(crashed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
