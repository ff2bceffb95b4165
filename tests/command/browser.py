# SPDX-License-Identifier: MIT
"""Chromium without a window, told what to do over a pair of pipes (Chrome DevTools Protocol).

Knows the browser's name and its options. Nothing is asked of any network.
"""
import base64
import json
import os
import shutil
import subprocess
import tempfile

PROGRAM = shutil.which('chromium') or shutil.which('chromium-browser')
OPTIONS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
           '--disable-background-networking', '--disable-component-update', '--disable-sync',
           '--remote-debugging-pipe', '--window-size=1400,1000']


class Browser:
    """One page at a time. A context manager: it ends the browser."""

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        theirs_in, self.out = os.pipe()
        self.into, theirs_out = os.pipe()
        # The browser reads from descriptor 3 and writes to 4.
        self.process = subprocess.Popen(
            ['bash', '-c', f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', 'bash', PROGRAM, *OPTIONS,
             f'--user-data-dir={self.profile.name}', 'about:blank'],
            pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self.buffer, self.number, self.session = b'', 0, None
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target,
                                 flatten=True)['sessionId']
        self.call('Page.enable')
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.out)
        os.close(self.into)
        self.profile.cleanup()

    def read(self):
        while b'\0' not in self.buffer:
            chunk = os.read(self.into, 1 << 20)
            if not chunk:
                raise RuntimeError('the browser has ended')
            self.buffer += chunk
        message, self.buffer = self.buffer.split(b'\0', 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': parameters}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.out, json.dumps(message).encode() + b'\0')
        while True:
            answer = self.read()
            if answer.get('id') == self.number:
                if 'error' in answer:
                    raise RuntimeError(answer['error']['message'])
                return answer['result']

    def open(self, path, fragment=''):
        """Loads the page, and waits until it is there."""
        self.call('Page.navigate', url='about:blank')
        self.call('Page.navigate', url=f'file://{path}{fragment}')
        self.wait("document.readyState === 'complete' && location.protocol === 'file:'")

    def wait(self, condition):
        """Returns when the condition, an expression in JavaScript, holds."""
        self.tell('new Promise(done => { (function look() {'
                  f' ({condition}) ? done() : setTimeout(look, 10); }})(); }})')

    def tell(self, expression):
        """Returns what the expression is, on the page."""
        answer = self.call('Runtime.evaluate', expression=expression, awaitPromise=True,
                           returnByValue=True)
        if 'exceptionDetails' in answer:
            raise RuntimeError(json.dumps(answer['exceptionDetails']))
        return answer['result'].get('value')

    def text(self, selector):
        """The text of the first element that the selector finds, or None."""
        return self.tell(f'document.querySelector({json.dumps(selector)})?.innerText')

    def picture(self, path):
        """Writes what is seen to a file, as PNG."""
        data = self.call('Page.captureScreenshot', format='png')['data']
        with open(path, 'wb') as file:
            file.write(base64.b64decode(data))
