"""Clips rendered by a Dask cluster: connecting to one, or starting one on this machine."""

from __future__ import annotations

import contextlib
import logging
import re
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from lranim.errors import InputError
from lranim.plugins import unreadable
from lranim.render import remote
from lranim.render.crew import starting
from lranim.render.dispatch import run_on_cluster
from lranim.render.handout import Cluster
from lranim.render.keys import machine_parts
from lranim.render.workplace import locked, working_folder

__all__ = ["Cluster", "open_cluster", "run_on_cluster"]

TIMEOUT_S = 10.0
"""How long a scheduler may take to answer, and its first worker to come (s)."""

_ADDRESS = re.compile(r"(tcp|tls)://[^\s/:]+:\d+|(tcp|tls)://\[[0-9a-fA-F:]+\]:\d+")


@contextlib.contextmanager
def open_cluster(address: str, *, slices: int = 1) -> Iterator[Cluster]:
    """Connect to a scheduler, or start workers on this machine.

    Parameters
    ----------
    address
        ``tcp://HOST:PORT`` or ``tls://HOST:PORT`` of a scheduler, or ``local:N`` for N workers here, which
        end with the context.
    slices
        Into how many slices of time each clip is cut; their frames are encoded here.

    Raises
    ------
    InputError
        When there is no such scheduler, it has no workers, or one of them would draw other pixels.
    """
    local = re.fullmatch(r"local:([1-9]\d{0,2})", address)
    if local is None and not _ADDRESS.fullmatch(address):
        raise InputError(
            f"--cluster is {address}; it must be tcp://HOST:PORT or tls://HOST:PORT of a Dask scheduler, "
            "or local:N for N workers on this machine, N from 1 to 999"
        )
    distributed = _distributed()
    if slices > 1:
        # What encodes the frames, imported before there are threads.
        import lranim.render.slices  # noqa: F401
    with contextlib.ExitStack() as stack:
        stack.enter_context(_quiet(distributed))
        security = None  # what Dask's configuration says
        if local:
            address, security = stack.enter_context(_workers_here(distributed, int(local[1])))
        client = stack.enter_context(_connected(distributed, address, security))
        _refuse_unfit(client, address)
        cluster = Cluster(client, address, slices)
        client.subscribe_topic(cluster.topic, cluster.hear)
        yield cluster


def _distributed() -> ModuleType:
    if packages := unreadable():  # Dask reads all entry points, here and in its workers
        raise InputError(
            f"--cluster cannot be used: {', '.join(packages)} cannot be read; install it again, or remove it"
        )
    try:
        import cryptography  # noqa: F401 (Dask makes the keys of workers here with it)
        import distributed
    except ImportError as error:
        raise InputError(
            f"--cluster needs Dask ({error}); install it with: pip install 'lranim[cluster]'"
        ) from error
    return distributed


@contextlib.contextmanager
def _quiet(distributed: ModuleType) -> Iterator[None]:
    """Keep Dask's own log and warnings off the terminal.

    It reports each lost worker and closed connection in several lines; what matters to the user becomes an
    error of ours. Versions are compared by ours, more strictly.
    """
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    levels = {one: one.level for one in loggers if one.name.split(".")[0] == "distributed"}
    for one in levels:
        one.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", distributed.versions.VersionMismatchWarning)
            yield
    finally:
        for one, level in levels.items():
            one.setLevel(level)


@contextlib.contextmanager
def _workers_here(distributed: ModuleType, count: int) -> Iterator[tuple[str, Any]]:
    """Start a scheduler and workers; its address, and the keys without which nobody here gets in."""
    import dask

    config = {
        "distributed.scheduler.http.routes": [],  # pages that ask for no key
        "distributed.nanny.pre-spawn-environ.PYTHONSAFEPATH": "1",  # workers that take a dead one's place
    }
    temp, name = Path(tempfile.gettempdir()), f"cluster-{uuid.uuid4().hex}"
    with locked(temp, name), working_folder(temp, name) as place:
        # A Ctrl-C is for this process: it ends the workers.
        with starting(), dask.config.set(config):
            local = distributed.LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                security=True,
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False, "local_directory": str(place)},
                memory_limit=0,  # Dask would stop a worker that uses more than its share of the machine
                local_directory=str(place),
                silence_logs=logging.CRITICAL,
            )
        with local:
            yield local.scheduler_address, local.security


@contextlib.contextmanager
def _connected(distributed: ModuleType, address: str, security: Any) -> Iterator[Any]:
    try:
        client = distributed.Client(address, timeout=TIMEOUT_S, set_as_default=False, security=security)
    except (OSError, ValueError, TypeError) as error:  # the last two: what Dask says of missing certificates
        why = " ".join(str(error).split()) or type(error).__name__
        raise InputError(
            f"no Dask scheduler answers at {address} ({why}); start one with: dask scheduler"
        ) from error
    with client:
        yield client


def _refuse_unfit(client: Any, address: str) -> None:
    """Refuse workers that would draw other pixels, or several clips at once in one process."""
    from distributed import TimeoutError

    try:
        client.wait_for_workers(1, timeout=TIMEOUT_S)
    except TimeoutError as error:
        raise InputError(
            f"the scheduler at {address} has no workers; start some with: "
            f"dask worker {address} --nthreads 1 --nworkers auto"
        ) from error
    for worker, threads in sorted(client.nthreads().items()):
        if threads > 1:
            raise InputError(remote.several_threads(worker))
    here = machine_parts()
    for worker, there in sorted(client.run(remote.parts_here, on_error="return").items()):
        if isinstance(there, Exception):
            raise InputError(
                f"the worker {worker} cannot say what it would draw with ({type(there).__name__}: "
                f"{' '.join(str(there).split())}); install lranim there as it is here"
            )
        remote.refuse_difference(here, there, worker)
