import type { AttackStep, Incident } from '@wirecase/contract';
import { formatCount } from '../format/quantity.ts';

/** Whom it is against, in a few words; empty when nobody is known. */
export function targetsText({ targets, targetCount }: Pick<Incident, 'targets' | 'targetCount'>, shown: number): string {
  const more = targetCount - Math.min(shown, targets.length);
  return targets.slice(0, shown).join(', ') + (more > 0 ? ` and ${formatCount(more)} more` : '');
}

/** Steps of an attack in the words of the page. */
export const stepWords: Readonly<Record<AttackStep, string>> = {
  reconnaissance: 'Reconnaissance',
  'credential-access': 'Access to credentials',
  'lateral-movement': 'Lateral movement',
  'command-and-control': 'Command and control',
  exfiltration: 'Exfiltration',
  impact: 'Impact',
};
