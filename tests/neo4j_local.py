"""Neo4j Community from its published jars, in a process that the tests start, kill and restart."""

import fcntl
import hashlib
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent / "neo4j"
CACHE = Path(__file__).parents[1] / ".neo4j"
DOWNLOAD_SECONDS, START_SECONDS = 900, 120
# The server lives for seconds to minutes, so a quick start matters more than optimised machine code. The default room
# for that code (48 MB) is too small for all statements: the server would drop it and compile it again.
JAVA_OPTIONS = ("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=240m", "-XX:+UseSerialGC", "-Xmx1g")
READY = "ready on port "


class Unavailable(Exception):
    """This source cannot provide a server here; the message says why."""


class LocalNeo4j:
    """One server on one folder. After `kill`, `start` restarts the server on the same folder and port.

    `megabytes`: the most memory of one transaction; 0: no limit.
    """

    user, password = "neo4j", ""

    def __init__(self, home: Path, port: int = 0, megabytes: int = 0) -> None:
        self.home, self.megabytes = home, megabytes
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The Bolt address of the server; known after the first start."""
        return f"bolt://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The process id of the running server, or None."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Starts the server and returns when the server accepts queries."""
        self.home.mkdir(parents=True, exist_ok=True)
        command = ["java", *JAVA_OPTIONS, "-cp", f"{jars()}/*", str(HERE / "LocalNeo4j.java")]
        arguments = [str(self.home), str(self.port), str(self.megabytes)]
        with self._log.open("wb") as log:
            # The server exits when this pipe closes, so it stops with the tests even if they are killed.
            self._process = subprocess.Popen(
                [*command, *arguments],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        self.port = self._wait(self._process)

    def kill(self) -> None:
        """Kills the server with SIGKILL, like a crash or the kernel's out-of-memory killer."""
        if self._process:
            self._process.kill()
            self._process.communicate()
        self._process = None

    def stop(self) -> None:
        """Ends the server, which first writes its files; `start` restarts it."""
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._process.wait(START_SECONDS)
        self._process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stops the server with SIGSTOP during the block: its connections stay open, and nothing answers."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    @property
    def _log(self) -> Path:
        return self.home / "server.log"

    def _wait(self, process: "subprocess.Popen[bytes]") -> int:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            if port := said_port(self._log.read_text(errors="replace")):
                return port
            time.sleep(0.05)
        self.kill()
        raise Unavailable(f"the server did not start: {self._log.read_text(errors='replace')[-500:].strip()}")


def said_port(log: str) -> int | None:
    """The port in the server's ready line, once that line is complete; otherwise None."""
    lines = (line for line in log.splitlines(keepends=True) if line.startswith(READY) and line.endswith("\n"))
    return next((int(line.removeprefix(READY)) for line in lines), None)


def jars() -> Path:
    """The folder of jars, downloaded once. The folder exists only when complete; a changed pom uses another folder."""
    for tool in ("java", "mvn"):
        if not shutil.which(tool):
            raise Unavailable(f"no {tool} on this machine (scripts/install gets it on Debian)")
    pom = HERE / "pom.xml"
    ready = CACHE / f"jars-{hashlib.sha256(pom.read_bytes()).hexdigest()[:12]}"
    with locked(CACHE / "lock"):
        if not ready.exists():
            fetch(pom, ready)
    return ready


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lets one process in at a time: a second process waits for the first one's download and then uses it."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def fetch(pom: Path, ready: Path) -> None:
    """Lets Maven download the jars to a temporary folder, then renames that folder in one step."""
    partial = ready.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={partial}"]
    try:
        subprocess.run(
            ["mvn", "-q", "-B", "-f", str(pom), *goal], check=True, capture_output=True, timeout=DOWNLOAD_SECONDS
        )
    except subprocess.TimeoutExpired as why:
        raise Unavailable(f"Maven did not end within {DOWNLOAD_SECONDS} s") from why
    except subprocess.CalledProcessError as why:
        raise Unavailable(
            f"Maven could not fetch the jars: {why.stdout.decode(errors='replace')[-500:].strip()}"
        ) from why
    partial.rename(ready)
