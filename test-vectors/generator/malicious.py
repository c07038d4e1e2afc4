"""Attacks on the export policy as sequences of steps, each with the status word that the specification asks for."""

import hashlib

import secp256k1 as ec
from policy import (AUTHORITY, BIP85_HEX, DEFAULT, DOMAIN, EIP1581, H, KEY_TYPE_2, NO_POINT, NOSTR, OTHER, OWN, SUCCESSOR, UID,
                    below, floor, integer, policy, rule, sequence_of)

INSTALLED = "9041" + AUTHORITY.public.hex()
ADDED = floor([below("m/43'/60'/1581'/[7'..9']"), below("m/44'/1237'/[5']"), below("m/43'/1'/1'/1'/1073741824'/[0'..5']")])
ADDED_FLOOR = f"92{len(ADDED):02x}{ADDED.hex()}"
GOOD = policy(1, [DEFAULT, KEY_TYPE_2])
BLOCK = 221


def digest(encoded):
    return hashlib.sha256(encoded).hexdigest()


# --- steps ----------------------------------------------------------------------------------------------------------------

def pin(which="main", sw="9000"):
    return {"do": "pin", "which": which, "sw": sw}


def command(ins, p1, p2, data=b"", sw="9000", answer=None):
    step = {"do": "command", "ins": ins, "p1": f"{p1:02X}", "p2": f"{p2:02X}", "data": data.hex(), "sw": sw}
    if answer is not None:
        step["answer"] = answer
    return step


def block(number, data, sw="9000", last=False, answer=None):
    return command("C8", 0x80 if last else 0, number, data, sw, answer)


def upload(signed, sw="9000"):
    """All blocks of an update; the last one is answered with sw."""
    parts = [signed[i:i + BLOCK] for i in range(0, len(signed), BLOCK)] or [b""]
    return [block(i, part, sw if i == len(parts) - 1 else "9000", i == len(parts) - 1)
            for i, part in enumerate(parts)]


def accepted(encoded, key=AUTHORITY):
    """An update that the card takes, with the digest that it answers."""
    steps = upload(key.sign(encoded))
    steps[-1]["answer"] = digest(encoded)
    return steps


def freeze(sw="9000", p2=0, data=b""):
    return command("C8", 1, p2, data, sw)


def narrow(index, sw="9000", data=b""):
    return command("C8", 2, index, data, sw)


SNAPSHOT, UNCHANGED = {"do": "snapshot"}, {"do": "unchanged"}
REOPEN, OPEN = {"do": "reopen"}, {"do": "open"}


def reset(init_authority=b""):
    return {"do": "factory-reset", "initAuthority": init_authority.hex()}


class Cases:
    """Collects the cases."""

    def __init__(self):
        self.cases = []

    def add(self, kind, name, steps, install=INSTALLED, init=b""):
        self.cases.append({"name": name, "class": kind, "installParameters": install,
                           "initAuthority": init.hex(), "steps": steps})

    def refused(self, kind, name, signed, sw="6A80", install=INSTALLED, init=b"", before=()):
        """A whole upload that is refused, leaves everything as it was, and doesn't keep a good one from being taken."""
        self.add(kind, name, [pin(), *before, SNAPSHOT, *upload(signed, sw), UNCHANGED,
                              *accepted(policy(0xFFFFFFFE, [DEFAULT]))], install, init)

    def attack(self, kind, name, steps, before=(), after=(), install=INSTALLED, init=b""):
        """Steps of any kind between two equal snapshots."""
        self.add(kind, name, [pin(), *before, SNAPSHOT, *steps, UNCHANGED, *after], install, init)


