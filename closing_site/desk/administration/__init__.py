"""An administrator's pages: people, the company's settings, the audit."""
