"""Tiny check helper used by the python client scripts."""
import os, sys, traceback
BASE = os.environ.get("BASE_URL", "http://127.0.0.1:4010").rstrip("/")
KEY = os.environ.get("API_KEY", "sk-test")
MODEL = os.environ.get("MODEL", "mock-model")
OPENAI = BASE + os.environ.get("OPENAI_PATH", "/v1")
ANTHROPIC = BASE + os.environ.get("ANTHROPIC_PATH", "")
BEDROCK = BASE + os.environ.get("BEDROCK_PATH", "")
EMBED_MODEL = os.environ.get("EMBED_MODEL", MODEL)
_fail = []; _n = [0]
ONLY = os.environ.get("ONLY")
CASES = [x for x in os.environ.get("CASES", "").split(",") if x]  # names of the cases to run; empty runs all
SKIP_CHECKS = [x for x in os.environ.get("SKIP_CHECKS", "").split("|") if x]  # exact names of checks not to judge
_ran = []

def check(name, cond, info=""):
    if name in SKIP_CHECKS: print("skip %s" % name, flush=True); return
    _n[0] += 1
    if not cond: _fail.append(name)
    print("%s %s%s" % ("ok  " if cond else "FAIL", name, "" if cond else "  <- %r" % (info,)), flush=True)

def case(fn):
    """Runs fn now; an exception is a failure of that case."""
    if ONLY and ONLY not in fn.__name__: return fn
    if CASES and fn.__name__ not in CASES: return fn
    _ran.append(fn.__name__)
    try: fn()
    except Exception as e:
        _n[0] += 1; _fail.append(fn.__name__)
        print("FAIL %s raised %s: %s" % (fn.__name__, type(e).__name__, str(e)[:500]), flush=True)
        if os.environ.get("TRACE"): traceback.print_exc()
    return fn

def raises(name, exc, fn):
    try: fn()
    except exc as e: check(name, True); return e
    except Exception as e: check(name, False, "%s: %s" % (type(e).__name__, e)); return None
    check(name, False, "no exception"); return None

def done():
    if not ONLY: _fail.extend("no such case: " + x for x in CASES if x not in _ran)
    if not _n[0]: _fail.append("nothing ran")
    print("%d checks, %d failed%s" % (_n[0], len(_fail), ": " + ", ".join(_fail) if _fail else ""))
    sys.exit(1 if _fail else 0)
