"""Every bar by id: proved by tests that inject the fault, or argued. `make faults`."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict

import pytest
from bars import ARGUED, BARS, ids_of, proofs


class Outcomes:
    """Collects how the tests of each bar ended."""

    def __init__(self) -> None:
        self.by_bar: dict[str, Counter[str]] = defaultdict(Counter)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test once, where its outcome is decided."""
        if report.when == "call" or report.outcome != "passed":
            for bar in ids_of(report.nodeid.rpartition("::")[2].partition("[")[0]):
                self.by_bar[bar][report.outcome] += 1


def verdict(bar: str, counts: Counter[str]) -> str:
    """How a bar stands; the words in capitals make the run fail."""
    if counts["failed"]:
        return f"FAILED ({counts['failed']} of {counts.total()})"
    if counts["passed"]:
        skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
        return f"passed ({counts['passed']}{skipped})"
    return "argued" if bar in ARGUED else "UNPROVED"


def main(arguments: list[str]) -> int:
    """Run the tests of all bars, or of those named; print the table; 1 if a bar is neither proved nor argued."""
    wanted = [bar for bar in BARS if not arguments or bar in arguments]
    found = proofs()
    tests = sorted({test for bar in wanted for test in found.get(bar, ())})
    outcomes = Outcomes()
    pytest.main(["-q", "--no-header", *tests], plugins=[outcomes])
    verdicts = {bar: verdict(bar, outcomes.by_bar[bar]) for bar in wanted}
    print()
    for bar in wanted:
        print(f"{bar:<4} {verdicts[bar]:<22} {BARS[bar]}")
        if bar in ARGUED:
            print(f"{'':<27} argued: {ARGUED[bar]}")
    bad = [bar for bar in wanted if verdicts[bar].split()[0].isupper()]
    print(f"\n{len(wanted) - len(bad)} of {len(wanted)} bars stand" + (f"; not: {', '.join(bad)}" if bad else ""))
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
