"""login, logout, version: who the CLI is to the backend."""

from support import PASSWORD, check, equal

REFUSED = "Authentication failed"


def signed_in(user):
    """That the CLI's own token opens the user's account."""
    basic = user.config("home/.russellconfig")["token"]
    token, user.token = user.token, None
    _, _, answer = user.request("/api/v1/user", headers={"Authorization": f"Basic {basic}"})
    user.token = token
    check(user.name.encode() in answer, f"the token is not {user.name}'s: {answer!r}")


def case_the_version_is_told_before_signing_in(lab):
    lab.user.russell("--version", want=["Version: 0.7.8", "Remote latest version: 0.7.8"])
    said = lab.user.russell("version", want=["Version: 0.7.8", "Remote latest version: 0.7.8"])
    check("New version" not in said, "no newer version is on offer")


def case_whoever_is_not_signed_in_is_told(lab):
    lab.user.russell("status", "0" * 32, want=REFUSED, code=1)


def case_login_with_a_password(lab):
    lab.user.sign_in()
    equal(lab.user.config("home/.russellconfig")["username"], lab.user.name, "user name")
    signed_in(lab.user)


def case_login_with_an_email_address(lab):
    lab.user.russell("login", "-u", lab.user.email, "-p", PASSWORD, want=f"Successful as {lab.user.name}")


def case_login_asks_for_the_password(lab):
    lab.user.russell("login", "-u", lab.user.name, stdin=PASSWORD + "\n", want=f"Successful as {lab.user.name}")


def case_login_asks_for_name_and_password(lab):
    answers = f"n\n{lab.user.name}\n{PASSWORD}\n"
    lab.user.russell("login", stdin=answers, want=f"Successful as {lab.user.name}")


def case_login_opens_the_page_with_the_token(lab):
    want = [f"BROWSER-OPENS {lab.user.url}/welcome", f"Successful as {lab.user.name}"]
    lab.user.russell("login", stdin=f"y\n{lab.user.token}\n", want=want)
    signed_in(lab.user)


def case_login_with_a_token(lab):
    lab.user.russell("login", "--token", stdin=lab.user.token + "\n", want=f"Successful as {lab.user.name}")


def case_logout_forgets_the_token(lab):
    lab.user.russell("logout")
    check(not (lab.user.home / ".russellconfig").exists(), "the token is still there")
    lab.user.russell("status", "0" * 32, want=REFUSED, code=1)


def case_wrong_credentials_are_refused(lab):
    lab.user.russell("login", "--token", stdin="no-such-token\n", want=REFUSED, code=1)
    lab.user.russell("login", "-u", lab.user.name, "-p", "wrong horse", want=REFUSED, code=1)
    lab.user.russell("login", "-u", "nobody-at-all", "-p", "wrong horse", want=REFUSED, code=1)
    check(not (lab.user.home / ".russellconfig").exists(), "there is a token")
