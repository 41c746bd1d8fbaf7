"""``manage.py worker QUEUE``: the background jobs of one queue, until the process is ended."""

import asyncio
from argparse import ArgumentParser
from typing import Any, cast

from django.core.management.base import BaseCommand
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from closing_site.desk.workers import work
from closing_site.queues import QUEUES


class Command(BaseCommand):
    help = "Does the background jobs of one queue until it is ended."
    suppressed_base_arguments = {"--version"}

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("queue", choices=QUEUES, help=", ".join(QUEUES))

    def handle(self, *args: Any, queue: str, **options: Any) -> None:
        connector = cast(DjangoConnector, app.connector).get_worker_connector()
        with app.replace_connector(connector) as with_connector:
            asyncio.run(_work(with_connector, queue))


async def _work(app: App, queue: str) -> None:
    async with app.open_async():
        await work(app, queue)
