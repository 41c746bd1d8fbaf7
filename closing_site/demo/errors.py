from closing_site.refusals import Refusal


class DemoNotAgreed(Refusal):
    """With DEBUG=0 the demo company needs --yes-demo: its passwords are known to all."""


class NamesTaken(Refusal):
    """The demo company would take over users who exist: %(users)s. Start with --no-demo."""


class DemoNotMade(Refusal):
    """The demo company could not be made: %(reasons)s"""