def bad_signatures(cases):
    r, s = AUTHORITY.raw(DOMAIN + GOOD)
    der = AUTHORITY.der(GOOD)

    def flipped(position, bit=1):
        bent = bytearray(der)
        bent[position] ^= bit
        return bytes(bent)

    for name, signature in (
            ("a bit of r flipped", flipped(10)), ("a bit of s flipped", flipped(-1)),
            ("the top bit of s flipped", flipped(-32, 0x80)),
            ("r is 0", sequence_of(integer(0), integer(s))), ("s is 0", sequence_of(integer(r), integer(0))),
            ("both are 0", sequence_of(integer(0), integer(0))), ("both are 1", sequence_of(integer(1), integer(1))),
            ("r is n", sequence_of(integer(ec.N), integer(s))), ("s is n", sequence_of(integer(r), integer(ec.N))),
            ("s + n", sequence_of(integer(r), integer(s + ec.N))),
            ("r and s exchanged", sequence_of(integer(s), integer(r))),
            ("-r", sequence_of(b"\x02\x21\xff" + (2**256 - r).to_bytes(32, "big"), integer(s))),
            ("no domain before the policy", AUTHORITY.der(GOOD, b"")),
            ("another version's domain", AUTHORITY.der(GOOD, b"keycard-export-policy-v2")),
            ("over the digest instead of the policy", AUTHORITY.der(hashlib.sha256(GOOD).digest())),
            ("of a policy with another number", AUTHORITY.der(policy(2, [DEFAULT, KEY_TYPE_2]))),
            ("of a policy with other rules", AUTHORITY.der(policy(1, [DEFAULT]))),
            ("an empty sequence", b"\x30\x00"), ("one integer only", sequence_of(integer(r))),
            ("three integers", sequence_of(integer(1), integer(1), integer(1))),
            ("integers without content", sequence_of(b"\x02\x00", b"\x02\x00")),
            ("octet strings", sequence_of(b"\x04\x20" + r.to_bytes(32, "big"), b"\x04\x20" + s.to_bytes(32, "big"))),
            ("an integer that runs past the end", sequence_of(integer(r), b"\x02\x7f" + s.to_bytes(32, "big")[:30])),
            ("random bytes in a sequence", sequence_of(hashlib.sha512(b"noise").digest()))):
        cases.refused("bad-signature", name, GOOD + signature, "6982")


def other_authorities(cases):
    cases.refused("other-authority", "signed by another key", OTHER.sign(GOOD), "6982")
    cases.refused("other-authority", "signed by the successor that the policy itself names",
                  SUCCESSOR.sign(policy(1, [DEFAULT], successor=SUCCESSOR.public)), "6982")
    succession = accepted(policy(1, [DEFAULT], successor=SUCCESSOR.public))
    after = policy(0xFFFFFFFE, [DEFAULT])
    cases.attack("other-authority", "signed by the authority that was succeeded",
                 upload(AUTHORITY.sign(policy(2, [DEFAULT, KEY_TYPE_2])), "6982"), before=succession,
                 after=accepted(after, SUCCESSOR))
    cases.attack("other-authority", "the authority that was succeeded names itself again",
                 upload(AUTHORITY.sign(policy(9, [DEFAULT], successor=AUTHORITY.public)), "6982"), before=succession,
                 after=accepted(after, SUCCESSOR))
    cases.attack("other-authority", "signed by another key than the owner's", upload(OTHER.sign(GOOD), "6982"),
                 install="", init=AUTHORITY.public, after=accepted(GOOD))
    cases.attack("no-authority", "a card without authority", upload(AUTHORITY.sign(GOOD), "6985"), install="")


