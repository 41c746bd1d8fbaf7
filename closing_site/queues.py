"""The queues of background jobs; each has a worker process of its own (``ops/serve.py``).

What people wait for is never behind papers: a month of PDFs takes minutes.
"""

from typing import Final

#: Runs, imports and housekeeping: the queue of every task that names no other.
RUNS: Final = "default"
#: PDFs of invoices, and close packs.
PAPERS: Final = "papers"

QUEUES: Final = (RUNS, PAPERS)
