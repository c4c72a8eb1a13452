"""`studylog embed`: recording what the encoder makes of the entries, and what `check` and `status` say of vectors that are due."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from builder.config import CONFIG_NAME, ModelConfig, SiteConfig
from builder.errors import ConfigError, DemoError, Problem, Source, StoreError
from builder.model import Document
from builder.pages._templates import plural
from builder.parse.plaintext import plain_text
from builder.run import device as devices
from builder.run.encoder import Encoder
from builder.run.models import FoundModel, Models
from builder.run.recipe import Recipe, read_recipe
from builder.run.store import Store
from builder.run.vectors import FILE, MadeBy, name_of, read_vectors, write_vectors

CHUNK = 256  # texts after which the file is written: what is interrupted goes on from there
_CONFIG = Source(CONFIG_NAME)


@dataclass(frozen=True, slots=True)
class Survey:
    """What is to be done, by the digest of the text: entries that need a vector, vectors that stay, how many go."""

    due: Mapping[str, Document]
    kept: Mapping[str, bytes]
    dropped: int
    encoder: FoundModel
    made_by: MadeBy  # with what was recorded of those that stay

    @property
    def changes(self) -> bool:
        """Tell whether the file would change."""
        return bool(self.due or self.dropped)


@dataclass(frozen=True, slots=True)
class Embedded:
    """What was done: in which file, how long it took, and on which device, if any was needed."""

    path: str
    seconds: float
    device: str


def survey(config: SiteConfig, documents: Iterable[Document], *, force: bool = False) -> Survey:
    """Compare the recorded vectors with the entries.

    Raises: ConfigError if no encoder is configured, DemoError if it cannot be, StoreError if a vector is damaged.
    """
    if config.encoder is None:
        hint = "encoder: {repo: sentence-transformers/all-MiniLM-L6-v2, revision: COMMIT}"
        raise ConfigError(Problem(_CONFIG, "encoder", "no `encoder` is configured", hint))
    encoder = _find(config, config.encoder)
    vectors, damage = read_vectors(config.root)
    if damage:
        raise StoreError(*damage)
    texts = {document.text_digest: document for document in documents}
    way = _way(config.encoder, encoder, vectors.made_by)
    same = not force and vectors.made_by is not None and vectors.made_by.is_way_of(way)
    kept = {text: vector for text, vector in vectors.by_text.items() if same and text in texts}
    due = {text: document for text, document in texts.items() if text not in kept}
    dropped = len(vectors.by_text.keys() - texts.keys())
    return Survey(due, kept, dropped, encoder, vectors.made_by if same else way)


def embed_entries(config: SiteConfig, work: Survey, *, device: str, progress: Callable[[int], object]) -> Embedded:
    """Compute the vectors that are due and write them with those that stay. progress: told of so many more texts.

    Raises: DemoError if the encoder is not here or cannot be used, BuilderError if the file cannot be written.
    """
    started, used = time.monotonic(), ""
    made_by, vectors = work.made_by, dict(work.kept)
    with Store(config.root).writing():
        if work.due:
            encoder = _load(work.encoder, devices.slots(device)[0], made_by)
            used = encoder.device
            made_by = _also(made_by, used)
        for some in _chunks(work.due):
            vectors |= zip(some, encoder.encode([_text(document) for document in some.values()]), strict=True)
            write_vectors(config.root, made_by, vectors)
            progress(len(some))
        if not work.due:
            write_vectors(config.root, made_by, vectors)
    return Embedded(FILE, time.monotonic() - started, used)


def notes(config: SiteConfig, documents: Iterable[Document]) -> Iterator[Problem]:
    """What `check` and `status` say of vectors that are due; it harms nothing, since words say what is related as well."""
    if config.encoder is None:
        return
    vectors, _ = read_vectors(config.root)
    name, recorded = name_of(config.encoder), vectors.by_text if vectors.are_of(config.encoder) else {}
    lacking = sum(document.text_digest not in recorded for document in documents)
    if lacking:
        message = f"no vector by '{name}' for {plural(lacking, 'entry')}: only words say what is related"
        yield Problem(_CONFIG, "no-vector", message, "studylog embed", "note")
    try:
        way = _way(config.encoder, _find(config, config.encoder), vectors.made_by)
    except DemoError:
        return
    if recorded and not vectors.made_by.is_way_of(way):
        other = vectors.made_by.digests != way.digests
        how = f"by other weights of '{name}' than these" if other else f"otherwise than the files of '{name}' say"
        yield Problem(_CONFIG, "other-weights", f"the recorded vectors were made {how}", "studylog embed", "note")


def _find(config: SiteConfig, encoder: ModelConfig) -> FoundModel:
    name = encoder.repo or encoder.path
    return Models(config.root, {name: encoder}).find(name, _CONFIG)


def _way(encoder: ModelConfig, found: FoundModel, recorded: MadeBy | None) -> MadeBy:
    """How this encoder makes vectors; where it is not, as it made those that are recorded."""
    recipe = recorded if found.refusal and recorded else read_recipe(found.folder)
    return MadeBy(encoder=encoder, digests=dict(found.digests), **recipe.model_dump(include=set(Recipe.model_fields)))


def _load(model: FoundModel, device: str, recipe: Recipe) -> Encoder:
    if model.refusal:
        raise DemoError(Problem(_CONFIG, "model-refused", model.refusal, model.hint))
    try:
        return Encoder(model.folder, device, recipe)
    except ImportError:
        raise DemoError(
            Problem(_CONFIG, "encoder", "transformers is not installed", "pip install 'studylog[demos]'")
        ) from None
    except (OSError, ValueError) as error:
        message = f"'{model.name}' cannot be used as an encoder: {' '.join(str(error).split())[:200]}"
        hint = "name a model that is one, such as sentence-transformers/all-MiniLM-L6-v2"
        raise DemoError(Problem(_CONFIG, "encoder", message, hint)) from None


def _also(made_by: MadeBy, device: str) -> MadeBy:
    """What made the vectors, with what makes the ones to come; device and versions decide only the last digits."""
    versions = {**made_by.versions}
    for name, version in devices.versions().items():
        versions[name] = tuple(sorted({*versions.get(name, ()), version}))
    return made_by.model_copy(update={"devices": tuple(sorted({*made_by.devices, device})), "versions": versions})


def _chunks(due: Mapping[str, Document]) -> Iterator[Mapping[str, Document]]:
    waiting = iter(due.items())
    while some := dict(islice(waiting, CHUNK)):
        yield some


def _text(document: Document) -> str:
    return plain_text(document.title, document.meta.description, document.body.tokens)