def numbers(cases):
    five = policy(5, [DEFAULT])
    first = accepted(five)
    high = accepted(policy(0x80000001, [DEFAULT]))
    cases.refused("replay", "the policy in force again", AUTHORITY.sign(five), "6985", before=first)
    cases.refused("replay", "an older policy", AUTHORITY.sign(policy(4, [DEFAULT, KEY_TYPE_2])), "6985", before=first)
    cases.refused("replay", "number 0 on a fresh card", AUTHORITY.sign(policy(0, [DEFAULT, KEY_TYPE_2])), "6985")
    cases.refused("equal-number", "other rules under the number in force", AUTHORITY.sign(policy(5, [DEFAULT, KEY_TYPE_2])),
                  "6985", before=first)
    cases.refused("equal-number", "no rule under the number in force", AUTHORITY.sign(policy(5, [])), "6985", before=first)
    cases.refused("replay", "numbers are unsigned: 7FFFFFFF after 80000001", AUTHORITY.sign(policy(0x7FFFFFFF, [DEFAULT])),
                  "6985", before=high)
    cases.refused("replay", "numbers are unsigned: 1 after 80000001", AUTHORITY.sign(policy(1, [DEFAULT])), "6985", before=high)
    cases.refused("replay", "bytes are unsigned: 0000007F after 00000080", AUTHORITY.sign(policy(0x7F, [DEFAULT])), "6985",
                  before=accepted(policy(0x80, [DEFAULT])))
    cases.refused("replay", "halves are unsigned: 00007FFF after 00008000", AUTHORITY.sign(policy(0x7FFF, [DEFAULT])), "6985",
                  before=accepted(policy(0x8000, [DEFAULT])))
    cases.refused("number", "FFFFFFFF", AUTHORITY.sign(policy(0xFFFFFFFF, [DEFAULT])), "6985")


def uids(cases):
    cases.refused("wrong-uid", "bound to another card", AUTHORITY.sign(policy(1, [DEFAULT], uid=UID)), "6985")
    cases.refused("wrong-uid", "bound to a UID of zeros", AUTHORITY.sign(policy(1, [DEFAULT], uid=bytes(16))), "6985")
    cases.refused("wrong-uid", "bound to another card, with a successor",
                  AUTHORITY.sign(policy(1, [DEFAULT], UID, SUCCESSOR.public)), "6985")
    cases.refused("wrong-uid", "bound to another card and reaching the floor",
                  AUTHORITY.sign(policy(1, [rule("m/44'/[60']/{3}")], uid=UID)), "6985")


def shapes(cases):
    sign, good = AUTHORITY.sign, GOOD
    signature = AUTHORITY.der(good)
    for flags in (0x04, 0x08, 0x80, 0xFC):
        cases.refused("flags", f"flags {flags:02X}", sign(policy(1, [DEFAULT], flags=flags)))
    cases.refused("flags", "flag of a UID without one", sign(policy(1, [DEFAULT], flags=1)))
    cases.refused("flags", "flag of a successor without one", sign(policy(1, [DEFAULT], flags=2)))
    for version in (0, 2, 0x81):
        cases.refused("version", f"version {version:02X}", sign(policy(1, [DEFAULT], version=version)))
    nine = [rule(f"m/43'/[{i}']/{{0}}") for i in range(9)]
    cases.refused("lengths", "nine rules", sign(policy(1, nine)))
    cases.refused("lengths", "one rule more than said", sign(policy(1, [DEFAULT, KEY_TYPE_2], n=1)))
    cases.refused("lengths", "one rule fewer than said", sign(policy(1, [DEFAULT], n=2)))
    cases.refused("lengths", "FF rules", sign(policy(1, [DEFAULT], n=255)))
    cases.refused("lengths", "nine prefix components", sign(policy(1, [((43 + H,) * 9, H, H, 0, 0)])))
    cases.refused("lengths", "80 prefix components", sign(policy(1, [b"\x80" + bytes(60)])))
    long = policy(1, [((43 + H,) * 4, i + H, i + H, 0, 0) for i in range(8)], uid=bytes(16))
    assert len(long) == 247
    cases.refused("lengths", "a policy of more than 240 bytes", long + sequence_of(integer(1), integer(1)))
    cases.refused("lengths", "no signature", good)
    cases.refused("lengths", "only a signature", signature)
    cases.refused("lengths", "a signature of 73 bytes", good + sequence_of(integer(2**255), integer(2**255), b"\0"))
    assert len(sequence_of(integer(2**255), integer(2**255), b"\0")) == 73
    cases.refused("lengths", "a signature in long form", good + b"\x30\x81" + signature[1:])
    cases.refused("lengths", "a signature of indefinite length", good + b"\x30\x80" + signature[2:] + b"\0\0")
    cases.refused("lengths", "a set in place of a sequence", good + b"\x31" + signature[1:])
    one = sign(good)
    cases.refused("lengths", "more than 312 bytes", one + bytes(313 - len(one)))
    cases.attack("lengths", "an empty block", [block(0, b"", "6A80", True)], after=accepted(good))
    cases.attack("lengths", "an empty block after a good one", [block(0, one[:40]), block(1, b"", "6A80", True)],
                 after=accepted(good))
    cases.attack("lengths", "a third block of 221 bytes",
                 [block(0, bytes(BLOCK)), block(1, bytes(BLOCK), "6A80"), block(2, bytes(BLOCK), "6A86", True)],
                 after=accepted(good))
    cases.attack("lengths", "a block of 222 bytes", [block(0, bytes(222), "6A80")], after=accepted(good))
    for cut in (1, 2, 5, 6, 7, 8, 20, 24, 28, 29, 30, 31, len(good) - 1):
        cases.refused("truncation", f"cut after {cut} bytes", good[:cut])
        if cut in (6, 7, 30):
            cases.refused("truncation", f"cut after {cut} bytes and signed so", sign(good[:cut]))
    cases.refused("truncation", "the signature's last byte missing", one[:-1])
    cases.refused("truncation", "the signature's sequence header only", good + signature[:2])
    cases.refused("trailing", "a byte after the signature", one + b"\0")
    cases.refused("trailing", "a byte between policy and signature", good + b"\0" + signature)
    cases.refused("trailing", "a second signature", one + sequence_of(integer(1), integer(1)))
    cases.refused("trailing", "a byte after the policy, signed with it", sign(good + b"\0"))


