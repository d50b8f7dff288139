"""A stand-in for the agreements service: the feed of repayments, deductions and refunds, over real HTTP."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "payrolls-token"


class Stub:
    """What the service knows. `interrupt(point)` is called at each request, before and after its effect."""

    def __init__(self):
        self.lock = threading.RLock()
        self.feed, self.amounts, self.revisions = [], {}, {}
        self.taken, self.refunded = {}, {}
        self.figures = {}
        self.bodies, self.receipts = {}, {}
        self.away = False
        self.refuse = {}
        self.interrupt = lambda _: None

    def owe(self, repayment, amount, times=1):
        """The next revision of a repayment: what is owed now, counting what was reported so far."""
        with self.lock:
            self.amounts[repayment] = amount
            left = amount - self.taken.get(repayment, 0) + self.refunded.get(repayment, 0)
            revision = self.revisions[repayment] = self.revisions.get(repayment, 0) + 1
            self.figures[repayment, revision] = max(0, left)
            event = self._event(repayment, revision, left)
            for _ in range(times):
                self.put(event)
            return event

    def put(self, event):
        with self.lock:
            self.feed.append({**event, "cursor": str(len(self.feed) + 1)})

    def _event(self, repayment, revision, left):
        kind = "RefundDue" if left < 0 else "RepaymentAdjusted" if revision > 1 else "RepaymentRequired"
        data = {
            "repayment_id": repayment, "revision": revision, "agreement_id": repayment[:-3], "staff_id": "P1",
            "employment_id": "E1", "school_urn": f"10000{len(repayment) % 3}", "payroll_number": "4711",
            "amount_pence": self.amounts[repayment], "taken_pence": self.taken.get(repayment, 0),
            "deducted_pence": self.taken.get(repayment, 0), "refunded_pence": self.refunded.get(repayment, 0),
            "outstanding_pence": max(0, left), "refund_due_pence": max(0, -left), "pay_element_code": "CPD-REPAY",
            "pay_period": "2024-11", "final_pay": True, "last_day": "2024-11-30", "consent_reference": "a/1",
            "computation": {},
        }  # fmt: skip
        return {"id": f"{repayment}/{revision}", "type": f"cpd.agreements.{kind}.v1", "data": data}

    def page(self, after, limit):
        with self.lock:
            items = self.feed[after : after + limit]
        return 200, {"items": items, "next": items[-1]["cursor"] if items else None}

    def act(self, path, key, body):
        """The answer to a report, as the service gives it: by its receipt where the key was used before."""
        with self.lock:
            self.bodies.setdefault(key, set()).add(body)
            if key not in self.receipts:
                status, answer = self._judge(path, json.loads(body))
                if status != 200:
                    return status, answer
                self.receipts[key] = answer
            return 200, self.receipts[key]

    def _judge(self, path, body):
        repayment, call = path.split("/")[3:5]
        if repayment in self.refuse:
            return self.refuse[repayment], {"title": "No", "errors": {"taken_pence": ["must be otherwise"]}}
        if call == "deductions":
            left = self.figures[repayment, body["revision"]]
            fits = body["taken_pence"] == left if body["outcome"] == "taken" else 0 < body["taken_pence"] < left
            if not fits:
                return 422, {"title": "No", "errors": {"taken_pence": [f"must fit {left}"]}}
            self.figures[repayment, body["revision"]] -= body["taken_pence"]
            self.taken[repayment] = self.taken.get(repayment, 0) + body["taken_pence"]
        else:
            if body["amount_pence"] > self._net(repayment) - self.amounts[repayment]:
                return 409, {"title": "No", "detail": "more than is due back"}
            self.refunded[repayment] = self.refunded.get(repayment, 0) + body["amount_pence"]
        return 200, {
            "revision": self._tell_of_a_refund(repayment) if call == "deductions" else self.revisions[repayment],
            "taken_total_pence": self.taken.get(repayment, 0),
            "refunded_pence": self.refunded.get(repayment, 0),
        }

    def _tell_of_a_refund(self, repayment):
        if self._net(repayment) > self.amounts[repayment]:
            self.owe(repayment, self.amounts[repayment], times=2)
        return self.revisions[repayment]

    def _net(self, repayment):
        return self.taken.get(repayment, 0) - self.refunded.get(repayment, 0)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        stub = self.server.stub
        self._answer(lambda: stub.page(int(query.get("after", ["0"])[0]), int(query["limit"][0])))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(lambda: self.server.stub.act(self.path, self.headers["Idempotency-Key"], body))

    def _answer(self, effect):
        stub = self.server.stub
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._send(401, {"title": "Not authenticated", "detail": "no valid token"})
        elif stub.away:
            self._send(503, {"title": "Bus away", "detail": "the bus is away"})
        else:
            stub.interrupt(f"before {self.command}")
            status, given = effect()
            stub.interrupt(f"after {self.command}")
            self._send(status, given)

    def _send(self, status, given):
        content = json.dumps(given).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status == 200 else "application/problem+json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *given):
        """Quiet: the test says what happened."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A consumer that was killed no longer listens: that is what the test is about."""


@contextmanager
def served(stub):
    """The stub on a free port of this machine; gives its URL."""
    with Server(("127.0.0.1", 0), Handler) as server:
        server.stub = stub
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
