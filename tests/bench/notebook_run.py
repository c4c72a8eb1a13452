from pathlib import Path

import torch


class NotebookRun:
    """What a notebook's author would write to call a demo: no store, no worker, no sharing."""

    device = "cuda:0" if torch.cuda.is_available() else "cpu"
    smoke = False

    def __init__(self, root):
        self.root, self.metrics = Path(root), {}

    def generator(self, seed):
        return torch.Generator().manual_seed(seed)

    def load(self, loader, model, **options):
        loaded = loader.from_pretrained(self.root / "demos" / "weights" / model, local_files_only=True, **options)
        return loaded.to(self.device).eval() if isinstance(loaded, torch.nn.Module) else loaded

    def input(self, path):
        return self.root / path

    def progress(self, done, total, note=""):
        pass

    def metric(self, name, value):
        self.metrics[name] = value
