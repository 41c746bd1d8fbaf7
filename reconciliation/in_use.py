"""Invariant 2 for what documents rest on: codes, rates and a company's own data, once in use.

A code in use changes only to the successor that ``CodeChange`` names: dated, with a reason, in the
audit. A tax rate in use stays: another rate is another row, with its own dates.
"""

from closing_site.laws import AnyLaw, Audited, Immutable, Law, Trigger


def _stays(table: str, name: str, event: str, when: str, in_use: str, says: str) -> Trigger:
    """Refuses where ``in_use``, an SQL condition on OLD (and NEW), holds."""
    done = "NEW" if event == "UPDATE" else "OLD"
    body = f"""
        BEGIN
            IF {in_use} THEN
                RAISE EXCEPTION '% {says}', OLD.{"percent" if "taxrate" in table else "code"}
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
            END IF;
            RETURN {done};
        END"""
    return Trigger(
        f"{table}_law_2_{name}",
        table,
        event,
        timing="BEFORE",
        body=body,
        when=when,
        each_row=True,
    )


def _no_successor(kind: str) -> str:
    """The last change of this row's code does not lead from the old to the new one."""
    return f"""(
        SELECT ROW(c.old_code, c.new_code) FROM companies_codechange AS c
        WHERE c.company_id = OLD.company_id AND c.kind = '{kind}' AND c.row_id = OLD.id
        ORDER BY c.id DESC LIMIT 1) IS DISTINCT FROM ROW(OLD.code, NEW.code)"""


ACCOUNT_IN_USE = """EXISTS (SELECT FROM reconciliation_voucherline AS l
    WHERE l.company_id = OLD.company_id AND l.account_id = OLD.id)"""
CUSTOMER_IN_USE = """(
    EXISTS (SELECT FROM orders_order AS o
        WHERE o.company_id = OLD.company_id AND o.customer_id = OLD.id)
    OR EXISTS (SELECT FROM customers_openitem AS i
        WHERE i.company_id = OLD.company_id AND i.customer_id = OLD.id)
    OR EXISTS (SELECT FROM payments_payment AS p
        WHERE p.company_id = OLD.company_id AND p.customer_id = OLD.id))"""
RATE_IN_USE = """(
    EXISTS (SELECT FROM orders_orderline AS l WHERE l.company_id = OLD.company_id
        AND l.tax_rate = OLD.percent AND l.tax_category = OLD.category)
    OR EXISTS (SELECT FROM invoicing_invoicetax AS t WHERE t.company_id = OLD.company_id
        AND t.rate = OLD.percent AND t.category = OLD.category))"""
COMPANY_IN_USE = """(
    EXISTS (SELECT FROM orders_order AS o WHERE o.company_id = OLD.id)
    OR EXISTS (SELECT FROM payments_payment AS p WHERE p.company_id = OLD.id)
    OR EXISTS (SELECT FROM customers_openitem AS i WHERE i.company_id = OLD.id))"""

#: What every document of a company rests on.
COMPANY_DATA = ("code", "currency", "country", "first_day", "time_zone")


def _other(columns: tuple[str, ...]) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


IN_USE: list[AnyLaw] = [
    Law(
        "reconciliation_account",
        (
            _stays(
                *("reconciliation_account", "code", "UPDATE", "OLD.code <> NEW.code"),
                f"{ACCOUNT_IN_USE} AND {_no_successor('account')}",
                "is the code of an account in use: it changes by a dated successor (change_code)",
            ),
        ),
    ),
    Law(
        "customers_customer",
        (
            _stays(
                *("customers_customer", "code", "UPDATE", "OLD.code <> NEW.code"),
                f"{CUSTOMER_IN_USE} AND {_no_successor('customer')}",
                "is the code of a customer in use: it changes by a dated successor (change_code)",
            ),
        ),
    ),
    Law(
        "orders_taxrate",
        (
            _stays(
                *("orders_taxrate", "rate", "UPDATE", _other(("category", "percent"))),
                RATE_IN_USE,
                "is a tax rate in use: record the new rate with its first day",
            ),
            _stays(
                *("orders_taxrate", "delete", "DELETE", ""),
                RATE_IN_USE,
                "is a tax rate in use: it stays",
            ),
        ),
    ),
    Law(
        "companies_company",
        (
            _stays(
                *("companies_company", "data", "UPDATE", _other(COMPANY_DATA)),
                COMPANY_IN_USE,
                "has documents: its code, currency, country, first day and time zone stay",
            ),
        ),
    ),
    Immutable("companies_codechange", law="law_13", says="is a record: it stays as it is"),
    Audited(
        "companies_codechange",
        kind="code_change",
        number="r.kind || ' ' || r.old_code",
        columns=(
            *("kind", "row_id", "old_code", "new_code", "valid_from", "reason"),
            *("changed_by_id", "changed_at"),
        ),
        inserted="code_changed",
    ),
    Audited(
        "reconciliation_account",
        kind="account",
        number="r.code",
        columns=("code", "role", "name", "name_zh"),
        inserted="recorded",
        updated="changed",
    ),
]
