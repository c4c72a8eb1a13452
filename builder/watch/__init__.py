"""`studylog serve`: build, serve on 127.0.0.1, rebuild and reload when something changes.

Each page holds a stream open and hears of every new state: a new site makes it load again where it was; problems lie
over the last good site until they are mended; demos run beside all that, and their results come as soon as they are
recorded.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path

from builder.config import read_config
from builder.engine.workers import Workers
from builder.pipeline import Options, Policy
from builder.report import reporter_for
from builder.watch.changes import watch_files
from builder.watch.channel import Channel
from builder.watch.server import make_server
from builder.watch.workshop import Workshop

SERVED = ".build/served"  # not the published site: this one changes file by file


def serve(
    root: Path, *, port: int, policy: Policy, today: dt.date | None, opened: Callable[[str], object] | None
) -> None:
    """Serve until interrupted. Raises ConfigError if there is no log to serve."""
    root = read_config(root, today=today).root
    reporter, channel, stop = reporter_for(), Channel(), threading.Event()
    server = make_server(root / SERVED, port, channel)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    workers = Workers()
    workshop = Workshop(root, Options(run=policy, today=today, site_dir=root / SERVED), channel, reporter, workers)
    watch_files(root, workshop.changed, stop)
    workshop.build()
    reporter.said(f"serving {address} (Ctrl-C stops)")
    if opened is not None:
        opened(address)
    threading.Thread(target=workshop.build_for_ever, daemon=True).start()
    if policy == "always":
        workshop.due.set()
    try:
        workshop.run_for_ever()  # in this thread, so that Ctrl-C ends the demos in an orderly way
    finally:
        stop.set()
        workers.close()
        server.shutdown()
