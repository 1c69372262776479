"""What the Makefile's verbs run."""
