"""Values as run.py and its drivers exchange them: tagged, as driver.mjs tells."""


def to_native(value):
    if isinstance(value, list):
        return [to_native(v) for v in value]
    if not isinstance(value, dict):
        return value
    (tag, content), = value.items()
    if tag == "i":
        return int(content)
    if tag == "f":
        return float(content)
    if tag == "b":
        return bytes.fromhex(content)
    return {k: to_native(v) for k, v in content.items()}


def to_tagged(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return {"i": str(value)}
    if isinstance(value, float):
        return {"f": repr(value)}
    if isinstance(value, bytes):
        return {"b": value.hex()}
    if isinstance(value, (list, tuple)):
        return [to_tagged(v) for v in value]
    return {"d": {k: to_tagged(v) for k, v in value.items()}}


def payload(args, kwargs):
    return {"args": to_tagged(list(args or [])), "kwargs": to_tagged(dict(kwargs or {}))["d"]}


def integer(n):
    return {"i": str(n)}
