#!/usr/bin/env python3
"""Times operations on additive shares in Facebook's CrypTen: two parties, a process and a thread each, over loopback.

    python3 crypten_peer.py --source <CrypTen> --seconds 3 --cases mul:100000 matmul:256

Prints one JSON document, a list of {"name", "size", "seconds", "dealing", "fastest", "repeats", "rounds", "bytes", "engine"}.
"size" counts elements; of matmul it is the side of both matrices; of conv2d, the filters; of what takes rows, the rows.
  mul, div                          two secrets
  matmul, layer-784x128             two secret matrices, square; rows of 784 by 784 x 128
  conv2d-64x56x56                   a secret image by that many secret 3 x 3 filters of 64 channels, with a border of 1
  relu, ltz                         one secret; ltz is x < 0, as shares of 0 or 1
  max, argmax                       of all elements at once; argmax is the index
  max-pool-112x112                  that many channels, 2 x 2 at a time
  softmax-10                        rows of 10, the maximum taken off first
  exp, reciprocal, sqrt, log, sigmoid, tanh, erf    one secret; reciprocal of either sign
  mlp-784-128-128-10                rows of 784 by three layers, with ReLU after the first two; weights are secret, too
  logistic-784x10-{scores,argmax,softmax}           rows of 784 by 784 x 10, plus 10, and then what it says

"seconds" is the median over repeats of the time from a barrier until both parties are done, shares in, shares out.
CrypTen runs with its own settings: gloo, 16 bits after the point, and the trusted first party, who needs no messages
because both parties draw the randomness that a product uses up from seeds they share, as they go. "dealing" is the
part of "seconds" that takes, by the same party's clock: what a dealer would have done beforehand.
"rounds" and "bytes" are what CrypTen's communicator counts, bytes both ways together; its round is one collective call.
"""
import argparse
import functools
import importlib.util
import json
import math
import os
import pathlib
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

MODULES = ["torch", "numpy", "omegaconf", "onnx", "yaml"]
TURNS = 3
MOST_REPEATS = 100
DEFAULT_CASES = """mul:100000 mul:1000000 matmul:256 matmul:512 layer-784x128:1 layer-784x128:128 conv2d-64x56x56:64
relu:100000 relu:1000000 ltz:100000 max:100000 argmax:100000 max-pool-112x112:64 softmax-10:10000 exp:100000
reciprocal:100000 div:100000 sqrt:100000 log:100000 sigmoid:100000 tanh:100000 erf:100000
logistic-784x10-scores:1 logistic-784x10-argmax:1 logistic-784x10-softmax:1
mlp-784-128-128-10:1 mlp-784-128-128-10:128""".split()


class Party:
    """One of the two, inside its process."""

    def __init__(self, source):
        sys.path.insert(0, source)
        import torch
        torch.set_num_threads(1)
        torch.set_num_interop_threads(1)
        import crypten
        import crypten.communicator
        crypten.init()
        self.torch, self.crypten, self.link = torch, crypten, crypten.communicator.get()
        self.engine = (f"CrypTen {crypten.__version__} under PyTorch {torch.__version__} and Python "
                       f"{platform.python_version()}, dealer included")
        self.dealing = 0.0
        self.watch_dealer()

    def watch_dealer(self):
        """Counts the time inside the calls that make triples and the like, which do not nest."""
        dealer = self.crypten.mpc.get_default_provider()
        for name in dir(dealer):
            if not name.startswith("_") and callable(getattr(dealer, name)):
                setattr(dealer, name, self.counted(getattr(dealer, name)))

    def counted(self, call):
        @functools.wraps(call)
        def timed(*args, **kwargs):
            start = time.perf_counter()
            try:
                return call(*args, **kwargs)
            finally:
                self.dealing += time.perf_counter() - start
        return timed

    def all_of(self, *numbers):
        """What each party says."""
        return [row.tolist() for row in self.link.all_gather(self.torch.tensor(numbers, dtype=self.torch.long))]

    def first_says(self, number):
        return self.all_of(number)[0][0]

    def run(self, operation):
        """(seconds until both are done, seconds of dealing), one call."""
        self.link.barrier()
        self.dealing = 0.0
        start = time.perf_counter()
        operation()
        seconds = time.perf_counter() - start
        return max((taken / 1e9, dealing / 1e9) for taken, dealing in self.all_of(int(seconds * 1e9), int(self.dealing * 1e9)))

    def count(self, operation):
        """(rounds, bytes of both parties' messages): each party counts what it sends and what it receives."""
        self.crypten.cfg.communicator.verbose = True
        self.crypten.reset_communication_stats()
        operation()
        stats = self.link.get_communication_stats()
        self.crypten.cfg.communicator.verbose = False
        counts = self.all_of(stats["rounds"], int(stats["bytes"]))
        return max(rounds for rounds, _ in counts), sum(count for _, count in counts) // 2


