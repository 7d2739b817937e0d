/** MITRE ATT&CK (Enterprise): which tactics the techniques serve that alerts name. */

/** Names of the tactics by id, in the order of an attack. */
export const attackTactics: Readonly<Record<string, string>> = {
  TA0043: 'Reconnaissance',
  TA0042: 'Resource Development',
  TA0001: 'Initial Access',
  TA0002: 'Execution',
  TA0003: 'Persistence',
  TA0004: 'Privilege Escalation',
  TA0005: 'Defense Evasion',
  TA0006: 'Credential Access',
  TA0007: 'Discovery',
  TA0008: 'Lateral Movement',
  TA0009: 'Collection',
  TA0011: 'Command and Control',
  TA0010: 'Exfiltration',
  TA0040: 'Impact',
};

/** Tactics by technique; a sub-technique serves those of its technique. */
export const techniqueTactics: Readonly<Record<string, readonly string[]>> = {
  T1003: ['TA0006'],
  T1018: ['TA0007'],
  T1021: ['TA0008'],
  T1029: ['TA0010'],
  T1033: ['TA0007'],
  T1036: ['TA0005'],
  T1040: ['TA0006', 'TA0007'],
  T1041: ['TA0010'],
  T1046: ['TA0007'],
  T1047: ['TA0002'],
  T1048: ['TA0010'],
  T1053: ['TA0002', 'TA0003', 'TA0004'],
  T1069: ['TA0007'],
  T1070: ['TA0005'],
  T1071: ['TA0011'],
  T1087: ['TA0007'],
  T1095: ['TA0011'],
  T1105: ['TA0011'],
  T1110: ['TA0006'],
  T1135: ['TA0007'],
  T1187: ['TA0006'],
  T1190: ['TA0001'],
  T1498: ['TA0040'],
  T1499: ['TA0040'],
  T1552: ['TA0006'],
  T1557: ['TA0006', 'TA0009'],
  T1568: ['TA0011'],
  T1569: ['TA0002'],
  T1570: ['TA0008'],
  T1571: ['TA0011'],
  T1572: ['TA0011'],
  T1573: ['TA0011'],
  T1584: ['TA0042'],
  T1587: ['TA0042'],
  T1590: ['TA0043'],
  T1595: ['TA0043'],
};

/** Ids and names of the tactics that these techniques serve, in the order of an attack. */
export function tacticsOf(techniques: readonly string[]): { ids: string[]; names: string[] } {
  const served = new Set(techniques.flatMap((technique) => techniqueTactics[technique.split('.', 1)[0]!] ?? []));
  const ids = Object.keys(attackTactics).filter((id) => served.has(id));
  return { ids, names: ids.map((id) => attackTactics[id]!) };
}
