"""What a notebook imports to belong to its log.

    from builder.notebook import run

    run.metric("entropy", entropy)               # a number for {{notebook.entropy}} and claims
    table = run.input("content/assets/x.csv")    # the path of a file named in `inputs:`
    model = run.load(GPT2LMHeadModel, "gpt2-mini")   # a model named in `models:`

`run` is what demos are given (see `builder.demo.Run`). In Jupyter it works as well: all files and models of the log are
at hand, nothing is recorded, and helpers of `demos/` can be imported.
"""

from __future__ import annotations

import sys

from builder.demo import Run
from builder.run.here import OpenRun, current_run

__all__ = ["run"]

run: Run = current_run()

if isinstance(run, OpenRun):
    sys.path.append(str(run.demos))
