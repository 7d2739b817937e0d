"""`judge.py SHARED [options]`: the judge of the captures in SHARED, with names that other tools have for what we name otherwise."""
import importlib.util
import os
import sys

# Normalised as the judge does: lower case, letters and digits alone.
ALIASES = {
    'apachethrift': 'thrift',
    'ciscoskinny': 'sccp',  # Skinny's name in Cisco's documents
    'controllerareanetwork': 'can',
    'ethernetip': 'enip',  # EtherNet/IP
    'ftps': 'tls',  # named by their ports; what is inside is not seen
    'iax': 'iax2',
    'imaps': 'tls',
    'ippgm': 'pgm',  # pragmatic general multicast
    'ippim': 'pim',  # protocol independent multicast
    'isakmp': 'ipsec',  # the key exchange of IPsec
    'iso95061mms': 'mms',  # the standard's number
    'jabber': 'xmpp',
    'jrmi': 'javarmi',
    'lotusnotes': 'hclnotes',
    'mikrotik': 'mndp',  # MikroTik's neighbour discovery
    'nbdgm': 'netbios',  # NetBIOS' datagrams
    'nbss': 'netbios',  # and sessions
    'oracle': 'tns',  # Oracle's network protocol
    'pops': 'tls',
    'resp': 'redis',  # the serialization of Redis
    'rmcp': 'ipmi',  # what carries it
    's7commplus': 's7comm',  # its record says which
    'servicelocationprotocol': 'slp',
    'skinny': 'sccp',
    'smtps': 'tls',
    'srtp': 'rtp',
    'usenet': 'nntp',  # the protocol of news
    'whoisdas': 'whois',
    'wsd': 'wsdiscovery',
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
