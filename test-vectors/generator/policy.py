"""Export policies: encodings, floors, decisions and attacks, by reading the specification and nothing else.

Shares no code with the card or the host. Rules are written as (prefix, lo, hi, tail_min, tail_max) with 32-bit components; the
text forms are made here too, so that the parsers of the host are held against a second hand.
"""

import hashlib

import secp256k1 as ec

H = 0x80000000
OWN = "this project's generator (test-vectors/generator/policy.py)"
DOMAIN = b"keycard-export-policy-v1"
RESERVED = (0xC0000000, 0xC0FFFFFF)
EIP1581 = (43 + H, 60 + H, 1581 + H)


# --- text and bytes -------------------------------------------------------------------------------------------------------

def component(text):
    hardened = text[-1] in "'hH"
    index = int(text[:-1] if hardened else text, 0)
    return index + (H if hardened else 0)


def show(value):
    return f"{value & ~H}'" if value & H else str(value)


def path(text):
    return tuple(component(part) for part in text.split("/")[1:])


def path_bytes(components):
    return b"".join(c.to_bytes(4, "big") for c in components)


def rule(text):
    """m/43'/60'/1581'/[0'..1']/{1..6}"""
    head, tail = text.rsplit("/{", 1)
    prefix, boundary = head.rsplit("/[", 1)
    lo, _, hi = boundary[:-1].partition("..")
    tail_min, _, tail_max = tail[:-1].partition("..")
    return (path(prefix), component(lo), component(hi or lo), int(tail_min), int(tail_max or tail_min))


def rule_text(r):
    head = "".join("/" + show(c) for c in r[0])
    return f"m{head}/[{show(r[1])}..{show(r[2])}]/{{{r[3]}..{r[4]}}}"


def rule_bytes(r, modes=1):
    return (bytes([len(r[0])]) + path_bytes(r[0]) + path_bytes(r[1:3])
            + bytes([r[3], r[4], modes]))


def policy(sequence, rules, uid=b"", successor=b"", sort=True, flags=None, version=1, n=None,
           modes=1):
    """The encoding of a policy; everything about it can be bent."""
    encoded = [r if isinstance(r, bytes) else rule_bytes(r, modes) for r in rules]
    if sort:
        encoded.sort()
    if flags is None:
        flags = (1 if uid else 0) | (2 if successor else 0)
    return (bytes([version]) + sequence.to_bytes(4, "big") + bytes([flags]) + uid + successor
            + bytes([len(encoded) if n is None else n]) + b"".join(encoded))


def floor(rules, sort=True, modes=0, n=None):
    encoded = [r if isinstance(r, bytes) else rule_bytes(r, modes) for r in rules]
    if sort:
        encoded.sort()
    return bytes([len(encoded) if n is None else n]) + b"".join(encoded)


def below(text):
    """A rule of a floor: the boundary as given, everything below included."""
    prefix, boundary = text.rsplit("/[", 1)
    lo, _, hi = boundary[:-1].partition("..")
    components = path(prefix)
    return (components, component(lo), component(hi or lo), 0, 9 - len(components))


COMPILED_FLOOR = [below(t) for t in (
    "m/[0'..42']", "m/44'/[0'..1236']", "m/44'/[1238'..2147483647']", "m/[45'..83696967']",
    "m/83696968'/[0'..65535']", "m/[83696969'..2147483647']")]


# --- signatures -----------------------------------------------------------------------------------------------------------

