"""What can go wrong between here and the hub, each as its own sentence with what to do about it.

Knows nothing about what was asked for but its name. No text of a server and no address with a query is
repeated: both can hold secrets.
"""

from __future__ import annotations

import email.utils
import json
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2
from huggingface_hub import errors

from models.errors import VitrineError
from models.escaping import escape_text

_LATER = "What was fetched is kept: try again later to go on."
_CONNECTION = "Check the connection and try again; what was fetched is kept."


class HubFault(VitrineError):
    """The hub could not be asked, or did not give what was asked for.

    Args:
        case: as in `VitrineError`.
        what: as in `VitrineError`.
        remedy: as in `VitrineError`.
        passing: whether asking again soon may help.
        wait_s: how long the hub asks to be left alone, if it said so.
    """

    def __init__(
        self, case: str, what: str, remedy: str, passing: bool = False, wait_s: float | None = None
    ) -> None:
        super().__init__(case, what, remedy)
        self.passing = passing
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sentence has to name.

    Args:
        name: the repository, with its revision.
        host: of the hub, as a person knows it.
        token_sent: whether an access token was sent along.
    """

    name: str
    host: str
    token_sent: bool


def fault_of(error: Exception, asked: Asked) -> HubFault:
    """The sentence for an error of the library or of the network.

    Args:
        error: what was raised while the hub was asked.
        asked: what for.
    """
    match error:
        case HubFault():
            return error
        case errors.HfHubHTTPError():
            return _fault_of_status(error, asked)
        case httpx2.HTTPError() | httpx2.InvalidURL() | httpx2.StreamError() | ssl.SSLError():
            return _fault_of_network(error, asked.host)
        case json.JSONDecodeError() | UnicodeDecodeError():
            return not_the_hub(asked.host)
    return bad_answer(asked.host, f"it cannot be read ({type(error).__name__})")


def offline() -> HubFault:
    """A person does not want the network to be used."""
    return HubFault(
        "hub-offline",
        "The hub is not asked, because offline mode is on (HF_HUB_OFFLINE is set).",
        "Unset it and start again, or open a model that is on this disk.",
    )


def bad_answer(host: str, why: str) -> HubFault:
    """The hub answered, but not as a hub does."""
    return HubFault(
        "hub-bad-answer",
        f"The answer of {host} makes no sense: {why}.",
        "Try again; if HF_ENDPOINT is set, check that it names a model hub.",
    )


def not_the_hub(host: str) -> HubFault:
    """A web page came instead of what was asked for."""
    return HubFault(
        "not-the-hub",
        f"Something else than {host} answered: a web page came.",
        "Perhaps this network wants you to sign in: open a page in a browser, then try again.",
    )


def dropped(host: str) -> HubFault:
    """The connection ended too early."""
    return HubFault("hub-dropped", f"The connection to {host} was dropped.", _CONNECTION, passing=True)


# ---------------------------------------------------------------- answers that refuse


def _fault_of_status(error: errors.HfHubHTTPError, asked: Asked) -> HubFault:
    name, host, token_sent = escape_text(asked.name), asked.host, asked.token_sent
    response = error.response
    status = response.status_code
    if isinstance(error, errors.RevisionNotFoundError):
        return HubFault(
            "no-such-revision",
            f"{name}: the hub knows the repository, but not this revision.",
            "Check what stands behind the @: a branch, a tag or a commit.",
        )
    if isinstance(error, errors.RemoteEntryNotFoundError):
        return HubFault(
            "no-such-hub-file",
            f"{name}: a file that was listed is not there any more.",
            "Look the model up again.",
        )
    if isinstance(error, errors.DisabledRepoError):
        return HubFault("hub-disabled", f"The hub has disabled {name}.", "Choose another model.")
    # 401 is also the answer for repositories that do not exist, when nobody is logged in.
    if status == 401 and token_sent and error.response.headers.get("X-Error-Code") != "RepoNotFound":
        return HubFault(
            "token-refused",
            f"The hub does not accept your access token for {name}.",
            "Log in again with “hf auth login”, or correct HF_TOKEN.",
        )
    if isinstance(error, errors.GatedRepoError) or status == 403:
        return HubFault(
            "gated",
            f"{name} is given only to those whom its owner allows.",
            f"Ask for access on its page on {host}"
            + (", with the account of your token." if token_sent else ", and log in with “hf auth login”."),
        )
    if status == 401 or (status == 404 and not token_sent):
        return HubFault(
            "no-such-repository" if status == 404 else "token-missing",
            f"{name} is not on the hub, or not for everybody.",
            "Check the spelling; for a private model log in with “hf auth login” or set HF_TOKEN.",
        )
    if status == 404:
        return HubFault(
            "no-such-repository",
            f"{name} is not on the hub, or not for the account of your token.",
            "Check the spelling.",
        )
    if status in (407, 511):
        return _proxy_refused() if status == 407 else not_the_hub(host)
    if status == 429:
        return _too_many(response, host)
    if status >= 500 or status == 408:
        return HubFault(
            "hub-failing",
            f"{host} has trouble of its own (status {status}).",
            _LATER,
            passing=True,
            wait_s=_retry_after(response),
        )
    return HubFault("hub-refused", f"{host} refused with status {status}.", _LATER)


def _too_many(response: httpx2.Response, host: str) -> HubFault:
    wait_s = _retry_after(response)
    when = "" if wait_s is None else f" and wants to be asked again in {max(1, round(wait_s))} s"
    return HubFault(
        "hub-busy",
        f"{host} has had too many requests from here{when}.",
        "What was fetched is kept: try again then; with an access token more requests are allowed.",
        passing=True,
        wait_s=wait_s,
    )


def _retry_after(response: httpx2.Response) -> float | None:
    """Seconds that a server asks to be left alone: a number, or a date."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal() and len(value) < 9:
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


# ---------------------------------------------------------------- no answer


def _fault_of_network(error: Exception, host: str) -> HubFault:
    causes = list(_causes(error))
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return HubFault(
            "hub-certificate",
            f"{host} cannot prove that it is itself: its certificate is not accepted.",
            "Perhaps this network wants you to sign in, or its own certificate belongs in SSL_CERT_FILE.",
        )
    if isinstance(error, httpx2.ProxyError):
        return _proxy_refused()
    if isinstance(error, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
        return HubFault(
            "bad-hub-address",
            f"“{host}” is no address of a hub.",
            "Correct HF_ENDPOINT, or unset it.",
        )
    if isinstance(error, httpx2.TooManyRedirects):
        return bad_answer(host, "it leads round in a circle")
    if isinstance(error, httpx2.TimeoutException):
        return HubFault("hub-stalled", f"{host} stopped answering.", _CONNECTION, passing=True)
    if any(isinstance(one, socket.gaierror) for one in causes):
        return HubFault(
            "no-network",
            f"There is no network, or it does not know {host}.",
            _CONNECTION,
            passing=True,
        )
    if isinstance(error, httpx2.ConnectError):
        return HubFault(
            "hub-unreachable",
            f"{host} cannot be reached.",
            "Check the connection, and HTTPS_PROXY where a proxy is needed; what was fetched is kept.",
            passing=True,
        )
    return dropped(host)


def _proxy_refused() -> HubFault:
    return HubFault(
        "hub-proxy",
        "The proxy does not let requests to the hub through.",
        "Correct HTTPS_PROXY or HTTP_PROXY, with name and password where the proxy wants them.",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    for _ in range(10):
        if one is None:
            return
        yield one
        one = one.__cause__ or one.__context__
