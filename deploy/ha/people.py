"""People at their browsers: one writes payments again and again, one looks at a list."""

import http.client
import re
import ssl
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

FIELD = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'([a-z_-]+)="([^"]*)"')
#: What a request may take: longer than the pool waits for a connection.
LONGEST_SECONDS = 40


@dataclass
class Answer:
    status: int
    place: str
    body: str


class Browser:
    """One person's cookies. Each request is a connection of its own: no answer is waited for
    twice."""

    def __init__(self, port: int, certificate: Path) -> None:
        self._port = port
        self._trust = ssl.create_default_context(cafile=str(certificate))
        self._cookies: SimpleCookie = SimpleCookie()

    def ask(self, path: str, form: dict[str, str] | None = None) -> Answer:
        """Raises OSError or HTTPException where no answer came."""
        line = http.client.HTTPSConnection(
            "localhost", self._port, timeout=LONGEST_SECONDS, context=self._trust
        )
        headers = {"Cookie": "; ".join(f"{m.key}={m.value}" for m in self._cookies.values())}
        headers["Referer"] = f"https://localhost:{self._port}/"
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        try:
            line.request("GET" if form is None else "POST", path, body, headers)
            answer = line.getresponse()
            text = answer.read().decode()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    self._cookies.load(value)
            return Answer(answer.status, answer.getheader("Location") or "", text)
        finally:
            line.close()

    def hidden(self, path: str) -> dict[str, str]:
        """What the page's form carries: key, token, company."""
        answer = self.ask(path)
        if answer.status != 200:
            raise http.client.HTTPException(f"{path}: {answer.status} {answer.place}")
        found = {}
        for tag in FIELD.findall(answer.body):
            given = dict(ATTRIBUTE.findall(tag))
            if given.get("type") == "hidden" and "name" in given:
                found[given["name"]] = unescape(given.get("value", ""))
        return found

    def sign_in(self, user: str, password: str) -> None:
        form = self.hidden("/sign-in/")
        answer = self.ask("/sign-in/", {**form, "username": user, "password": password})
        if answer.status != 302:
            raise http.client.HTTPException(f"sign-in of {user}: {answer.status}")


@dataclass
class Seen:
    """What came: seconds since the start, status (0: no answer), how long it took."""

    answers: list[tuple[float, int, float]] = field(default_factory=list)

    def statuses(self) -> dict[str, int]:
        return {
            str(status): n for status, n in sorted(Counter(s for _, s, _ in self.answers).items())
        }

    def longest_gap(self, good: int) -> float:
        """Seconds between the ends of two good answers, at most."""
        ends = [at + took for at, status, took in self.answers if status == good]
        return max(
            (after - before for before, after in zip(ends, ends[1:], strict=False)), default=0
        )


class Person(threading.Thread):
    def __init__(self, browser: Browser, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.browser = browser
        self.seen = Seen()
        self.problem = ""
        self._over = threading.Event()

    def end(self) -> None:
        self._over.set()
        self.join(3 * LONGEST_SECONDS)

    def timed(self, path: str, form: dict[str, str] | None = None) -> Answer:
        begun = time.monotonic()
        try:
            answer = self.browser.ask(path, form)
        except (OSError, http.client.HTTPException):
            answer = Answer(0, "", "")
        self.seen.answers.append((begun, answer.status, time.monotonic() - begun))
        return answer


class Reader(Person):
    """Looks at a list of documents, twice a second."""

    def __init__(self, browser: Browser, path: str) -> None:
        super().__init__(browser, f"reader {path}")
        self.path = path

    def run(self) -> None:
        while not self._over.wait(0.5):
            self.timed(self.path)


class Writer(Person):
    """Records payments one after another. What got no answer, or 503, is sent again as it was, with
    its key, until it is answered: ``acknowledged`` holds the references that were."""

    def __init__(self, browser: Browser, company: str, day: str) -> None:
        super().__init__(browser, f"writer {company}")
        self.company, self.day = company, day
        self.acknowledged: list[str] = []
        self.sent_again = 0

    def run(self) -> None:
        path = f"/c/{self.company}/payments/new/"
        number = 0
        while not self._over.wait(0.05):
            try:
                form = self.browser.hidden(path)
            except (OSError, http.client.HTTPException):
                continue
            number += 1
            reference = f"HA-{number:05}"
            form |= {"reference": reference, "received_on": self.day, "amount": "1.00"}
            form |= {"method": "bank_transfer", "payer": "Somebody"}
            answer = self.timed(path, form)
            while answer.status in (0, 502, 503, 504):
                if self._over.wait(0.5):
                    return
                self.sent_again += 1
                answer = self.timed(path, form)
            if answer.status != 302:
                self.problem = f"{reference}: status {answer.status}"
                if answer.status == 500:
                    continue
                return
            self.acknowledged.append(reference)