def prepare(party, name, size):
    """(a call to time, what it should give, by how much it may be off for every 1 + |it|)."""
    torch = party.torch
    torch.manual_seed(size)

    def uniform(*shape, low=-1.0, high=1.0):
        return low + (high - low) * torch.rand(*shape, dtype=torch.float64)

    def far_from_0(*shape):
        return torch.sign(uniform(*shape)) * uniform(*shape, low=0.5, high=10)

    def case(run, plain, *inputs, tolerance=0.01):
        shares = [party.crypten.cryptensor(value, src=min(owner, 1)) for owner, value in enumerate(inputs)]
        return lambda: run(*shares), plain(*inputs).double(), tolerance

    def logistic(then, plain):
        return case(lambda x, w, b: then(x.matmul(w) + b), lambda x, w, b: plain(x @ w + b),
                    uniform(size, 784, low=0), uniform(784, 10), uniform(10), tolerance=0.02)

    def mlp(*widths):
        weights = [value for inputs, outputs in zip(widths, widths[1:])
                   for value in (uniform(inputs, outputs, low=-0.125, high=0.125), uniform(outputs, low=-0.125, high=0.125))]

        def run(x, *layers):
            for i in range(0, len(layers), 2):
                x = (x if i == 0 else x.relu()).matmul(layers[i]) + layers[i + 1]
            return x

        return case(run, run, uniform(size, widths[0], low=0), *weights, tolerance=0.02)

    cases = {
        "mul": lambda: case(lambda x, y: x * y, torch.mul, uniform(size), uniform(size)),
        "div": lambda: case(lambda x, y: x / y, torch.div, uniform(size), far_from_0(size), tolerance=0.02),
        "matmul": lambda: case(lambda x, y: x.matmul(y), torch.matmul, uniform(size, size), uniform(size, size)),
        "layer-784x128": lambda: case(lambda x, y: x.matmul(y), torch.matmul, uniform(size, 784), uniform(784, 128)),
        "conv2d-64x56x56": lambda: case(lambda x, y: x.conv2d(y, padding=1), lambda x, y: torch.conv2d(x, y, padding=1),
                                        uniform(1, 64, 56, 56), uniform(size, 64, 3, 3)),
        "relu": lambda: case(lambda x: x.relu(), torch.relu, uniform(size, low=-10, high=10)),
        "ltz": lambda: case(lambda x: x < 0, lambda x: x < 0, uniform(size, low=-10, high=10)),
        "max": lambda: case(lambda x: x.max(), torch.max, uniform(size, low=-1000, high=1000)),
        "argmax": lambda: case(lambda x: x.argmax(one_hot=False), torch.argmax, uniform(size, low=-1000, high=1000), tolerance=1e-6),
        "max-pool-112x112": lambda: case(lambda x: x.max_pool2d(2), lambda x: torch.max_pool2d(x, 2), uniform(1, size, 112, 112)),
        "softmax-10": lambda: case(lambda x: x.softmax(dim=1), lambda x: x.softmax(dim=1), uniform(size, 10, low=-3, high=3), tolerance=0.02),
        "exp": lambda: case(lambda x: x.exp(), torch.exp, uniform(size, low=-3, high=2), tolerance=0.02),
        "reciprocal": lambda: case(lambda x: x.reciprocal(), torch.reciprocal, far_from_0(size), tolerance=0.02),
        "sqrt": lambda: case(lambda x: x.sqrt(), torch.sqrt, uniform(size, low=0.5, high=10), tolerance=0.02),
        "log": lambda: case(lambda x: x.log(), torch.log, uniform(size, low=0.5, high=10), tolerance=0.02),
        "sigmoid": lambda: case(lambda x: x.sigmoid(), torch.sigmoid, uniform(size, low=-4, high=4), tolerance=0.02),
        "tanh": lambda: case(lambda x: x.tanh(), torch.tanh, uniform(size, low=-4, high=4), tolerance=0.02),
        "erf": lambda: case(lambda x: x.erf(), torch.erf, uniform(size, low=-0.5, high=0.5)),
        "mlp-784-128-128-10": lambda: mlp(784, 128, 128, 10),
        "logistic-784x10-scores": lambda: logistic(lambda x: x, lambda x: x),
        "logistic-784x10-argmax": lambda: logistic(lambda x: x.argmax(dim=1, one_hot=False), lambda x: x.argmax(dim=1)),
        "logistic-784x10-softmax": lambda: logistic(lambda x: x.softmax(dim=1), lambda x: x.softmax(dim=1)),
    }
    if name not in cases:
        sys.exit(f"There is no case {name} to time in CrypTen: there are {', '.join(cases)}.")
    return cases[name]()


