from closing_site.refusals import Refusal


class DemoNotAgreed(Refusal):
    """With DEBUG=0 say --no-demo, or --yes-demo: everyone knows the demo company's passwords."""


class NamesTaken(Refusal):
    """The demo company would take over users who exist: %(users)s. Say --no-demo."""


class DemoNotMade(Refusal):
    """The demo company could not be made: %(reasons)s"""
