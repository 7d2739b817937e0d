"""Judge `wirecase analyze` over all captures of ../shared and hold it to the bars: no crash, no hang, every packet accounted for."""
import json
import os
import subprocess
import sys
import tempfile

shared = sys.argv[1]
answer = os.path.join(tempfile.mkdtemp(), 'judge.json')
judge = os.path.join(shared, 'conformance', 'judge.py')
command = 'node_modules/.bin/node apps/cli/bin/wirecase.mjs analyze --no-alerts --no-collapse'
subprocess.run([sys.executable, judge, '--only', 'conservation', '--json', answer, '--cmd', command], check=True)
with open(answer) as file:
    result = json.load(file)

# 2 is how an unreadable capture ends, with a clear line; everything else without rows is a crash or a hang.
crashes = [f'{path}: {why}' for path, why in result['errors'].items() if not why.startswith('exit 2:')]
bars = {'no crash, no hang': (len(result['errors']) - len(crashes), len(crashes))}
bars['every packet in one flow or bucket'] = result['total']['conservation']['captures']
bars['as many packets as capinfos counts'] = result['total']['capinfos']['packets']
failed = 0
for line in crashes:
    print(f'  {line}')
for name, (good, bad) in bars.items():
    is_good = bad == 0 and (good > 0 or name == 'no crash, no hang')
    failed += not is_good
    print(f"  {'ok  ' if is_good else 'FAIL'}  {name}: {good} agree, {bad} differ")
print(f'{len(bars) - failed} passed, {failed} failed')
sys.exit(1 if failed else 0)