def contents(cases):
    sign = AUTHORITY.sign
    for kind, name, rules, bend in (
            ("duplicate", "a rule twice", [DEFAULT, DEFAULT], {}),
            ("duplicate", "the last rule twice", [DEFAULT, NOSTR, NOSTR], {"sort": False}),
            ("unsorted", "out of order", [KEY_TYPE_2, DEFAULT], {"sort": False}),
            ("unsorted", "in order if bytes were signed", [rule("m/43'/[1']/{0}"), rule("m/43/[1']/{0}")], {"sort": False}),
            ("unsorted", "the longer prefix first", [rule("m/43'/1'/[1']/{0}"), rule("m/43'/[1']/{0}")], {"sort": False}),
            ("soft-boundary", "both ends soft", [(EIP1581, 0, 1, 1, 6)], {}),
            ("soft-boundary", "the lower end soft", [(EIP1581, 0, 1 + H, 1, 6)], {}),
            ("soft-boundary", "the upper end soft", [(EIP1581, H, 1, 1, 6)], {}),
            ("soft-boundary", "soft from 7FFFFFFF to 80000000", [(EIP1581, H - 1, H, 1, 6)], {}),
            ("boundary", "backwards", [(EIP1581, 5 + H, 4 + H, 1, 6)], {}),
            ("boundary", "backwards over the sign of a short", [(EIP1581, 0xC0008000, 0xC0007FFF, 1, 6)], {}),
            ("tail", "backwards", [(EIP1581, H, H, 3, 2)], {}),
            ("tail", "backwards over the sign of a byte", [(EIP1581, H, H, 0x80, 1)], {}),
            ("depth", "eleven components", [(EIP1581, H, H, 0, 7)], {}),
            ("depth", "a tail of FF", [(EIP1581, H, H, 0, 0xFF)], {}),
            ("depth", "a tail of 80", [(EIP1581, H, H, 0, 0x80)], {}),
            ("depth", "a tail that the shortest path exceeds already", [(EIP1581, H, H, 7, 7)], {}),
            ("depth", "eight prefix components and a tail of two", [((43 + H,) * 8, H, H, 2, 2)], {}),
            ("modes", "modes 00", [DEFAULT], {"modes": 0}), ("modes", "modes 02", [DEFAULT], {"modes": 2}),
            ("modes", "modes 03", [DEFAULT], {"modes": 3}), ("modes", "modes 81", [DEFAULT], {"modes": 0x81})):
        cases.refused(kind, name, sign(policy(1, rules, **bend)))
    for name, key in (("off the curve", NO_POINT), ("of zeros", bytes(65)), ("compressed", b"\x02" + SUCCESSOR.public[1:]),
                      ("with tag 06", b"\x06" + SUCCESSOR.public[1:]), ("with x above the field", b"\x04" + b"\xff" * 64),
                      ("with tag 00 (infinity)", b"\0" + SUCCESSOR.public[1:])):
        cases.refused("successor", f"a successor {name}", sign(policy(1, [DEFAULT], successor=key)))


