"""run --mode jupyter, --mode serve and --tensorboard: what the CLI waits for and prints leads to servers that answer."""

import http.cookiejar
import urllib.error
import urllib.request

from support import ID, check, equal, until, write


def opened(url):
    """Status and text of a page, with cookies over redirects, as a browser and the CLI ask for it."""
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    try:
        with urllib.request.build_opener(jar).open(url, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def stop(lab, id):
    lab.user.russell("stop", id, want="shutdown request submitted")
    lab.user.ended(id, "stopped")


def case_code_to_run(lab):
    lab.user.sign_in()
    lab.user.create("project", "p")
    lab.user.russell("init", "--name", "p", want="initialized")
    write(lab.user.at("work") / "page.txt", "served\n")


def case_a_notebook_is_waited_for_and_opened(lab):
    want = [ID, r"Path to jupyter notebook: http://\S+", r"BROWSER-OPENS http://\S+"]
    said = lab.user.russell("run", "--env", "lab", "--mode", "jupyter", want=want, timeout=120)
    check("still loading" not in said, "the CLI did not wait for the notebook")
    url = said.find(r"Path to jupyter notebook: (http://\S+)")
    status, page = opened(url)
    equal(status, 200, "status of the notebook")
    check("JupyterLab" in page, f"this is no notebook: {page[:200]}")
    equal(opened(url.split("?")[0])[0], 403, "status without the secret")
    id = said.id()
    lab.user.russell("info", id, want=[f"/notebook/{id}/", "Status +running"])
    stop(lab, id)
    equal(opened(url)[0], 404, "status of an ended notebook")


def case_a_service_is_told(lab):
    said = lab.user.russell("run", "--env", "lab", "--mode", "serve", "python -m http.server $PORT", want=ID)
    id = said.id()
    check(said.find(r"Path to service endpoint: (\S+)").endswith(f"/serve/{id}/"), "the endpoint is another task's")
    lab.user.running(id)
    detail = until(lambda: (d := lab.user.data(f"/api/v1/task/{id}?content=detail"))["answering"] and d, "it answers")
    status, page = opened(detail["serve_url"])
    equal(status, 200, "status of the service")
    check("page.txt" in page, f"this is not the folder of the task: {page}")
    stop(lab, id)


def case_tensorboard_is_told_at_once(lab):
    said = lab.user.russell("run", "--env", "lab", "--tensorboard", "sleep 600", want=ID)
    url = said.find(r"Path to tensorboard: (http://\S+)")
    until(lambda: opened(url)[0] == 200, "TensorBoard answers")
    stop(lab, said.id())


def case_what_an_environment_does_not_have(lab):
    for option in (["--mode", "jupyter"], ["--tensorboard", "ls"]):
        lab.user.russell("run", "--env", "keras", *option, want="not support")
