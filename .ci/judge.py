"""`judge.py SHARED [options]`: the judge of the captures in SHARED, with names that other tools have for what we name otherwise."""
import importlib.util
import os
import sys

# Normalised as the judge does: lower case, letters and digits alone.
ALIASES = {
    'ethernetip': 'enip',  # EtherNet/IP
    'imaps': 'tls',  # named by its port; what is inside is not seen
    'ippim': 'pim',  # protocol independent multicast
    'iso95061mms': 'mms',  # the standard's number
    'usenet': 'nntp',  # the protocol of news
}


def load(shared):
    path = os.path.join(shared, 'conformance', 'judge.py')
    spec = importlib.util.spec_from_file_location('judge', path)
    judge = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(judge)
    judge.ALIAS.update(ALIASES)
    return judge


if __name__ == '__main__':
    shared = sys.argv.pop(1)
    load(shared).main()
