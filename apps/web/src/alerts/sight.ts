/** What the detector of an alert could not see, in lines. */
import type { AlertSight } from '@wirecase/contract';

/** What was dropped is of the whole capture and said once; the rest by host. Empty: nothing is known to be missing. */
export function sightLines(sights: readonly AlertSight[]): string[] {
  const drops = sights.flatMap(({ unseen }) => unseen).find(({ what }) => what === 'drops');
  const lines = sights.flatMap(({ ip, unseen }) => {
    const words = unseen.filter(({ what }) => what !== 'drops').map(({ text }) => text);
    return words.length > 0 ? [`${ip ?? 'All traffic'}: ${words.join('; ')}.`] : [];
  });
  return drops ? [`${drops.text}.`, ...lines] : lines;
}
