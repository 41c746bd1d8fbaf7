"""Names of people in a month's reports, see ``periods.names_sql``."""

from closing_site.companies.names_sql import PEOPLE_TODAY
from closing_site.periods.names_sql import names

PEOPLE_NAMES = names("person", PEOPLE_TODAY)
