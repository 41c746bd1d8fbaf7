"""Who works in the demo company, and how they sign in."""

from typing import Final, NamedTuple

from closing_site.acting import acting
from closing_site.companies.models import Company, Role, User
from closing_site.customers.sales_reps import name_sales_rep
from closing_site.demo.errors import NamesTaken


class Person(NamedTuple):
    """``name`` is whole, as it is written: a Chinese family name comes first."""

    username: str
    role: Role
    name: str

    @property
    def password(self) -> str:
        return f"demo-{self.username}"


PEOPLE: Final = (
    Person("rep", Role.SALES_REP, "王芳"),
    Person("rep2", Role.SALES_REP, "刘洋"),
    Person("finance", Role.FINANCE, "陈静"),
    Person("manager", Role.MANAGER, "赵明"),
    Person("auditor", Role.AUDITOR, "孙丽"),
    Person("admin", Role.ADMIN, "周强"),
)
#: Code → name and user; the third sells abroad and does not sign in.
REPS: Final = {
    "R01": ("王芳", "rep"),
    "R02": ("刘洋", "rep2"),
    "R03": ("Emma Schneider", None),
}


def require_free_names() -> None:
    """A person's password is never changed for a demo. Raises NamesTaken."""
    names = [person.username for person in PEOPLE]
    taken = User.objects.filter(username__in=names).order_by("username")
    if found := ", ".join(user.username for user in taken):
        raise NamesTaken(users=found)


def let_people_in(company: Company, *, by: str) -> dict[str, User]:
    """Give everyone their name and password, and the reps their codes; returns who there are."""
    with acting(by):
        users = User.objects.in_bulk([p.username for p in PEOPLE], field_name="username")
        for person in PEOPLE:
            user = users[person.username]
            user.first_name = person.name
            user.set_password(person.password)
            user.has_demo_password = True
            # Who looks after the installation sees the house style, and /admin/.
            user.is_staff = person.role == Role.ADMIN
            user.save(update_fields=["first_name", "password", "has_demo_password", "is_staff"])
        for code, (name, username) in REPS.items():
            user_of_rep = users[username] if username else None
            name_sales_rep(company=company, code=code, name=name, user=user_of_rep, by=by)
    return users