def verify(what, found, expected, tolerance):
    """Times of wrong results are worth nothing; but CrypTen cuts bits off in a way that now and then spoils a single element."""
    wrong = ((found.double() - expected).abs() <= tolerance * (1 + expected.abs())).logical_not().sum().item()
    if wrong > expected.numel() // 1000:
        sys.exit(f"CrypTen computed a wrong {what}: {wrong} of {expected.numel()} elements; its times are not worth printing.")


def measure(party, cases, seconds):
    """A row for each case. The cases take turns, so that a slow spell of the machine hits all alike."""
    rows, plans = [], []
    for name, size in cases:
        operation, expected, tolerance = prepare(party, name, size)
        verify(f"{name} of size {size}", operation().get_plain_text(), expected, tolerance)
        rounds, count = party.count(operation)
        party.run(operation)
        taken, _ = party.run(operation)
        repeats = party.first_says(max(1, min(MOST_REPEATS, math.ceil(seconds / TURNS / taken))))
        plans.append((operation, repeats, []))
        rows.append({"name": name, "size": size, "rounds": rounds, "bytes": count, "engine": party.engine})
    for _ in range(TURNS):
        for operation, repeats, samples in plans:
            samples.extend(party.run(operation) for _ in range(repeats))
    for row, (_, _, samples) in zip(rows, plans):
        row["seconds"], row["dealing"] = (statistics.median(column) for column in zip(*samples))
        row["fastest"], row["repeats"] = min(samples)[0], len(samples)
    return rows


def be_party(options):
    threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()  # no parent, no party
    party = Party(options.source)
    with party.crypten.no_grad():
        rows = measure(party, options.cases, options.seconds)
    if options.rank == 0:
        json.dump(rows, sys.stdout, indent=1)
        print(flush=True)
    party.link.barrier()
    os._exit(0)


def start_parties(options):
    """Runs this script again, twice, and ends both if one of them fails."""
    loopback = next((name for _, name in socket.if_nameindex() if name.startswith("lo")), "lo")
    with tempfile.TemporaryDirectory() as folder:
        meeting = {"WORLD_SIZE": "2", "DISTRIBUTED_BACKEND": "gloo", "GLOO_SOCKET_IFNAME": loopback, "OMP_NUM_THREADS": "1",
                   "RENDEZVOUS": (pathlib.Path(folder) / "meeting").as_uri()}
        parties = [subprocess.Popen([sys.executable, __file__, *sys.argv[1:], "--rank", str(rank)], stdin=subprocess.PIPE,
                                    stdout=None if rank == 0 else subprocess.DEVNULL,
                                    env={**os.environ, **meeting, "RANK": str(rank)}) for rank in range(2)]
        try:
            while None in (codes := [party.poll() for party in parties]) and not any(codes):
                time.sleep(0.05)
        finally:
            for party in parties:
                party.kill()
                party.wait()
    return next((code for code in codes if code), 0)


def case_of(text):
    name, _, size = text.rpartition(":")
    return name, int(size)


def main():
    parser = argparse.ArgumentParser(description="Times CrypTen between two processes; prints JSON.")
    parser.add_argument("--source", required=True, help="the folder that holds CrypTen's package, crypten, and its configs")
    parser.add_argument("--seconds", type=float, default=3.0, help="time for each case (default: 3)")
    parser.add_argument("--cases", type=case_of, nargs="+", default=[case_of(case) for case in DEFAULT_CASES],
                        metavar="NAME:SIZE", help="what to time (default: all)")
    parser.add_argument("--rank", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not (pathlib.Path(options.source) / "crypten" / "__init__.py").is_file():
        parser.error(f"{options.source} holds no CrypTen: --source names the folder in which its package, crypten, lies.")
    if missing := [module for module in MODULES if importlib.util.find_spec(module) is None]:
        sys.exit(f"CrypTen needs {', '.join(missing)}, which this Python lacks (Debian: "
                 "apt install python3-torch python3-omegaconf python3-onnx python3-yaml).")
    if any(size < 1 for _, size in options.cases):
        parser.error("--cases takes sizes of 1 or more.")
    if options.rank is None:
        sys.exit(start_parties(options))
    be_party(options)


if __name__ == "__main__":
    main()
