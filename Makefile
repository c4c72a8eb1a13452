# The two commands: `make site` builds the log, `make test` proves it. Both set up what they need.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: site test serve check faults chaos fuzz bench manual fonts lint fmt lock clean

site: $(VENV)/.demos
	$(BIN)/studylog build

test: $(VENV)/.demos
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -n logical --dist loadfile

serve: $(VENV)/.demos
	$(BIN)/studylog serve

# What a pull request must pass, fast: the log, and the notes that are generated from the code.
check: $(VENV)/.demos
	$(BIN)/studylog check
	$(BIN)/python tests/manual --check

# Every bar of reliability by id: proved by tests that inject the fault, or argued. `make faults BARS="C4 S4"` for some.
faults: $(VENV)/.demos
	HF_HUB_OFFLINE=1 $(BIN)/python tests/faults $(BARS)

# A minute of commands killed at random moments. `make chaos SEED=7` repeats one.
chaos: $(VENV)/.demos
	PYTHONPATH=tests $(BIN)/python tests/faults/chaos.py 60 $(SEED)

# Atheris on every parser; it has no wheel for every system, so it is installed here. `make fuzz PARSER=claims` for one.
fuzz: $(VENV)/.demos
	$(BIN)/python -m pip install --quiet --disable-pip-version-check atheris==3.0.0
	$(BIN)/python tests/faults/fuzz.py $(PARSER)

# Ratios against the tools that studylog stands beside, and Lighthouse on five pages (with Node and Chromium); takes half an
# hour. `make bench BENCH=catalogue` for one.
bench: $(VENV)/.demos
	HF_HUB_OFFLINE=1 $(BIN)/python tests/bench $(BENCH)

# The generated notes of the manual; `make manual PICTURES=--pictures` also draws the kinds of output, with a browser.
manual: $(VENV)/.demos
	$(BIN)/python tests/manual $(PICTURES)

# The fonts of the site, cut out of the published ones: builder/pages/_fonts.py says what FROM must hold.
fonts: $(VENV)/.demos
	$(BIN)/python -m pip install --quiet --disable-pip-version-check brotli==1.2.0
	$(BIN)/python -m builder.pages._fonts $(FROM)

lint: $(VENV)/.demos
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

fmt: $(VENV)/.demos
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

# Pinned versions of everything, for the machines that build and test this log.
$(VENV)/.demos: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

lock:
	rm -rf .build/lock && $(PYTHON) -m venv .build/lock
	.build/lock/bin/python -m pip install --quiet torch==2.13.0 ".[demos,dask,remote,engines,test]"
	.build/lock/bin/python -m pip freeze --exclude studylog | sed 's/+cpu$$//' > requirements.lock

clean:
	rm -rf .build site
