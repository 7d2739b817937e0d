import { formatCount } from '../format/quantity.ts';

/** What would have kept an alert from firing, by its evidence; empty where one occurrence is enough. */
export function clearingText(value: number, threshold: number): string {
  if (threshold <= 1 || value < threshold) return '';
  const fewer = value - threshold + 1;
  return `It would not have fired with ${formatCount(fewer)} fewer, or with a threshold above ${formatCount(value)}.`;
}
