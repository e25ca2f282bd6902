"""What leaves attendance: tables, files of them, pictures, and the answer of the API, all from the same figures."""