def integer(value):
    body = value.to_bytes(max(1, (value.bit_length() + 8) // 8), "big")
    return bytes([2, len(body)]) + body


def sequence_of(*parts):
    body = b"".join(parts)
    return bytes([0x30, len(body)]) + body


class Key:
    """An authority's key pair, made from a label."""

    def __init__(self, label):
        self.secret = int.from_bytes(hashlib.sha256(f"keyfence {label}".encode()).digest(), "big") % ec.N
        self.public = ec.uncompressed(ec.multiply(self.secret))
        self.fingerprint = hashlib.sha256(self.public).digest()[:8]

    def raw(self, message):
        """(r, s) with low s over SHA-256 of the message; the nonce is a hash of both."""
        z = int.from_bytes(hashlib.sha256(message).digest(), "big")
        k = int.from_bytes(hashlib.sha512(self.secret.to_bytes(32, "big") + message).digest(), "big") % ec.N
        r = ec.multiply(k)[0] % ec.N
        s = pow(k, -1, ec.N) * (z + r * self.secret) % ec.N
        return r, min(s, ec.N - s)

    def der(self, encoded, domain=DOMAIN):
        r, s = self.raw(domain + encoded)
        return sequence_of(integer(r), integer(s))

    def sign(self, encoded):
        return encoded + self.der(encoded)


AUTHORITY, OTHER, SUCCESSOR = Key("authority"), Key("other authority"), Key("successor")
NO_POINT = b"\x04" + bytes(31) + b"\x05" + bytes(31) + b"\x01"


# --- decisions, by the specification's sentences ------------------------------------------------------------------------------

def matches(r, p):
    k = len(r[0])
    return (k + 1 + r[3] <= len(p) <= k + 1 + r[4] and p[:k] == r[0] and r[1] <= p[k] <= r[2])


def at_or_below(r, p):
    k = len(r[0])
    return len(p) > k and p[:k] == r[0] and r[1] <= p[k] <= r[2]


def reserved_range(position, lo, hi):
    """position counts from 0: the fifth component is the first that can be reserved."""
    return position >= 4 and RESERVED[0] <= lo and hi <= RESERVED[1]


def floor_keeps(f, p):
    k = len(f[0])
    head = min(len(p), k + 1)
    ranges = [(c, c) for c in f[0]] + [(f[1], f[2])]
    if not all(lo <= c <= hi for c, (lo, hi) in zip(p[:head], ranges)):
        return False
    return not any(reserved_range(j, p[j], p[j]) for j in range(k + 1, len(p)))


def floor_reached(r, f):
    def ranges(x):
        return [(c, c) for c in x[0]] + [(x[1], x[2])]
    mine, its = ranges(r), ranges(f)
    for j in range(max(len(mine), len(its))):
        if j < len(its) and j < len(mine):
            if mine[j][1] < its[j][0] or its[j][1] < mine[j][0]:
                return False
        elif j >= len(its) and reserved_range(j, *mine[j]):
            return False
    return True


def private(rules, mask, floors, p):
    if not p or any(floor_keeps(f, p) for f in floors):
        return False
    return any(matches(r, p) for i, r in enumerate(rules) if not mask >> i & 1)


def extended(rules, installed, p):
    return not any(at_or_below(r, p) for r in list(rules) + list(installed))


# --- encodings ------------------------------------------------------------------------------------------------------------

DEFAULT = rule("m/43'/60'/1581'/[0'..1']/{1..6}")
KEY_TYPE_2 = rule("m/43'/60'/1581'/[2'..2']/{1..6}")
NOSTR = rule("m/44'/1237'/[0'..0']/{2..2}")
BIP85_HEX = rule("m/83696968'/[128169'..128169']/{2..2}")
UID = bytes(range(16))


def encodings():
    def case(name, number, rules, uid=b"", successor=b""):
        encoded = policy(number, rules, uid, successor)
        ordered = sorted(rules, key=rule_bytes)
        return {"name": name, "sequence": number, "uid": uid.hex(), "successor": successor.hex(),
                "rules": [rule_text(r) for r in ordered], "encoded": encoded.hex(),
                "digest": hashlib.sha256(encoded).hexdigest()}

    def deep(k, count):
        return [((43 + H,) * k, i + H, i + H, 0, 9 - k) for i in range(count)]

    valid = [
        case("the default policy", 0, [DEFAULT]),
        case("no rule", 7, []),
        case("several rules, sorted", 2, [BIP85_HEX, KEY_TYPE_2, NOSTR, DEFAULT]),
        case("the highest number of all", 0xFFFFFFFF, [DEFAULT]),
        case("the highest number that counts", 0xFFFFFFFE, [DEFAULT]),
        case("bound to a card", 3, [DEFAULT], uid=UID),
        case("names a successor", 4, [DEFAULT], successor=SUCCESSOR.public),
        case("bound and with a successor", 5, [DEFAULT], UID, SUCCESSOR.public),
        case("eight rules of four prefix components", 6, deep(4, 8)),
        case("eight rules of three, bound", 6, deep(3, 8), uid=UID),
        case("eight rules of two, with a successor", 6, deep(2, 8), successor=SUCCESSOR.public),
        case("eight rules of one, bound and with a successor", 6, deep(1, 8), UID, SUCCESSOR.public),
        case("the deepest boundary", 8, [rule("m/43'/1/2/3/4/5/6/7/[8']/{0..1}")]),
        case("a boundary without prefix", 9, [rule("m/[43'..43']/{0..9}")]),
        case("soft components before the boundary", 10, [rule("m/43'/0/4294967/[0'..2147483647']/{0}")]),
        case("boundaries that sort as unsigned", 11, [rule("m/43'/[1']/{0}"), rule("m/43/[1']/{0}"),
                                                      rule("m/43'/[2147483647']/{0}")]),
        case("equal but for the tail", 12, [rule("m/43'/[1']/{1}"), rule("m/43'/[1']/{1..2}"),
                                            rule("m/43'/[1']/{0}")]),
    ]
    good = policy(1, [DEFAULT])

    def bad(name, encoded, error, stage="contents"):
        return {"name": name, "encoded": encoded.hex(), "error": error, "stage": stage}

    soft = (EIP1581, 0, 1 + H, 1, 6)
    invalid = [bad(f"cut after {cut} bytes", good[:cut], "truncated", "shape")
               for cut in (0, 1, 3, 5, 6, 7, 8, 10, 20, 24, 27, 28, 29, 30)]
    invalid += [
        bad("a UID cut short", policy(1, [], uid=UID)[:20], "truncated", "shape"),
        bad("a successor cut short", policy(1, [], successor=SUCCESSOR.public)[:60], "truncated", "shape"),
        bad("a byte after it", good + b"\0", "trailing", "shape"),
        bad("a signature after it", AUTHORITY.sign(good), "trailing", "shape"),
        bad("version 0", policy(1, [DEFAULT], version=0), "version", "shape"),
        bad("version 2", policy(1, [DEFAULT], version=2), "version", "shape"),
        bad("flag 2", policy(1, [DEFAULT], flags=4), "flags", "shape"),
        bad("flag 7", policy(1, [DEFAULT], flags=0x80), "flags", "shape"),
        bad("nine rules", policy(1, deep(1, 9)), "too-many-rules", "shape"),
        bad("FF rules", policy(1, [DEFAULT], n=255), "too-many-rules", "shape"),
        bad("more rules than said", policy(1, [DEFAULT, NOSTR], n=1), "trailing", "shape"),
        bad("fewer rules than said", policy(1, [DEFAULT], n=2), "truncated", "shape"),
        bad("nine prefix components", policy(1, [((43 + H,) * 9, H, H, 0, 0)]), "prefix-too-long", "shape"),
        bad("FF prefix components", policy(1, [b"\xff" + rule_bytes(DEFAULT)[1:]]), "prefix-too-long", "shape"),
        bad("241 bytes or more", policy(1, deep(4, 8), uid=UID), "too-long", "shape"),
        bad("a soft lower end", policy(1, [soft]), "boundary-not-hardened"),
        bad("a soft boundary", policy(1, [(EIP1581, 0, 1, 1, 6)]), "boundary-not-hardened"),
        bad("a soft upper end, below the lower one", policy(1, [(EIP1581, H, 1, 1, 6)]), "boundary-not-hardened"),
        bad("a boundary that runs backwards", policy(1, [(EIP1581, 1 + H, H, 1, 6)]), "boundary-reversed"),
        bad("a tail that runs backwards", policy(1, [(EIP1581, H, H, 2, 1)]), "tail-reversed"),
        bad("eleven components", policy(1, [(EIP1581, H, H, 0, 7)]), "too-deep"),
        bad("a tail of FF", policy(1, [(EIP1581, H, H, 0, 255)]), "too-deep"),
        bad("eleven components from eight prefix ones", policy(1, [((43 + H,) * 8, H, H, 0, 2)]), "too-deep"),
        bad("modes 00", policy(1, [DEFAULT], modes=0), "modes"),
        bad("modes 02", policy(1, [DEFAULT], modes=2), "modes"),
        bad("modes 03", policy(1, [DEFAULT], modes=3), "modes"),
        bad("modes 81", policy(1, [DEFAULT], modes=0x81), "modes"),
        bad("a rule twice", policy(1, [DEFAULT, DEFAULT]), "duplicate"),
        bad("out of order", policy(1, [KEY_TYPE_2, DEFAULT], sort=False), "unsorted"),
        bad("in order if bytes were signed", policy(1, [rule("m/43'/[1']/{0}"), rule("m/43/[1']/{0}")],
                                                    sort=False), "unsorted"),
        bad("a successor off the curve", policy(1, [DEFAULT], successor=NO_POINT), "successor"),
        bad("a successor of zeros", policy(1, [DEFAULT], successor=bytes(65)), "successor"),
        bad("a successor with tag 06", policy(1, [DEFAULT], successor=b"\x06" + SUCCESSOR.public[1:]), "successor"),
    ]

    def signed(name, encoded, signature, valid, key=AUTHORITY):
        return {"name": name, "policy": encoded.hex(), "signature": signature.hex(), "valid": valid,
                "authority": key.public.hex(), "fingerprint": key.fingerprint.hex()}

    r, s = AUTHORITY.raw(DOMAIN + good)
    signatures = [
        signed("the authority's", good, AUTHORITY.der(good), True),
        signed("the authority's with high s", good, sequence_of(integer(r), integer(ec.N - s)), True),
        signed("another's", good, OTHER.der(good), False),
        signed("the other's own", good, OTHER.der(good), True, OTHER),
        signed("without the domain", good, AUTHORITY.der(good, b""), False),
        signed("over another policy", good, AUTHORITY.der(policy(2, [DEFAULT])), False),
    ]
    texts = [
        {"text": t, "printed": rule_text(rule(t.replace("h", "'").replace("H", "'")))} for t in (
            "m/43'/60'/1581'/[0'..1']/{1..6}", "m/43h/60H/1581'/[2']/{3}",
            "m/44'/60'/0'/0/[1073741824'..1073741825']/{0..0}", "m/[43'..43']/{0..9}")]
    return {"source": "the export policy's encoding, written by " + OWN,
            "policies": valid, "invalid": invalid, "signatures": signatures, "texts": texts}


def floors():
    def case(name, rules):
        return {"name": name, "rules": [rule_text(r) for r in sorted(rules, key=lambda r: rule_bytes(r, 0))],
                "encoded": floor(rules).hex()}

    def bad(name, encoded, error):
        return {"name": name, "encoded": encoded.hex(), "error": error}

    added = [below("m/43'/60'/1581'/[7']"), below("m/44'/1237'/[5'..9']")]
    one = below("m/43'/[5'..6']")
    deepest = below("m/43'/1/2/3/4/5/6/7/[8']")
    valid = [case("nothing", []), case("two rules", added), case("the deepest", [deepest]),
             case("eight rules", [below(f"m/43'/[{i}']") for i in range(8)])]
    invalid = [
        bad("empty", b"", "truncated"), bad("cut", floor([one])[:-1], "truncated"),
        bad("a byte after it", floor([one]) + b"\0", "trailing"),
        bad("nine rules", floor([below(f"m/43'/[{i}']") for i in range(9)]), "too-many-rules"),
        bad("modes 01", floor([one], modes=1), "modes"),
        bad("a short tail", floor([((43 + H,), 5 + H, 6 + H, 0, 7)]), "floor-tail"),
        bad("a tail that leaves the node out", floor([((43 + H,), 5 + H, 6 + H, 1, 8)]), "floor-tail"),
        bad("a tail too deep", floor([((43 + H,), 5 + H, 6 + H, 0, 9)]), "too-deep"),
        bad("a soft boundary", floor([((43 + H,), 5, 6 + H, 0, 8)]), "boundary-not-hardened"),
        bad("backwards", floor([((43 + H,), 6 + H, 5 + H, 0, 8)]), "boundary-reversed"),
        bad("twice the same", floor([one, one]), "duplicate"),
        bad("out of order", floor([below("m/43'/[6']"), below("m/43'/[5']")], sort=False), "unsorted"),
        bad("one that is compiled in", floor([COMPILED_FLOOR[1]]), "duplicate"),
        bad("nine prefix components", floor([((43 + H,) * 9, H, H, 0, 0)]), "prefix-too-long"),
    ]
    reach_rules = [
        "m/[44']/{0}", "m/[43'..44']/{0}", "m/[43']/{0..9}", "m/[42'..43']/{3}", "m/44'/[60']/{2}", "m/44'/60'/[0']/{0}",
        "m/44'/60'/0'/0/[0']/{0}", "m/44'/60'/0'/0/[1073741824']/{0..1}", "m/44'/60'/0'/0/[1073741824'..1090519039']/{0..1}",
        "m/44'/60'/0'/0/[1073741823'..1073741824']/{0..1}", "m/44'/60'/0'/0/[1090519039'..1090519040']/{0..1}",
        "m/44'/60'/0'/[1073741824']/{0..1}", "m/44'/60'/[1073741824']/{0..6}", "m/44'/60'/0'/0/1073741824/[0']/{0..1}",
        "m/44'/60'/0'/0/1073741824'/[0']/{0..1}", "m/44'/60'/0'/0/0/[1073741825']/{0}", "m/44'/1237'/[0'..9']/{0..7}",
        "m/44'/[1236'..1237']/{0}", "m/44'/[1237'..1238']/{0}", "m/44'/[1237']/{0..8}", "m/84'/0'/[2147483646']/{0..2}",
        "m/83696968'/[65536'..2147483647']/{0..8}", "m/83696968'/[65535'..65536']/{0..8}", "m/83696968'/39'/0'/12'/[0']/{0}",
        "m/44/60'/[0']/{0}", "m/[2147483647']/{0}", "m/43'/60'/1581'/[7']/{1}", "m/43'/60'/1581'/[6'..7']/{1}",
        "m/43'/60'/[1581']/{0}", "m/43'/60'/1581'/[0'..6']/{1}", "m/43'/60'/1581'/7'/[1073741824']/{1}",
        "m/43'/60'/1581'/7'/[1073741824'..1090519040']/{1}",
    ]
    keep_paths = [
        "m", "m/44'", "m/44'/60'", "m/44'/60'/0'/0/0", "m/84'/0'/0'/0/0", "m/84'/0'/2147483646'/0/0", "m/86'/0'/0'",
        "m/49'/0'/0'", "m/48'/0'/0'/2'", "m/0'/0'/0'", "m/352'/0'/0'/0'/0", "m/83696968'/39'/0'/12'/0'", "m/83696968'",
        "m/83696968'/128169'/32'/0'", "m/43'", "m/43'/60'", "m/43'/60'/1581'", "m/43'/60'/1581'/0'/0", "m/43'/60'/1581'/7'",
        "m/43'/60'/1581'/7'/0", "m/43'/60'/1581'/7'/1073741824'", "m/43'/60'/1581'/7'/1073741824'/0", "m/44'/1237'",
        "m/44'/1237'/0'/0/0", "m/44'/60'/0'/0/1073741824'", "m/44'/60'/0'/0/1090519039'", "m/44'/60'/0'/0/1090519040'",
        "m/44'/60'/0'/0/1073741823'", "m/44'/60'/0'/0/1073741824", "m/44'/60'/0'/1073741824'", "m/44'/60'/1073741824'/0/0",
        "m/44'/60'/0'/0/0/1073741824'", "m/0", "m/44/60'/0'/0/0", "m/2147483647'",
    ]
    lists = {"compiled": COMPILED_FLOOR, "compiled and two added": COMPILED_FLOOR + added}
    return {
        "source": "the export policy's floor, encoded and decided on by " + OWN,
        "compiled": {"rules": [rule_text(r) for r in sorted(COMPILED_FLOOR, key=lambda r: rule_bytes(r, 0))],
                     "encoded": floor(COMPILED_FLOOR).hex()},
        "added": valid, "invalid": invalid,
        "reach": [{"floor": floor(f).hex(), "of": name, "rule": t, "reaches": any(floor_reached(rule(t), x) for x in f)}
                  for name, f in lists.items() for t in reach_rules],
        "keeps": [{"floor": floor(f).hex(), "of": name, "path": t, "keeps": any(floor_keeps(x, path(t)) for x in f)}
                  for name, f in lists.items() for t in keep_paths],
    }
