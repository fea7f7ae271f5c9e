#!/usr/bin/env python3
"""Times the Paillier operations of python-paillier (phe), or of bare gmpy2 arithmetic, on one thread.

    PYTHONPATH=<python-paillier> python3 paillier_peer.py --bits 2048 3072 --seconds 3 --engine auto

Prints one JSON document, a list of {"name", "size", "microseconds", "engine"}: medians over repeats.
  encrypt      one integer: (1 + m n) r^n mod n^2, a fresh r each time
  decrypt      one ciphertext, by CRT modulo p^2 and q^2
  multiply-16  one ciphertext by one signed 16-bit weight (half of the weights are negative: an inversion each)
  add          two ciphertexts
  dot-784      784 multiply-16 and 783 add
  keygen       one key pair
Engine "phe" is what its user writes: encrypt, decrypt, and the + and * of EncryptedNumber. Engine "gmpy2" is
the same arithmetic on GMP integers with nothing around it, so it is the faster of the two at small operations.
"""
import argparse
import importlib.util
import json
import operator
import random
import statistics
import sys
import time

try:
    import gmpy2
    from gmpy2 import powmod
except ImportError:
    sys.exit("gmpy2 is missing from this Python, and without it the figures would mean nothing: "
             "install it (Debian: apt install python3-gmpy2; elsewhere: pip install gmpy2) and run again.")

TERMS = 784
ROUNDS = 10
SYSTEM_RANDOM = random.SystemRandom()


class Gmpy2Engine:
    """Paillier with g = n + 1 on GMP integers, the operations of phe without its classes."""

    label = f"gmpy2 {gmpy2.version()} ({gmpy2.mp_version()})"

    def keygen(self, bits):
        p = q = 0
        while p == q or (p * q).bit_length() != bits:
            p, q = (gmpy2.next_prime(SYSTEM_RANDOM.getrandbits(bits // 2) | 1 << bits // 2 - 1) for _ in range(2))
        return p * q, p, q

    def load(self, key):
        self.n, self.p, self.q = key
        self.n2, self.p2, self.q2 = self.n ** 2, self.p ** 2, self.q ** 2
        self.p_inverse = gmpy2.invert(self.p, self.q)
        self.hp, self.hq = (gmpy2.invert((powmod(self.n + 1, x - 1, x * x) - 1) // x, x) for x in (self.p, self.q))

    def encrypt(self, message):
        r = SYSTEM_RANDOM.randrange(1, int(self.n))
        return (1 + message * self.n) * powmod(r, self.n, self.n2) % self.n2

    def decrypt(self, ciphertext):
        m_p = (powmod(ciphertext, self.p - 1, self.p2) - 1) // self.p * self.hp % self.p
        m_q = (powmod(ciphertext, self.q - 1, self.q2) - 1) // self.q * self.hq % self.q
        return m_p + (m_q - m_p) * self.p_inverse % self.q * self.p

    def multiply(self, ciphertext, weight):
        return powmod(ciphertext, weight, self.n2)  # a negative weight: the power of the inverse

    def add(self, left, right):
        return left * right % self.n2


class PheEngine:
    """python-paillier through its public classes."""

    multiply, add = staticmethod(operator.mul), staticmethod(operator.add)

    def __init__(self, phe):
        self.phe = phe
        self.label = f"phe {phe.__version__}, {Gmpy2Engine.label}"

    def keygen(self, bits):
        return self.phe.generate_paillier_keypair(n_length=bits)

    def load(self, key):
        public, private = key
        self.n, self.encrypt, self.decrypt = public.n, public.encrypt, private.decrypt


def choose_engine(name):
    if name != "gmpy2" and importlib.util.find_spec("phe"):
        return PheEngine(importlib.import_module("phe"))
    if name == "phe":
        sys.exit("phe is missing from this Python: put python-paillier on PYTHONPATH, or use --engine gmpy2.")
    return Gmpy2Engine()


def dot(engine, ciphertexts, weights):
    total = engine.multiply(ciphertexts[0], weights[0])
    for ciphertext, weight in zip(ciphertexts[1:], weights[1:]):
        total = engine.add(total, engine.multiply(ciphertext, weight))
    return total


def operations(engine, bits):
    """Maps each name to (a call to time, how many of the operation that call does)."""
    engine.load(engine.keygen(bits))
    rng = random.Random(TERMS)
    messages = [rng.getrandbits(16), rng.getrandbits(16)]
    ciphertexts = [engine.encrypt(message) for message in messages]
    while len(ciphertexts) < TERMS:  # each the sum of the last two: full-size ciphertexts, cheaply made
        messages.append(messages[-1] + messages[-2])
        ciphertexts.append(engine.add(ciphertexts[-1], ciphertexts[-2]))
    weights = [rng.randint(-32768, 32767) for _ in range(TERMS)]

    expected = sum(message * weight for message, weight in zip(messages, weights))
    if (engine.decrypt(dot(engine, ciphertexts, weights)) - expected) % engine.n:
        sys.exit(f"{engine.label} computed a wrong dot product at {bits} bits; its times are not worth printing.")

    def every(operation, right):
        for x, y in zip(ciphertexts, right):
            operation(x, y)

    return {
        "keygen": (lambda: engine.keygen(bits), 1),
        "encrypt": (lambda: engine.encrypt(messages[0]), 1),
        "decrypt": (lambda: engine.decrypt(ciphertexts[-1]), 1),
        "multiply-16": (lambda: every(engine.multiply, weights), TERMS),
        "add": (lambda: every(engine.add, ciphertexts[::-1]), TERMS),
        "dot-784": (lambda: dot(engine, ciphertexts, weights), 1),
    }


def measure(timed, seconds):
    """Median microseconds by name. The operations take turns, so that a slow spell of the machine hits all alike."""
    times = {name: [] for name in timed}
    for _ in range(ROUNDS):
        for name, (call, count) in timed.items():
            now = time.perf_counter()
            end = now + seconds / ROUNDS
            while now < end:
                start = now
                call()
                now = time.perf_counter()
                times[name].append((now - start) * 1e6 / count)
    return {name: round(statistics.median(repeats), 2) for name, repeats in times.items()}


def main():
    parser = argparse.ArgumentParser(description="Times Paillier in Python on one thread; prints JSON.")
    parser.add_argument("--bits", type=int, nargs="+", default=[2048, 3072], help="key sizes (default: 2048 3072)")
    parser.add_argument("--seconds", type=float, default=3.0, help="time for each operation and size (default: 3)")
    parser.add_argument("--engine", choices=["auto", "phe", "gmpy2"], default="auto",
                        help="auto: phe where it can be imported, else gmpy2")
    options = parser.parse_args()
    if any(bits < 1024 or bits % 2 for bits in options.bits):
        parser.error("--bits takes even key sizes of 1024 or more.")

    engine = choose_engine(options.engine)
    rows = [{"name": name, "size": bits, "microseconds": microseconds, "engine": engine.label}
            for bits in options.bits
            for name, microseconds in measure(operations(engine, bits), options.seconds).items()]
    json.dump(rows, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
