"""secp256k1 in plain Python integers: slow, short, and sharing no code with the card or the host.

Points are (x, y) tuples, None is the point at infinity. Source: SEC 2, section 2.4.1.
"""

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def add(p, q):
    """The sum of two points."""
    if p is None:
        return q
    if q is None:
        return p
    if p[0] == q[0]:
        if (p[1] + q[1]) % P == 0:
            return None
        slope = 3 * p[0] * p[0] * pow(2 * p[1], -1, P)
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, P)
    x = (slope * slope - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P


def multiply(k, point=G):
    """k times a point, by double and add."""
    result = None
    while k:
        if k & 1:
            result = add(result, point)
        point = add(point, point)
        k >>= 1
    return result


def uncompressed(point):
    """04 || X || Y, 65 bytes."""
    return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def compressed(point):
    """02 or 03 || X, 33 bytes."""
    return bytes([2 + (point[1] & 1)]) + point[0].to_bytes(32, "big")


def decompress(data):
    """The point of a 33-byte compressed encoding."""
    x = int.from_bytes(data[1:], "big")
    y = pow(x**3 + 7, (P + 1) // 4, P)
    if y * y % P != (x**3 + 7) % P or data[0] not in (2, 3):
        raise ValueError("not a point of the curve")
    return x, y if y & 1 == data[0] & 1 else P - y


def ecdh(private, point):
    """The X coordinate (32 bytes) of private * point."""
    return multiply(private, point)[0].to_bytes(32, "big")