def floors(cases):
    for kind, name, texts in (
            ("floor-equal", "a floor rule itself", ["m/44'/[0'..1236']/{0..8}"]),
            ("floor-inside", "Ethereum's first address", ["m/44'/60'/0'/0/[0']/{0}"]),
            ("floor-inside", "an Ethereum account", ["m/44'/60'/[0']/{2}"]),
            ("floor-inside", "m/84'/0'/0'/0", ["m/84'/0'/[0']/{1..2}"]),
            ("floor-inside", "Whirlpool's account 2147483646'", ["m/84'/0'/[2147483646']/{2}"]),
            ("floor-inside", "m/86'", ["m/86'/0'/[0']/{0}"]), ("floor-inside", "m/49'", ["m/49'/0'/[0']/{0}"]),
            ("floor-inside", "m/48'/0'/0'/2'", ["m/48'/0'/0'/[2']/{0}"]), ("floor-inside", "m/0'/0'/0'", ["m/0'/0'/[0']/{0}"]),
            ("floor-inside", "m/352' (silent payments)", ["m/352'/0'/0'/[0']/{1}"]),
            ("floor-inside", "BIP-85's mnemonics", ["m/83696968'/39'/0'/12'/[0']/{0}"]),
            ("floor-inside", "BIP-85's WIF", ["m/83696968'/[2']/{1}"]),
            ("floor-inside", "the last purpose", ["m/[2147483647']/{3}"]),
            ("floor-edge", "the upper end of 0'..42'", ["m/[42'..43']/{5}"]),
            ("floor-edge", "the lower end of 45'..", ["m/43'/[0']/{0}", "m/[45']/{9}"]),
            ("floor-edge", "Nostr and its lower neighbour", ["m/44'/[1236'..1237']/{2}"]),
            ("floor-edge", "Nostr and its upper neighbour", ["m/44'/[1237'..1238']/{2}"]),
            ("floor-edge", "BIP-85's 65535'", ["m/83696968'/[65535'..65536']/{2}"]),
            ("floor-span", "43' to 45'", ["m/[43'..45']/{0}"]), ("floor-span", "every purpose", ["m/[0'..2147483647']/{9}"]),
            ("floor-span", "every coin", ["m/44'/[0'..2147483647']/{3}"]),
            ("floor-above", "m/44' alone: its path is in no floor rule, its subtree is", ["m/[44'..44']/{0..0}"]),
            ("floor-above", "m/44' with a tail that no wallet has", ["m/[44']/{9}"]),
            ("floor-above", "m/83696968' alone", ["m/[83696968']/{0}"]),
            ("floor-among-good", "one rule of four", ["m/43'/60'/1581'/[2']/{1}", "m/43'/[9']/{0}", "m/44'/1237'/[0']/{2}",
                                                       "m/44'/60'/[0']/{2}"]),
            ("reserved-place", "third component", ["m/44'/60'/[1073741824']/{0..2}"]),
            ("reserved-place", "fourth component", ["m/44'/60'/0'/[1073741824']/{0..1}"]),
            ("reserved-place", "soft, before the boundary", ["m/44'/60'/0'/0/1073741824/[0']/{0}"]),
            ("reserved-place", "as a range that starts below it", ["m/44'/60'/0'/0/[1073741823'..1073741824']/{0}"]),
            ("reserved-place", "as a range that ends above it", ["m/44'/60'/0'/0/[1090519039'..1090519040']/{0}"]),
            ("reserved-place", "as all hardened components", ["m/44'/60'/0'/0/[0'..2147483647']/{0}"]),
            ("reserved-place", "just above it", ["m/44'/60'/0'/0/[1090519040']/{0}"]),
            ("reserved-place", "just below it", ["m/44'/60'/0'/0/[1073741823']/{0}"]),
            ("reserved-place", "only in the tail", ["m/44'/60'/0'/[0']/{2}"])):
        cases.refused(kind, name, AUTHORITY.sign(policy(1, [rule(t) for t in texts])))
    for name, text in (
            ("a node that the installer added", "m/43'/60'/1581'/[7']/{1}"),
            ("its upper edge", "m/43'/60'/1581'/[9'..20']/{1}"), ("below it", "m/43'/60'/1581'/8'/0/[0']/{0}"),
            ("from above", "m/43'/60'/[1581']/{0}"), ("Nostr's 5'", "m/44'/1237'/[0'..5']/{2}"),
            ("reserved in the floor's own prefix", "m/43'/1'/1'/1'/1073741824'/[3']/{0}"),
            ("reserved in the floor's own prefix, from above", "m/43'/1'/1'/1'/[1073741824']/{0}")):
        cases.refused("floor-added", name, AUTHORITY.sign(policy(1, [rule(text)])), install=INSTALLED + ADDED_FLOOR)


