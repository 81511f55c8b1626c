# The two names people look for; everything else is cargo's.

.PHONY: check fmt

# Exactly what continuous integration runs.
check:
	bash .ci/run

fmt:
	cargo fmt --all
