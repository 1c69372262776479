"""A real browser without a driver: Chromium, headless, spoken to over a pipe.

Chromium's own protocol (`--remote-debugging-pipe`) is a line of JSON in, a line of JSON out; so
tests need the browser and nothing else.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find():
    """Path of a Chromium, which the environment variable CHROMIUM may name; None without one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """A browser with one page; use it in a `with`."""

    def __init__(self, chromium):
        self.chromium = chromium
        self.said = []
        self.number = 0

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_browser, self.to_browser = os.pipe()
        self.from_browser, from_browser = os.pipe()

        def take_pipes():
            # The protocol's pipes are number 3 and 4; on the way there they must not overwrite
            # each other.
            kept = [os.dup(pipe) for pipe in (to_browser, from_browser)]
            while min(kept) < 5:
                kept = [os.dup(pipe) for pipe in kept]
            os.dup2(kept[0], 3)
            os.dup2(kept[1], 4)

        self.process = subprocess.Popen(
            [
                self.chromium,
                "--headless",
                "--remote-debugging-pipe",
                "--disable-gpu",
                "--hide-scrollbars",
                "--no-first-run",
                "--disable-background-networking",
                # Root, as in a container, has no sandbox; the pages are our own.
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
                f"--user-data-dir={self.profile.name}",
                "about:blank",
            ],
            preexec_fn=take_pipes,
            close_fds=False,
            env=os.environ | {"TMPDIR": self.profile.name},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self.buffer = b""
        self.session = None
        pages = self.call("Target.getTargets")["targetInfos"]
        target = next(page["targetId"] for page in pages if page["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)
        os.close(self.to_browser)
        os.close(self.from_browser)
        self.profile.cleanup()

    def call(self, method, **parameters):
        """Call one of the protocol's methods; what the page says meanwhile is kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def wait_for(self, event):
        """Wait until the page says that something happened."""
        while not any(said["method"] == event for said in self.said):
            self._next()

    def open(self, path, width=1280, dark=False, height=900, media="screen"):
        """Open a file from disk in a window of this width."""
        self.said.clear()
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.call(
            "Emulation.setEmulatedMedia",
            media=media,
            features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}],
        )
        self.call("Page.navigate", url=Path(path).resolve().as_uri())
        self.wait_for("Page.loadEventFired")

    def ask(self, expression):
        """Value of a JavaScript expression in the page."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def complaints(self):
        """Errors and warnings in the console, blocked scripts and exceptions among them."""
        texts = []
        for said in self.said:
            parameters = said["params"]
            if said["method"] == "Log.entryAdded":
                if parameters["entry"]["level"] in ("error", "warning"):
                    texts.append(parameters["entry"]["text"])
            elif said["method"] == "Runtime.exceptionThrown":
                texts.append(parameters["exceptionDetails"]["text"])
            elif said["method"] == "Runtime.consoleAPICalled" and parameters["type"] == "error":
                texts.append(str(parameters["args"]))
        return texts

    def picture(self, path, top=0, height=None):
        """Save what the page looks like, from `top` pixels down."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {
            "x": 0,
            "y": top,
            "width": size["width"],
            "height": min(height or size["height"], size["height"] - top),
            "scale": 1,
        }
        data = self.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)["data"]
        Path(path).write_bytes(base64.b64decode(data))
        return size["height"]

    def _next(self):
        while b"\0" not in self.buffer:
            read = os.read(self.from_browser, 1 << 16)
            if not read:
                raise RuntimeError(f"{self.chromium} ended")
            self.buffer += read
        line, self.buffer = self.buffer.split(b"\0", 1)
        answer = json.loads(line)
        if "method" in answer:
            self.said.append(answer)
        return answer
