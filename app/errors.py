"""What a department may say no with; one place in app.web turns each into a page or problem+json."""


class DomainError(Exception):
    """A refusal that leaves no trace. `code` is stable for programs, `message` is a sentence for a person."""

    status = 400

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message


class NotFound(DomainError):
    """Nothing there that this person may see; strangers and missing things look the same."""

    status = 404

    def __init__(self, code: str = "not_found", message: str = "") -> None:
        super().__init__(code, message)


class Refused(DomainError):
    """Understood, but the state of things does not allow it (full, closed, too late)."""

    status = 409


class Invalid(DomainError):
    """The input itself is wrong; says which and what was expected."""

    status = 422
