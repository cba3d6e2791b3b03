"""How gunicorn serves Anchored, in the clinic and on the machine of somebody who tries it out."""

import gc
import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True


def post_worker_init(worker):
    """What a worker has loaded by now stays for good: the garbage collector need not look at it again.

    A page makes some ten thousand objects that are gone with it, so it looks for rings of garbage less often too: a tenth of a
    page's time was spent on that.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
