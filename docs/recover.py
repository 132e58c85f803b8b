#!/usr/bin/env python3
"""Reads what CallIntel.Sdk.Crypto wrote, without it: a second implementation of docs/envelope.md.

    python3 docs/recover.py --check docs/envelope.md     checks every test vector of the page
    python3 docs/recover.py recovery.json                decrypts a value: the file is an object like "chain" in that page

Needs Python 3.9 and nothing else. AES-GCM comes from the package "cryptography" where it is installed and is computed here otherwise,
slowly; --pure computes it here in any case.
"""
import base64
import hashlib
import hmac
import json
import re
import struct
import sys
import uuid


class Refused(Exception):
    """Says by its text why something does not open: one of the results of docs/envelope.md."""


# ---- AES-256-GCM -------------------------------------------------------------------------------------------------------------------------

def _tables():
    sbox, p, q = [0] * 256, 1, 1
    while True:
        p = p ^ ((p << 1) & 0xFF) ^ (0x1B if p & 0x80 else 0)
        q ^= q << 1
        q ^= q << 2
        q ^= q << 4
        q &= 0xFF
        q ^= 0x09 if q & 0x80 else 0
        sbox[p] = (q ^ _rotl(q, 1) ^ _rotl(q, 2) ^ _rotl(q, 3) ^ _rotl(q, 4)) ^ 0x63
        if p == 1:
            break
    sbox[0] = 0x63
    return sbox


def _rotl(x, n):
    return ((x << n) | (x >> (8 - n))) & 0xFF


def _double(x):
    return ((x << 1) ^ (0x1B if x & 0x80 else 0)) & 0xFF


SBOX = _tables()


