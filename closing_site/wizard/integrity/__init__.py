"""Whether the books are as their laws and seals say: what a superuser may have changed is found."""
