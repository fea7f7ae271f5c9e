#!/usr/bin/env python3
"""Writes the known-answer files of this folder with python-paillier (phe); see README.md for how it is run.

The files are a pure function of the seed: every random draw that phe makes, key generation included, comes
from one seeded generator per file, and pheutil's clock is fixed. Every ciphertext is computed twice, by phe
and by plain modular arithmetic on gmpy2, and decrypted again, before it is written.
"""
import json
import os
import random
import struct
import types

import gmpy2
import phe
import phe.command_line
from click.testing import CliRunner
from gmpy2 import mpz, powmod

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = "hybrid-paillier-vectors-1"


def seeded(name):
    """Seeds all randomness of phe (it draws from random.SystemRandom) from the file's name."""
    rng = random.Random(f"{SEED}/{name}")
    random.SystemRandom = lambda: rng
    return rng


def write(name, document):
    with open(os.path.join(HERE, name), "w", encoding="ascii", newline="\n") as file:
        if isinstance(document, str):
            file.write(document)
            return
        body = ",\n".join(f'"{key}": {rows(value)}' for key, value in document.items())
        file.write("{\n" + body + "\n}\n")


def rows(value):
    """A list of objects is written one object a line; anything else on one line."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(json.dumps(row) for row in value) + "\n]"
    return json.dumps(value)


def hexa(value):
    return format(int(value), "x")


# --- raw-<bits>.json: integers modulo n ---------------------------------------------------------------------

def raw_file(bits, long_dot):
    rng = seeded(f"raw-{bits}")
    public, private = phe.generate_paillier_keypair(n_length=bits)
    n, n2 = public.n, public.nsquare

    def opened(ciphertext, expected):
        assert private.raw_decrypt(int(ciphertext)) == expected % n
        return hexa(expected % n)

    def exact_dot(terms, weights):
        ciphertext, plaintext = mpz(1), 0
        for term, weight in zip(terms, weights):
            ciphertext = ciphertext * powmod(cs[term], weight, n2) % n2  # a negative power inverts modulo n^2
            plaintext += ms[term] * weight
        return ciphertext, plaintext

    # m: the edges of [0, n), small values of both signs as n - |m|, and one uniform value.
    ms = [0, 1, n - 1, n // 2, 12345, n - 12345, rng.randrange(n)]
    rs = [rng.randrange(1, n) for _ in ms]
    rs[1] = 1  # the bare ciphertext 1 + m n
    cs = [public.raw_encrypt(m, r) for m, r in zip(ms, rs)]
    for m, r, c in zip(ms, rs, cs):
        assert c == (1 + m * n) * powmod(r, n, n2) % n2
        opened(c, m)

    sums = []
    for a, b in [(4, 5), (2, 3)]:
        c = phe.EncryptedNumber(public, cs[a])._raw_add(cs[a], cs[b])
        assert c == mpz(cs[a]) * cs[b] % n2
        sums.append({"a": a, "b": b, "c": hexa(c), "m": opened(c, ms[a] + ms[b])})

    products = []
    for a, k in [(6, 0), (6, 3), (4, 65535), (6, -1), (6, -32768), (6, n // 3 - 1), (4, 1 - n // 3)]:
        c = phe.EncryptedNumber(public, cs[a])._raw_mul(k % n)
        assert c == powmod(cs[a], k, n2)
        products.append({"a": a, "k": ("-" if k < 0 else "") + hexa(abs(k)), "c": hexa(c), "m": opened(c, ms[a] * k)})

    every = list(range(len(ms)))
    dots = [(every, [32767, -32768, -1, 0, 257, -256, -12345]), ([4, 5, 6], [-7, -32768, -1]), ([6, 6], [5, -5])]
    if long_dot:
        dots.append(([rng.randrange(len(ms)) for _ in range(long_dot)],
                     [rng.randint(-32768, 32767) for _ in range(long_dot)]))
    dot_rows = []
    for terms, weights in dots:
        c, m = exact_dot(terms, weights)
        by_phe = sum(phe.EncryptedNumber(public, cs[t]) * w for t, w in zip(terms[1:], weights[1:]))
        by_phe = by_phe + phe.EncryptedNumber(public, cs[terms[0]]) * weights[0]
        assert by_phe.ciphertext(be_secure=False) == c
        dot_rows.append({"terms": terms, "weights": weights, "c": hexa(c), "m": opened(c, m)})

    write(f"raw-{bits}.json", {
        "bits": bits, "p": hexa(private.p), "q": hexa(private.q), "n": hexa(n),
        "encryptions": [{"m": hexa(m), "r": hexa(r), "c": hexa(c)} for m, r, c in zip(ms, rs, cs)],
        "sums": sums, "products": products, "dots": dot_rows})


# --- phe-json/encoding.json: python numbers <-> (encoding, exponent) ------------------------------------------

def number(value):
    """A python number as the files carry it: an int exactly, a float by its shortest text and its 64 bits."""
    if isinstance(value, int):
        return {"integer": str(value)}
    return {"float": repr(value), "bits": struct.pack(">d", value).hex()}


def encoding_file():
    seeded("encoding")
    public, _ = phe.generate_paillier_keypair(n_length=256)
    n, limit = public.n, public.max_int
    encode = phe.EncodedNumber.encode

    def outcome(call):
        try:
            return call()
        except (ValueError, OverflowError) as error:
            return {"error": type(error).__name__}

    def encoded(value, **options):
        number_made = encode(public, value, **options)
        return {"encoding": hexa(number_made.encoding), "exponent": number_made.exponent,
                "decoded": number(number_made.decode())}

    values = [0, 1, -1, 255, -12345, 2 ** 63, limit, -limit, limit + 1, -limit - 1,
              0.0, -0.0, 1.0, -1.0, 0.1, -0.1, 0.5, 2.0, 3.141592653589793, -1e-3, 5000.0, 65536.0, 1e16, -1e20,
              1e30, 1e-40, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, -2.5e60, 1e70]
    options = [(3.141592653589793, {"precision": 1e-5}), (-0.1, {"precision": 0.25}), (1.5, {"precision": 0.0625}),
               (1234.5, {"precision": 1.0}), (1235.5, {"precision": 1.0}), (7, {"precision": 256.0}),
               (5, {"max_exponent": -32}), (0.1, {"max_exponent": -32}), (1e30, {"max_exponent": -32}),
               (-2.5, {"max_exponent": -20}), (24, {"precision": 16.0}), (40, {"precision": 16.0}),
               (-24, {"precision": 16.0})]
    decodes = [(0, 0), (0, -14), (limit, 0), (limit + 1, 0), (n // 2, 0), (n - limit - 1, 0), (n - limit, 0),
               (n - 1, 0), (n, 0), (1, 3), (n - 5, 20), (1, -1), (n - 1, -32), (2 ** 53 + 1, -1), (2 ** 53 + 3, -1),
               (1, -268), (3, -269), (1, -269), (n - 1, -300), (limit, -1), (limit, -250), (n - 3, -2)]
    write("phe-json/encoding.json", {
        "base": 16, "n": hexa(n), "max_int": hexa(limit),
        "encode": [{"value": number(v), **outcome(lambda: encoded(v))} for v in values],
        "encode_with": [{"value": number(v), **o, **outcome(lambda: encoded(v, **o))} for v, o in options],
        "decode": [{"encoding": hexa(e), "exponent": x,
                    **outcome(lambda: {"decoded": number(phe.EncodedNumber(public, e, x).decode())})}
                   for e, x in decodes]})


# --- phe-json/pheutil-*.json and vector-*.json: files as phe's own tool and documentation write them ------------

class Pheutil:
    """Runs the real pheutil commands in this process, with the clock fixed."""

    def __init__(self):
        clock = types.SimpleNamespace(now=lambda: types.SimpleNamespace(strftime=lambda _: "2026-01-01 00:00:00"))
        phe.command_line.datetime = types.SimpleNamespace(datetime=clock)
        self.runner = CliRunner(mix_stderr=False)

    def __call__(self, *arguments):
        result = self.runner.invoke(phe.command_line.cli, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.stderr
        return result.stdout


def pheutil_files(bits, plaintexts, steps):
    rng = seeded(f"pheutil-{bits}")
    pheutil = Pheutil()
    with pheutil.runner.isolated_filesystem():
        def save(name, text):
            with open(name, "w", encoding="ascii") as file:
                file.write(text)
            return name

        private_text = pheutil("genpkey", "--keysize", str(bits), "-")
        save("private", private_text)
        public_text = pheutil("extract", "private", "-")
        save("public", public_text)

        rows_made = []

        def add_row(row, text):
            decrypted = pheutil("decrypt", "private", save("sealed", text)).strip()
            value = float(decrypted) if any(c in decrypted for c in ".en") else int(decrypted)
            rows_made.append({**row, "file": text, "decrypted": number(value)})

        for plaintext in plaintexts:
            add_row({"command": "encrypt", "plaintext": plaintext}, pheutil("encrypt", "public", "--", plaintext))
        for command, first, second in steps:
            left = save("left", rows_made[first]["file"])
            if command == "addenc":
                row = {"command": command, "first": first, "second": second}
                add_row(row, pheutil(command, "public", left, save("right", rows_made[second]["file"])))
            else:
                row = {"command": command, "first": first, "plaintext": second}
                add_row(row, pheutil(command, "public", left, "--", second))

    key = json.loads(private_text)
    public = phe.PaillierPublicKey(phe.util.base64_to_int(key["pub"]["n"]))
    write(f"phe-json/pheutil-private-{bits}.json", private_text)
    write(f"phe-json/pheutil-public-{bits}.json", public_text)
    write(f"phe-json/pheutil-numbers-{bits}.json", {"key_bits": bits, "numbers": rows_made})

    if bits == 256:
        # Releases before 1.3 wrote the totient (p-1)(q-1) as lambda, and its inverse modulo n as mu.
        p, q = (phe.util.base64_to_int(key[name]) for name in "pq")
        totient = (p - 1) * (q - 1)
        legacy = {name: value for name, value in key.items() if name not in ("p", "q")}
        legacy["lambda"] = phe.util.int_to_base64(totient)
        legacy["mu"] = phe.util.int_to_base64(int(gmpy2.invert(totient, public.n)))
        assert phe.PaillierPrivateKey.from_totient(public, totient).p == min(p, q)
        write("phe-json/pheutil-private-256-before-1.3.json", json.dumps(legacy) + "\n")

        # The vector form of phe's serialisation page; before 1.3 the public key also carried g = n + 1.
        values = [0, 1, -1, 42, -12345, 0.0, 3.141592653589793, -0.001, 1e30, -1e-40]
        sealed = [public.encrypt(value) for value in values]
        sealed.append(sealed[6] * -2.5 + sealed[3])
        values.append(3.141592653589793 * -2.5 + 42)
        vector = {"public_key": {"n": public.n}, "values": [(str(x.ciphertext()), x.exponent) for x in sealed]}
        private = phe.PaillierPrivateKey(public, p, q)
        assert all(abs(private.decrypt(x) - value) <= 1e-15 * abs(value) for x, value in zip(sealed, values))
        write("phe-json/vector-256.json", json.dumps(vector) + "\n")
        vector["public_key"] = {"g": public.n + 1, "n": public.n}
        vector["values"] = vector["values"][:2]
        write("phe-json/vector-256-before-1.3.json", json.dumps(vector) + "\n")
        write("phe-json/vector-256-expected.json", {
            "values": [{"encoding": hexa(private.raw_decrypt(x.ciphertext(False))), "exponent": x.exponent,
                        "decoded": number(private.decrypt(x))} for x in sealed]})


def main():
    os.makedirs(os.path.join(HERE, "phe-json"), exist_ok=True)
    for bits, long_dot in [(256, 784), (1024, 0), (2048, 200), (3072, 0)]:
        raw_file(bits, long_dot)
    encoding_file()
    pheutil_files(256, ["0", "1", "-1", "0.1", "-0.0001", "3.141592653589793", "5000", "-10550e20", "1e30", "1e-40"],
                  [("addenc", 6, 5), ("add", 5, "100"), ("add", 6, "-0.5"), ("multiply", 5, "-2"),
                   ("multiply", 9, "0.5"), ("addenc", 9, 4)])
    pheutil_files(2048, ["-2.5"], [("multiply", 0, "1e-3")])


if __name__ == "__main__":
    main()