def _expand(key):
    words, rcon = [list(key[i:i + 4]) for i in range(0, 32, 4)], 1
    for i in range(8, 60):
        word = list(words[i - 1])
        if i % 8 == 0:
            word = [SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= rcon
            rcon = _double(rcon)
        elif i % 8 == 4:
            word = [SBOX[b] for b in word]
        words.append([a ^ b for a, b in zip(words[i - 8], word)])
    return [sum(words[4 * r:4 * r + 4], []) for r in range(15)]


def _encrypt_block(rounds, block):
    state = [a ^ b for a, b in zip(block, rounds[0])]
    for r in range(1, 15):
        state = [SBOX[state[(i + 4 * (i % 4)) % 16]] for i in range(16)]
        if r < 14:
            mixed = []
            for c in range(0, 16, 4):
                col = state[c:c + 4]
                mixed += [_double(col[i]) ^ _double(col[(i + 1) % 4]) ^ col[(i + 1) % 4] ^ col[(i + 2) % 4] ^ col[(i + 3) % 4] for i in range(4)]
            state = mixed
        state = [a ^ b for a, b in zip(state, rounds[r])]
    return bytes(state)


def _multiply(x, y):
    product = 0
    for i in range(127, -1, -1):
        if (y >> i) & 1:
            product ^= x
        x = (x >> 1) ^ (0xE1 << 120 if x & 1 else 0)
    return product


def _tag(rounds, nonce, data, ciphertext):
    h, y = int.from_bytes(_encrypt_block(rounds, bytes(16)), "big"), 0
    for part in (data, ciphertext):
        for i in range(0, len(part), 16):
            y = _multiply(y ^ int.from_bytes(part[i:i + 16].ljust(16, b"\0"), "big"), h)
    y = _multiply(y ^ ((8 * len(data)) << 64 | 8 * len(ciphertext)), h)
    return bytes(a ^ b for a, b in zip(y.to_bytes(16, "big"), _encrypt_block(rounds, nonce + b"\0\0\0\1")))


def _counter_mode(rounds, nonce, text):
    out = b""
    for i in range(0, len(text), 16):
        out += bytes(a ^ b for a, b in zip(text[i:i + 16], _encrypt_block(rounds, nonce + struct.pack(">I", 2 + i // 16))))
    return out


def seal_pure(key, nonce, text, data):
    rounds = _expand(key)
    ciphertext = _counter_mode(rounds, nonce, text)
    return ciphertext + _tag(rounds, nonce, data, ciphertext)


def open_pure(key, nonce, sealed, data):
    rounds, ciphertext, tag = _expand(key), sealed[:-16], sealed[-16:]
    if not hmac.compare_digest(_tag(rounds, nonce, data, ciphertext), tag):
        raise Refused("AuthenticationFailed")
    return _counter_mode(rounds, nonce, ciphertext)


def open_sealed(key, nonce, sealed, data):
    if "--pure" not in sys.argv:
        try:
            from cryptography.exceptions import InvalidTag
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        except ImportError:
            return open_pure(key, nonce, sealed, data)
        try:
            return AESGCM(key).decrypt(nonce, sealed, data)
        except InvalidTag:
            raise Refused("AuthenticationFailed") from None
    return open_pure(key, nonce, sealed, data)


# ---- keys --------------------------------------------------------------------------------------------------------------------------------

def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def hkdf(key, info, salt=b""):
    return mac(mac(salt or bytes(32), key), info + b"\1")


def root_key_id(prefix, key):
    return f"{prefix}/{mac(key, b'ci/root/v1')[:8].hex()}"


def key_id(key, org, purpose):
    return mac(key, b"ci/kid/v1" + org.bytes + purpose.encode())


def open_ring(ring, passphrase=None, environment_key=None):
    """All root keys of a ring file by their ids, and the id of the active one."""
    protection = ring["protection"]
    salt, iterations, wrapping = base64.b64decode(protection["salt"]), protection.get("iterations", 0), None
    if protection["kind"] == "passphrase":
        wrapping = hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, iterations, 32)
    elif protection["kind"] == "environment-key":
        wrapping = hkdf(environment_key, b"ci/ring/v1", salt)
    keys, active, lines = {}, None, f"ci/ring/mac/v2\n{protection['kind']} {iterations} {protection['salt']}\n"
    for entry in ring["keys"]:
        lines += f"{entry['version']} {entry['id']} {entry['state']} {entry['created']} {entry.get('key', '')}\n"
        if entry["state"] == "destroyed":
            continue
        key = base64.b64decode(entry["key"])
        if wrapping:
            key = open_sealed(wrapping, key[:12], key[12:], b"ci/ring/v1" + struct.pack(">i", entry["version"]))
        if root_key_id(f"ring-{entry['version']}", key) != entry["id"]:
            raise Refused("WrongKey")
        keys[entry["id"]] = key
        active = entry["id"] if entry["state"] == "active" else active
    if ring["version"] >= 2 and mac(hkdf(wrapping or keys[active], b"ci/ring/mac/v2"), lines.encode()) != base64.b64decode(ring["mac"]):
        raise Refused("Altered")
    return keys, active


def unwrap_org_key(root, wrapped, kind, org, version):
    data = {1: b"ci/kek", 2: b"ci/bik", 4: b"ci/eid"}[kind] + org.bytes + struct.pack(">i", version)
    if len(wrapped) != 61 or wrapped[0] not in (0xD0, 0xD3):
        raise Refused("Malformed")
    return open_sealed(root, wrapped[1:13], wrapped[13:], data + (b"\xD3" if wrapped[0] == 0xD3 else b""))


def unwrap_data_key(kek, wrapped, org, epoch, kid, subject, purpose):
    if len(wrapped) != 61 or wrapped[0] not in (0xD1, 0xD2):
        raise Refused("Malformed")
    bound = wrapped[0] == 0xD2
    data = b"ci/dek" + (b"\xD2" if bound else b"") + org.bytes + struct.pack(">i", epoch) + kid + (subject.bytes if bound else b"") + purpose.encode()
    key = open_sealed(kek, wrapped[1:13], wrapped[13:], data)
    if not hmac.compare_digest(key_id(key, org, purpose), kid):
        raise Refused("WrongKey")
    return key


def conversation_id(author, parties):
    """The subject of the key of a conversation."""
    people = sorted({p.bytes for p in parties})
    return uuid.UUID(bytes=hashlib.sha256(b"ci/conv/v1" + (author.bytes if author else bytes(16)) + b"".join(people)).digest()[:16])


def unwrap_conversation_key(party_key, wrapped, org, party, party_kid, kid, subject):
    """Unwraps the key of a conversation with the data key of one of its parties."""
    if len(wrapped) != 61 or wrapped[0] != 0xD4:
        raise Refused("Malformed")
    data = b"ci/dek" + b"\xD4" + org.bytes + party.bytes + party_kid + kid + subject.bytes + b"conversation"
    key = open_sealed(hkdf(party_key, b"ci/conv/wrap/v1"), wrapped[1:13], wrapped[13:], data)
    if not hmac.compare_digest(key_id(key, org, "conversation"), kid):
        raise Refused("WrongKey")
    return key


# ---- values ------------------------------------------------------------------------------------------------------------------------------

def associated_data(envelope, org, table, column, row):
    names = b"".join(struct.pack(">i", len(part)) + part for part in (org.bytes, table.encode(), column.encode()))
    return envelope[:35] + hashlib.sha256(b"ci/aad/v1" + names).digest() + row.bytes


def open_envelope(key, envelope, org, table, column, row, purpose):
    if len(envelope) < 63 or envelope[0] != 0xC1 or envelope[1] != 1 or envelope[2] > 1:
        raise Refused("Malformed")
    if envelope[2] == 1 and (len(envelope) == 63 or (len(envelope) - 63) % 16):
        raise Refused("Malformed")
    if not hmac.compare_digest(key_id(key, org, purpose), envelope[3:35]):
        raise Refused("UnknownKey")
    text = open_sealed(key, envelope[35:47], envelope[47:], associated_data(envelope, org, table, column, row))
    if envelope[2] == 0:
        return text
    text = text.rstrip(b"\0")
    if text[-1:] != b"\x80":
        raise Refused("Malformed")
    return text[:-1]


def extra_row_id(event, ordinal):
    return uuid.UUID(bytes=hashlib.sha256(bytes(6) + event.bytes[6:] + struct.pack(">i", ordinal)).digest()[:16])


def reject_row_id(run, ordinal):
    return uuid.UUID(bytes=hashlib.sha256(run.bytes + struct.pack(">q", ordinal)).digest()[:16])


def blind_index(root, domain, version, kind, value):
    key = hkdf(root, b"ci/bidx/v1" + domain.encode() + struct.pack(">i", version))
    return uuid.UUID(bytes=mac(key, bytes([kind]) + value.encode())[:16])


def follow(chain):
    """From the key ring to the text: what a recovery does for each value."""
    roots, _ = open_ring(chain["ring"], chain.get("passphrase"), bytes.fromhex(chain.get("environmentKey", "")))
    org, data = uuid.UUID(chain["org"]), chain["dataKey"]
    kek = unwrap_org_key(roots[chain["orgKey"]["rootKeyId"]], bytes.fromhex(chain["orgKey"]["wrapped"]), 1, org, chain["orgKey"]["version"])
    key = unwrap_data_key(
        kek, bytes.fromhex(data["wrapped"]), org, data["epoch"], bytes.fromhex(data["keyId"]), uuid.UUID(data["subject"]), data["purpose"])
    if "conversation" in chain:
        talk, party = chain["conversation"], data
        key = unwrap_conversation_key(
            key, bytes.fromhex(talk["wrapped"]), org, uuid.UUID(party["subject"]), bytes.fromhex(party["keyId"]),
            bytes.fromhex(talk["keyId"]), uuid.UUID(talk["subject"]))
        data = {"purpose": "conversation"}
    value = chain["value"]
    row = uuid.UUID(value["row"]) if "row" in value else extra_row_id(uuid.UUID(value["event"]), value["ordinal"])
    return open_envelope(key, bytes.fromhex(value["envelope"]), org, value["table"], value["column"], row, data["purpose"]).decode()


# ---- the vectors of the page -------------------------------------------------------------------------------------------------------------

def check(v):
    """Whether one vector holds; None for a block that is none."""
    b, u = (lambda name: bytes.fromhex(v[name])), (lambda name: uuid.UUID(v[name]))
    if "negative" in v:
        try:
            open_envelope(b("key"), b("envelope"), u("org"), v["table"], v["column"], u("row"), v["purpose"])
            return False
        except Refused as refused:
            return str(refused) == v["result"]
    if "envelope" in v:
        envelope = b("envelope")
        return (associated_data(envelope, u("org"), v["table"], v["column"], u("row")) == b("associatedData")
                and open_envelope(b("key"), envelope, u("org"), v["table"], v["column"], u("row"), v["purpose"]) == b("plaintext"))
    if "index" in v:
        return blind_index(b("root"), v["domain"], v["version"], v["kind"], v["value"]) == u("index")
    if "conversationWrapped" in v:
        author = u("author") if v["author"] else None
        return (conversation_id(author, [uuid.UUID(p) for p in v["parties"]]) == u("subject")
                and unwrap_conversation_key(b("partyKey"), b("conversationWrapped"), u("org"), u("party"), b("partyKeyId"), b("keyId"),
                                            u("subject")) == b("key"))
    if "wrapped" in v:
        subject = u("subject") if "subject" in v else uuid.UUID(int=0)
        return unwrap_data_key(b("kek"), b("wrapped"), u("org"), v["epoch"], b("keyId"), subject, v["purpose"]) == b("key")
    if "orgKeyWrapped" in v:
        return (unwrap_org_key(b("root"), b("orgKeyWrapped"), v["kind"], u("org"), v["version"]) == b("key")
                and root_key_id("env", b("root")) == v["rootKeyId"])
    if "derivedRow" in v:
        row = extra_row_id(u("event"), v["ordinal"]) if "event" in v else reject_row_id(u("run"), v["ordinal"])
        return row == u("derivedRow")
    if "chain" in v:
        return follow(v["chain"]) == v["chain"]["text"]
    return None


def main():
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    if "--check" not in sys.argv:
        print(follow(json.load(open(arguments[0], encoding="utf-8"))))
        return 0
    blocks = re.findall(r"```json\n(.*?)\n```", open(arguments[0], encoding="utf-8").read(), re.S)
    results = [(check(json.loads(block)), block) for block in blocks]
    for result, block in results:
        if result is not True:
            print("does not hold:", block)
    held = sum(1 for result, _ in results if result)
    print(f"{held} of {len(results)} vectors hold")
    return 0 if held == len(results) > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
