#!/bin/sh
# High availability, shown on this machine: see docs/operator.md, "High availability".
set -e
cd "$(dirname "$0")/../.."
exec python3 -m deploy.ha "$@"
