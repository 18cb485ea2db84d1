"""What the service costs, as ratios from one run. How to run it and what is measured: `docs/bench.md`."""