def block_orders(cases):
    big = policy(1, [((43 + H,) * 4, i + H, i + H, 1, 2) for i in range(6)], successor=b"")
    big = AUTHORITY.sign(big)
    assert BLOCK < len(big) <= 2 * BLOCK
    a, b = big[:BLOCK], big[BLOCK:]
    good = accepted(GOOD)
    for name, steps in (
            ("the second block first", [block(1, b, "6A86", True)]),
            ("a block left out", [block(0, a), block(2, b, "6A86", True)]),
            ("a block twice", [block(0, a[:100]), block(1, a[100:]), block(1, a[100:], "6A86"), block(2, b, "6A86", True)]),
            ("both blocks in the wrong order", [block(1, b, "6A86"), block(0, a)]),
            ("a third block with the second one's number", [block(0, a[:9]), block(1, a[9:]), block(1, b, "6A86", True)]),
            ("block FF", [block(0xFF, b, "6A86", True)]), ("block 80", [block(0, a), block(0x80, b, "6A86", True)]),
            ("the first block is over and says so", [block(0, a, "6A80", True), block(1, b, "6A86", True)]),
            ("the second block alone after a finished upload",
             [block(0, a[:100]), block(0, OTHER.sign(GOOD), "6982", True), block(1, b, "6A86", True)]),
            ("P1 81", [command("C8", 0x81, 0, a, "6A86")]), ("P1 40", [command("C8", 0x40, 0, a, "6A86")]),
            ("P1 03", [command("C8", 3, 0, a, "6A86")]), ("P1 FF", [command("C8", 0xFF, 0, a, "6A86")]),
            ("a wrong P1 drops the upload", [block(0, a), command("C8", 0x40, 1, b, "6A86"), block(1, b, "6A86", True)]),
            ("a wrong number drops the upload", [block(0, a), block(3, b, "6A86"), block(1, b, "6A86", True)])):
        cases.attack("blocks", name, steps, after=good)
    for name, between in (
            ("GET STATUS", [command("F2", 0, 0)]), ("GET EXPORT POLICY", [command("C9", 0, 0)]),
            ("GET EXPORT POLICY with wrong parameters", [command("C9", 9, 0, sw="6A86")]),
            ("an unknown command", [command("77", 0, 0, sw="6D00")]),
            ("VERIFY PIN", [pin()]), ("a wrong PIN and the right one", [pin("wrong", "63C2"), pin()]),
            ("narrowing a rule that isn't there", [narrow(7, "6A86")]),
            ("a refused EXPORT KEY", [command("C2", 1, 0, bytes(4), "6985")]),
            ("OPEN SECURE CHANNEL", [OPEN, pin()]), ("selection", [REOPEN, pin()])):
        cases.attack("command-between", name, [block(0, a), *between, block(1, b, "6A86", True)], after=good)


