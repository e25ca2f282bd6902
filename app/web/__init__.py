"""What every page and endpoint shares: guards, languages, forms, errors, headers, limits."""
