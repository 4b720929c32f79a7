# make demo   installs and writes the digests of the invented company
# make test   installs and runs the tests
# make soak   the proofs that take minutes: killed runs, a server that sleeps
# make check  formatting, lint, types and tests
# make lock   resolves the two lock files anew

PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
OUT    ?= demo-digests
COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
          --python-version 3.11 --override requirements/overrides.txt

.PHONY: demo test soak check lint lock install clean

demo: $(VENV)/runtime.stamp
	$(BIN)/groundswell demo --out $(OUT)

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n 2 --dist loadfile

soak: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m soak -n 2 --dist loadfile

check: lint test

lint: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

install: $(VENV)/runtime.stamp

$(VENV)/runtime.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or sys.exit("Groundswell needs Python 3.11 to 3.13, found %d.%d: give another one with make PYTHON=python3.12" % v)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked dependencies into $(VENV): one to three minutes the first time."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/runtime.stamp requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements/dev.lock
	@touch $@

lock: $(VENV)/dev.stamp
	$(COMPILE) --extra postgres -o requirements.lock pyproject.toml requirements/build.in
	$(COMPILE) --extra dev -c requirements.lock -o requirements/dev.lock pyproject.toml requirements/build.in

clean:
	rm -rf $(VENV) $(OUT) build dist *.egg-info
