from closing_site.refusals import Refusal


class RepExists(Refusal):
    """There is a sales representative %(code)s already."""
