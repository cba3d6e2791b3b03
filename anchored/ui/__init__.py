"""The look and the manners of every page: templates' parts, forms, errors, keys. Knows no patients."""
