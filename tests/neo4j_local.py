"""Neo4j Community from its published jars, in a process of the tests' own: it can be killed and started again."""

import fcntl
import hashlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent / "neo4j"
CACHE = Path(__file__).parents[1] / ".neo4j"
DOWNLOAD_SECONDS, START_SECONDS = 900, 120
# The server lives for seconds to minutes: a quick start is worth more than the best machine code.
JAVA_OPTIONS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g")
READY = "ready on port "


class Unavailable(Exception):
    """This rung cannot be had here, and why."""


class LocalNeo4j:
    """One server on one folder. After `kill`, `start` brings it back on the same folder and port."""

    user, password = "neo4j", ""

    def __init__(self, home: Path, port: int = 0) -> None:
        self.home = home
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the driver finds it; known once it was started."""
        return f"bolt://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The server's process, while there is one."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start, and return when it takes questions."""
        self.home.mkdir(parents=True, exist_ok=True)
        command = ["java", *JAVA_OPTIONS, "-cp", f"{jars()}/*", str(HERE / "LocalNeo4j.java")]
        with self._log.open("wb") as log:
            # The pipe is the server's lease of life: it ends when the tests do, even when those are killed.
            self._process = subprocess.Popen(
                [*command, str(self.home), str(self.port)], stdin=subprocess.PIPE, stdout=log, stderr=log
            )
        self.port = self._wait(self._process)

    def kill(self) -> None:
        """SIGKILL: what a crash, or the kernel short of memory, does to a server."""
        if self._process:
            self._process.kill()
            self._process.communicate()
        self._process = None

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
    """The port that the server says it is ready on, from a line that is complete."""
    lines = (line for line in log.splitlines(keepends=True) if line.startswith(READY) and line.endswith("\n"))
    return next((int(line.removeprefix(READY)) for line in lines), None)


def jars() -> Path:
    """The folder of jars, fetched once: a folder of this name is complete, and a changed pom makes another."""
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
    """One process at a time: the second waits for the first one's download, and uses it."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def fetch(pom: Path, ready: Path) -> None:
    """Have Maven copy the jars beside their place, then move them there as one."""
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