def without_pin(cases):
    good = AUTHORITY.sign(GOOD)

    def add(name, steps):
        cases.add("without-pin", name, [SNAPSHOT, *steps, UNCHANGED])

    add("updating", upload(good, "6985"))
    add("freezing", [freeze("6985")])
    add("narrowing", [narrow(0, "6985")])
    add("narrowing with the digest", [narrow(0, "6985", bytes.fromhex(digest(policy(0, [DEFAULT])))[:8])])
    add("after a wrong PIN", [pin(), pin("wrong", "63C2"), *upload(good, "6985"), freeze("6985"), narrow(0, "6985")])
    add("after selection", [pin(), REOPEN, *upload(good, "6985"), freeze("6985"), narrow(0, "6985")])
    add("after OPEN SECURE CHANNEL", [pin(), OPEN, *upload(good, "6985"), freeze("6985"), narrow(0, "6985")])
    add("the PIN came between the blocks", [pin(), block(0, good[:50]), REOPEN, block(1, good[50:], "6A86", True)])
    clear = "80c88000" + f"{len(good):02x}" + good.hex()
    cases.add("in-clear", "an update in clear closes the channel",
              [pin(), SNAPSHOT, {"do": "plain", "apdu": clear, "sw": "6982"}, REOPEN, UNCHANGED])
    cases.add("in-clear", "freezing in clear", [pin(), SNAPSHOT, {"do": "plain", "apdu": "80c80100", "sw": "6982"}, REOPEN,
                                                UNCHANGED])
    cases.add("in-clear", "narrowing in clear", [pin(), SNAPSHOT, {"do": "plain", "apdu": "80c80200", "sw": "6982"}, REOPEN,
                                                 UNCHANGED])


def frozen_and_narrowed(cases):
    good = AUTHORITY.sign(GOOD)
    cases.attack("frozen", "a good update", upload(good, "6985"), before=[freeze()])
    cases.attack("frozen", "an update with a successor",
                 upload(AUTHORITY.sign(policy(2, [], successor=SUCCESSOR.public)), "6985"), before=[freeze()])
    cases.attack("frozen", "freezing again, and an update", [freeze(), *upload(good, "6985")], before=[freeze()])
    cases.attack("frozen", "after selection", [REOPEN, pin(), *upload(good, "6985")], before=[freeze()])
    cases.attack("frozen", "badly shaped uploads answer the same", upload(good[:40], "6985"), before=[freeze()])
    cases.attack("frozen", "frozen between two blocks",
                 [block(1, good[100:], "6A86", True), *upload(good, "6985")],
                 before=[block(0, good[:100]), freeze()])
    cases.attack("frozen", "freezing with data", [freeze("6A80", data=b"\1")], after=accepted(GOOD))
    cases.attack("frozen", "freezing with P2 01", [freeze("6A86", p2=1)], after=accepted(GOOD))
    first = accepted(GOOD)
    head = bytes.fromhex(digest(GOOD))[:8]
    cases.attack("narrowed", "the policy in force again brings no rule back", upload(good, "6985"), before=[*first, narrow(1)])
    cases.attack("narrowed", "the installed policy doesn't come back",
                 upload(AUTHORITY.sign(policy(0, [DEFAULT])), "6985"), before=[*first, narrow(0)])
    cases.attack("narrowed", "an unfinished upload brings no rule back", [block(0, good[:60])], before=[*first, narrow(0)])
    cases.attack("narrowed", "another authority's brings no rule back", upload(OTHER.sign(policy(9, [DEFAULT])), "6982"),
                 before=[*first, narrow(0)], after=accepted(policy(9, [DEFAULT])))
    cases.attack("narrowed", "switching off twice", [narrow(1)], before=[*first, narrow(1)])
    cases.attack("narrowed", "frozen, then narrowed, then updated", [narrow(1), *upload(AUTHORITY.sign(policy(9, [])), "6985")],
                 before=[*first, freeze(), narrow(1)])
    for index in (2, 7, 8, 0x80, 0xFF):
        cases.attack("narrowed", f"rule {index} of two", [narrow(index, "6A86")], before=first)
    cases.attack("narrowed", "meant for another policy", [narrow(0, "6985", bytes(8)),
                                                          narrow(0, "6985", head[:7] + bytes([head[7] ^ 1]))], before=first)
    for size in (1, 7, 9, 32):
        cases.attack("narrowed", f"a digest of {size} bytes",
                     [narrow(0, "6A80", bytes.fromhex(digest(GOOD))[:size])], before=first)


