import type { AttackStep } from '@wirecase/contract';

/** Steps of an attack in the words of the page. */
export const stepWords: Readonly<Record<AttackStep, string>> = {
  reconnaissance: 'Reconnaissance',
  'credential-access': 'Access to credentials',
  'lateral-movement': 'Lateral movement',
  'command-and-control': 'Command and control',
  exfiltration: 'Exfiltration',
  impact: 'Impact',
};