def after_resets(cases):
    five, six = policy(5, [DEFAULT, KEY_TYPE_2]), policy(6, [DEFAULT, NOSTR])
    fresh = [reset(), pin()]
    cases.attack("factory-reset", "the last policy again, installed authority", upload(AUTHORITY.sign(five), "6985"),
                 before=[*accepted(five), *fresh], after=accepted(six))
    cases.attack("factory-reset", "an older policy, installed authority", upload(AUTHORITY.sign(policy(4, [BIP85_HEX])), "6985"),
                 before=[*accepted(five), *fresh], after=accepted(six))
    succession = accepted(policy(5, [DEFAULT], successor=SUCCESSOR.public))
    cases.attack("factory-reset", "the revoked installed authority", upload(AUTHORITY.sign(six), "6982"),
                 before=[*succession, *fresh], after=accepted(six, SUCCESSOR))
    cases.attack("factory-reset", "twice: the revoked installed authority", upload(AUTHORITY.sign(six), "6982"),
                 before=[*succession, *fresh, *fresh], after=accepted(six, SUCCESSOR))
    cases.attack("factory-reset", "an owner's authority is forgotten", upload(AUTHORITY.sign(six), "6985"),
                 before=[*accepted(five), *fresh], install="", init=AUTHORITY.public)
    cases.attack("factory-reset", "another owner's authority counts from then on", upload(AUTHORITY.sign(six), "6982"),
                 before=[*accepted(five), reset(OTHER.public), pin()], install="", init=AUTHORITY.public,
                 after=accepted(policy(1, [DEFAULT]), OTHER))
    cases.attack("factory-reset", "bound to the UID before it", upload(AUTHORITY.sign(policy(6, [DEFAULT], uid=UID)), "6985"),
                 before=[*accepted(five), *fresh], after=accepted(six))
    cases.attack("factory-reset", "an upload doesn't outlive it", [block(1, AUTHORITY.sign(six)[100:], "6A86", True)],
                 before=[block(0, AUTHORITY.sign(six)[:100]), *fresh], after=accepted(six))


def alternative_pin(cases):
    good = AUTHORITY.sign(GOOD)

    def add(name, steps):
        cases.add("alternative-pin", name, [pin("alternative"), *steps])

    add("a bad signature", [SNAPSHOT, *upload(OTHER.sign(GOOD), "6982"), UNCHANGED, *accepted(GOOD)])
    add("a rollback", [*accepted(GOOD), SNAPSHOT, *upload(good, "6985"), UNCHANGED])
    add("frozen under it, updated under the main one", [freeze(), pin(), SNAPSHOT, *upload(good, "6985"), UNCHANGED])
    add("narrowed under it, replayed under the main one",
        [*accepted(GOOD), narrow(1), pin(), SNAPSHOT, *upload(good, "6985"), UNCHANGED])
    add("an upload begun under it and ended under the main one",
        [SNAPSHOT, block(0, good[:80]), pin(), block(1, good[80:], "6A86", True), UNCHANGED])


def malicious():
    cases = Cases()
    for part in (bad_signatures, other_authorities, numbers, uids, shapes, contents, floors, block_orders, without_pin,
                 frozen_and_narrowed, after_resets, alternative_pin):
        part(cases)
    names = [(case["class"], case["name"]) for case in cases.cases]
    assert len(set(names)) == len(names)
    return {"source": "attacks on the export policy, written by " + OWN, "pin": "123456", "puk": "123456789012",
            "alternativePin": "654321", "wrongPin": "999999",
            "pairingSecret": hashlib.sha256(b"keyfence malicious policies").hexdigest(),
            "cases": cases.cases}
